"""Reads the vectors and cases kept in tests/data, else the contracts folder; skips where neither has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jira_sandbox.apps.schema import contracts_folder

DATA = Path(__file__).resolve().parents[2] / "data"


def contract(name: str) -> Any:
    """The parsed document of this name."""
    kept = DATA / name
    if kept.is_file():
        return json.loads(kept.read_text(encoding="utf-8"))
    folder = contracts_folder()
    if folder is None or not (folder / name).is_file():
        pytest.skip(f"{name} is not here: set RELANCE_CONTRACTS", allow_module_level=True)
    return json.loads((folder / name).read_text(encoding="utf-8"))
