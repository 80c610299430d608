"""The minute tick's question to an agenda of a million open requests: what is due? In time and in memory."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from connect_app.store.agenda import Agenda
from connect_app.store.database import migrate, open_database
from connect_app.store.schema import agenda
from scripts.bench.cost import resident_mb
from scripts.desk.postgres import Postgres

DUE = 1000
ROUNDS = 9
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_BATCH = 20_000


def report(rows: int) -> Iterator[str]:
    """The median time of one look, on agendas of a hundredth and of all of the rows, with as much due."""
    postgres = Postgres()
    try:
        for name in ("SQLite", "PostgreSQL"):
            for size in (rows // 100, rows):
                with tempfile.TemporaryDirectory() as folder:
                    url = f"sqlite:///{Path(folder) / 'agenda.db'}" if name == "SQLite" else postgres.new_database()
                    yield f"{name}, {size:,} open requests, {DUE:,} due: {_measured(url, size)}"
    finally:
        postgres.close()


def _measured(url: str, size: int) -> str:
    engine = open_database(url)
    migrate(engine)
    _fill(engine, size)
    table = Agenda(engine)
    table.due(NOON)
    before, times = resident_mb(os.getpid()), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = table.due(NOON)
        times.append(time.perf_counter() - started)
        if len(found) != DUE:
            raise AssertionError(f"{len(found)} are due")
    grown = resident_mb(os.getpid()) - before
    started = time.perf_counter()
    table.count_due(NOON)
    counting = time.perf_counter() - started
    engine.dispose()
    return (
        f"{statistics.median(times) * 1e3:.1f} ms (slowest {max(times) * 1e3:.1f}), memory {grown:+.1f} MB; "
        f"counted for monitoring in {counting * 1e3:.1f} ms"
    )


def _fill(engine: sa.Engine, size: int) -> None:
    """Requests of a hundred projects; as many as are due came in the last hour, the others come in the next month."""
    with engine.begin() as connection:
        for first in range(0, size, _BATCH):
            rows = [
                {
                    "installation_id": f"site-{number % 100:02d}",
                    "issue_id": str(number),
                    "project_key": "SUP",
                    "due_at": NOON - timedelta(seconds=number) if number < DUE else NOON + timedelta(seconds=number),
                    "why": "silent-customer: the second reminder",
                    "seen": "2026-11-20T10:00:00.000+0100",
                    "late": 0,
                }
                for number in range(first, min(first + _BATCH, size))
            ]
            connection.execute(sa.insert(agenda), rows)
        connection.exec_driver_sql("ANALYZE")
