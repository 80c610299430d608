"""Keeps the heartbeat of each worker, so that the jobs of one that died are taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connect_app.store.schema import workers
from connect_app.store.upsert import upsert


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One worker slot: `boot` changes at each start, `beat_at` is host time in seconds."""

    executor_id: str
    boot: str
    beat_at: float
    last_tick: datetime | None


class Workers:
    """Every worker slot."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def beat(self, executor_id: str, *, boot: str, host_time: float) -> None:
        """Says that a worker is alive."""
        with self._engine.begin() as connection:
            upsert(connection, workers, {"executor_id": executor_id, "boot": boot, "beat_at": host_time})

    def ticked(self, executor_id: str, slot: datetime) -> None:
        """Remembers the last tick a worker carried out."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(workers).where(workers.c.executor_id == executor_id).values(last_tick=slot))

    def all(self) -> list[Worker]:
        """Every worker that ever beat and was not retired."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(workers).order_by(workers.c.executor_id)).mappings()
            return [Worker(**row) for row in rows]

    def claim(self, silent: Worker, *, host_time: float) -> bool:
        """Lets exactly one of those who found a worker silent take its jobs over; False when it beat meanwhile.

        Whoever claims it and dies leaves it silent again, for the next.
        """
        same = sa.and_(workers.c.executor_id == silent.executor_id, workers.c.beat_at == silent.beat_at)
        with self._engine.begin() as connection:
            return connection.execute(sa.update(workers).where(same).values(beat_at=host_time)).rowcount == 1

    def retire(self, executor_id: str, *, beat_at: float | None = None) -> bool:
        """Forgets a worker slot; with `beat_at`, only if it has not beaten since."""
        gone = sa.delete(workers).where(workers.c.executor_id == executor_id)
        if beat_at is not None:
            gone = gone.where(workers.c.beat_at == beat_at)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount == 1
