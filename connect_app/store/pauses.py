"""Keeps until when a site may not be asked, for every process: what one learnt from a 429, the others need not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from connect_app.store.schema import pauses
from connect_app.store.upsert import insert_into

EVERY_SITE = "*"
"""The scope of a quota that all sites of the app share."""

LOOK_SECONDS = 1.0
"""How old what is known may be: asking the database before every call would cost more than it saves."""


class Kind(StrEnum):
    """What is asked to wait: every call, or what can."""

    CLOSED = "closed"
    SPARING = "sparing"


@dataclass(frozen=True)
class Pause:
    """A site's, or everybody's, until an instant of the host (seconds)."""

    scope: str
    kind: Kind
    until: float
    reason: str


class Pauses:
    """Every pause that is not over."""

    def __init__(self, engine: sa.Engine, now: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[Pause, ...] = ()
        self._looked_at: float | None = None

    def put(self, pause: Pause) -> None:
        """Begins a pause, or makes it longer; never shorter."""
        with self._engine.begin() as connection:
            values = {"until": pause.until, "reason": pause.reason}
            statement = insert_into(connection, pauses).values(scope=pause.scope, kind=pause.kind.value, **values)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["scope", "kind"], set_=values, where=pauses.c.until < pause.until
                )
            )
        with self._lock:
            self._looked_at = None

    def all(self, host_time: float) -> tuple[Pause, ...]:
        """The pauses that are not over, as they were a second ago at most."""
        with self._lock:
            fresh = self._looked_at is not None and self._now() - self._looked_at < LOOK_SECONDS
            if not fresh:
                self._looked_at = self._now()
        if not fresh:
            self._known = self._read()
        return tuple(pause for pause in self._known if pause.until > host_time)

    def forget_before(self, host_time: float) -> None:
        """Deletes what is over."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(pauses).where(pauses.c.until < host_time))

    def _read(self) -> tuple[Pause, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(pauses)).all()
        return tuple(Pause(row.scope, Kind(row.kind), row.until, row.reason) for row in rows)
