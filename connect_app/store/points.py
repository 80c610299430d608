"""Keeps what was spent in Jira, in calls and points, by site, hour and purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connect_app.store.schema import points
from connect_app.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one hour (of the host, in UTC) cost a site for one purpose."""

    installation_id: str
    hour: datetime
    purpose: str
    calls: int
    points: int


class Points:
    """What was spent by all processes; a power cut may lose a few seconds of it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, amounts: Iterable[Spent]) -> None:
        """Adds to what was spent before, in one commit."""
        # In one order everywhere: two processes must not wait for each other for ever.
        ordered = sorted(amounts, key=lambda one: (one.installation_id, one.hour, one.purpose))
        with self._engine.begin() as connection:
            for one in ordered:
                statement = insert_into(connection, points).values(vars(one))
                more = {"calls": points.c.calls + one.calls, "points": points.c.points + one.points}
                key = ["installation_id", "hour", "purpose"]
                connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more))

    def since(self, instant: datetime) -> list[Spent]:
        """What was spent in the hours that began at an instant or later, oldest first."""
        query = sa.select(points).where(points.c.hour >= instant).order_by(points.c.hour, points.c.installation_id)
        with self._engine.connect() as connection:
            return [Spent(**row) for row in connection.execute(query).mappings()]

    def forget_before(self, instant: datetime) -> None:
        """Deletes hours before an instant."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(points).where(points.c.hour < instant))
