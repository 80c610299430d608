"""A site of its own for a benchmark, its web server and no worker: whoever measures runs the jobs."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from connect_app.runtime import Runtime
from scripts.desk.desk import Site, runtime_of
from scripts.desk.house import House


@contextlib.contextmanager
def large_site() -> Iterator[tuple[Site, Runtime]]:
    """The site, whose webhooks are all lost, and the app's runtime; leaves nothing behind."""
    with contextlib.ExitStack() as stack:
        house = House(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.callback(house.close)
        house.kill_worker()
        site = Site(house, "bench")
        house.control.faults(site.name, {"webhooks": {"drop": 1.0}})
        runtime = runtime_of(house)
        stack.callback(runtime.close)
        yield site, runtime
