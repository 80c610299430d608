"""Opens a house for the tests of a folder; at the end nothing may have broken Atlassian's contract."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from scripts.desk.house import House


@contextlib.contextmanager
def open_house(folder: Path, *, worker: bool = True) -> Iterator[House]:
    """A sandbox, a web server and a worker, which is sent away at once when the tests run the jobs themselves."""
    house = House(folder)
    try:
        if os.environ.get("RELANCE_REQUIRE_CONTRACTS"):
            assert house.contracts.startswith("validated"), "Atlassian's OpenAPI files must be there in CI"
        if not worker:
            house.kill_worker()
        yield house
        assert house.control.violations() == []
    finally:
        house.close()
