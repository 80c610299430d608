"""Keeps webhook deliveries durably until they have become jobs; many arriving at once share one commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connect_app.store.inbox_writer import InboxWriter
from connect_app.store.schema import inbox

_WAITS = sa.text("NOT drained")
"""In the very words of the small index: SQLite would read four days of deliveries for any others."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One webhook as received: `identifier` is unique in the site and the same on Jira's retries (contract §4.1).

    `event` is Jira's name of the event; `issue_id` and `project_key` are None where the body has none.
    """

    identifier: str
    event: str
    issue_id: str | None
    project_key: str | None
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for one issue: the newest row decides the job's id, so that draining twice makes one job."""

    installation_id: str
    issue_id: str
    rows: tuple[int, ...]
    deliveries: tuple[str, ...]

    @property
    def newest(self) -> int:
        """The row that arrived last."""
        return self.rows[-1]


_RECEIVED_AT = sa.select(inbox.c.received_at).where(inbox.c.id == sa.bindparam("row"))
"""Made once: every job asks it."""


class InboxTable:
    """The deliveries of every site, unique on (installation, delivery, event)."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = InboxWriter(engine)

    def put(self, installation_id: str, delivery: Delivery, *, timeout: float = 30.0) -> bool:
        """Stores a delivery durably before returning; False when it was already there.

        Callers in other threads share the commit. Raises what the database raised, `ValueError` or `TypeError` for a
        delivery no database can hold, `TimeoutError` after `timeout` seconds.
        """
        row = {
            "installation_id": installation_id,
            "delivery_id": delivery.identifier,
            "event": delivery.event,
            "issue_id": delivery.issue_id,
            "project_key": delivery.project_key,
            "received_at": delivery.received_at,
        }
        return self._writer.put(row, timeout=timeout)

    def close(self) -> None:
        """Lets go of the connection that writes, after what is being written."""
        self._writer.close()

    def waiting(self, *, but: Collection[str] = (), limit: int = 1000) -> list[Waiting]:
        """What waits to become jobs, by issue; the oldest of each site first, a thousand of one site delay no other.

        What came from the sites of `but` goes on waiting.
        """
        turn = sa.func.row_number().over(partition_by=inbox.c.installation_id, order_by=inbox.c.id).label("turn")
        wanted = (inbox.c.id, inbox.c.installation_id, inbox.c.issue_id, inbox.c.delivery_id)
        rows = sa.select(*wanted, turn).where(_WAITS)
        if but:
            rows = rows.where(inbox.c.installation_id.not_in(but))
        found = rows.subquery()
        query = sa.select(*(found.c[column.name] for column in wanted)).order_by(found.c.turn, found.c.id)
        groups: dict[tuple[str, str], dict[int, str]] = {}
        with self._engine.connect() as connection:
            for row_id, installation_id, issue_id, delivery in connection.execute(query.limit(limit)):
                groups.setdefault((installation_id, issue_id or ""), {})[row_id] = delivery
        return [
            Waiting(
                installation_id=installation_id,
                issue_id=issue_id,
                rows=tuple(rows),
                deliveries=tuple(dict.fromkeys(rows.values())),
            )
            for (installation_id, issue_id), rows in groups.items()
        ]

    def mark_drained(self, rows: tuple[int, ...]) -> None:
        """Says that these rows have become jobs; they stay a while to recognise redeliveries."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(inbox).where(inbox.c.id.in_(rows)).values(drained=True))

    def count_waiting(self, installation_id: str | None = None) -> int:
        """How many deliveries wait, of one site or of all."""
        query = sa.select(sa.func.count()).select_from(inbox).where(_WAITS)
        if installation_id is not None:
            query = query.where(inbox.c.installation_id == installation_id)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def oldest_waiting(self) -> datetime | None:
        """When the oldest delivery that waits arrived; None when none does."""
        query = sa.select(inbox.c.received_at).where(_WAITS).order_by(inbox.c.id).limit(1)
        with self._engine.connect() as connection:
            found: datetime | None = connection.execute(query).scalar_one_or_none()
        return found

    def received_at(self, row: int) -> datetime | None:
        """When a delivery arrived; None when it was forgotten since."""
        with self._engine.connect() as connection:
            found: datetime | None = connection.execute(_RECEIVED_AT, {"row": row}).scalar_one_or_none()
        return found

    def last_received(self, installation_id: str) -> datetime | None:
        """When the newest delivery of a site arrived, of those not forgotten yet."""
        query = sa.select(sa.func.max(inbox.c.received_at)).where(inbox.c.installation_id == installation_id)
        with self._engine.connect() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def forget_before(self, instant: datetime) -> int:
        """Deletes drained deliveries older than `instant`; returns how many."""
        with self._engine.begin() as connection:
            gone = connection.execute(sa.delete(inbox).where(inbox.c.drained.is_(True), inbox.c.received_at < instant))
            return gone.rowcount
