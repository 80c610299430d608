"""How long the processes take to start, and what they cost when there is nothing to do."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from connect_app.store.database import open_database
from connect_app.store.workers import Workers
from scripts.bench.cost import cpu_seconds, resident_mb
from scripts.desk.processes import NotStarted, Process, free_port, start_web, start_worker

PATIENCE = 60.0
LOOK_SECONDS = 0.02
FIRST_MINUTE = 65.0
"""The job engine looks for schedules each second in its first minute, later twice a minute."""


def report(seconds: float, starts: int) -> Iterator[str]:
    """Cold starts on a migrated database, then an idle minute, with the settings of production."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            "RELANCE_BASE_URL": f"http://127.0.0.1:{free_port()}",
            "RELANCE_DATABASE_URL": f"sqlite:///{folder / 'relance.db'}",
            "RELANCE_DATA_DIR": str(folder),
        }
        start_web(folder, environment).stop()
        yield f"web server, until it answers: {_listed(_web_start(folder, environment) for _ in range(starts))}"
        yield f"worker, until it beats: {_listed(_worker_start(folder, environment) for _ in range(starts))}"
        yield _idle(folder, environment, seconds)


def _listed(times: Iterator[float]) -> str:
    return ", ".join(f"{one:.2f}" for one in sorted(times)) + " s"


def _web_start(folder: Path, environment: dict[str, str]) -> float:
    started = time.monotonic()
    web = start_web(folder, environment)
    took = time.monotonic() - started
    web.stop()
    return took


def _worker_start(folder: Path, environment: dict[str, str]) -> float:
    started = time.monotonic()
    worker = _beating(folder, environment)
    took = time.monotonic() - started
    worker.stop()
    return took


def _beating(folder: Path, environment: dict[str, str]) -> Process:
    engine = open_database(environment["RELANCE_DATABASE_URL"])
    workers = Workers(engine)
    for known in workers.all():
        workers.retire(known.executor_id)
    worker, end = start_worker(folder, environment), time.monotonic() + PATIENCE
    while not workers.all():
        worker.check()
        if time.monotonic() > end:
            raise NotStarted(worker.tail())
        time.sleep(LOOK_SECONDS)
    engine.dispose()
    return worker


def _idle(folder: Path, environment: dict[str, str], seconds: float) -> str:
    worker = _beating(folder, environment)
    try:
        time.sleep(FIRST_MINUTE)
        before = cpu_seconds(worker.pid)
        time.sleep(seconds)
        used = cpu_seconds(worker.pid) - before
        return f"idle worker, over {seconds:.0f} s: {used / seconds:.2%} of a core, {resident_mb(worker.pid):.0f} MB"
    finally:
        worker.stop()
