"""Keeps the sweeps that are held because they would do too much at once, until somebody releases exactly that plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connect_app.store.schema import holds
from connect_app.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True)
class Hold:
    """One held sweep of one project; released when `released_at` is set."""

    installation_id: str
    project_key: str
    checksum: str
    held_at: datetime
    released_at: datetime | None
    plan: Mapping[str, Any]


class Holds:
    """At most one hold per project."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def change(self, installation_id: str, project_key: str, how: Callable[[Hold], Hold], *, at: datetime) -> Hold:
        """Changes the hold of a project in one step nobody comes between; `how` is given an empty one where none is."""
        empty = Hold(
            installation_id=installation_id,
            project_key=project_key,
            checksum="",
            held_at=at,
            released_at=None,
            plan={"closures": []},
        )
        mine = sa.and_(holds.c.installation_id == installation_id, holds.c.project_key == project_key)
        with self._engine.begin() as connection:
            # The insert comes first: it takes SQLite's write lock, so nobody writes between our reading and writing.
            connection.execute(insert_into(connection, holds).values(vars(empty)).on_conflict_do_nothing())
            row = connection.execute(sa.select(holds).where(mine).with_for_update()).mappings().one()
            before = Hold(**row)
            after = how(before)
            if after != before:
                connection.execute(sa.update(holds).where(mine).values({**vars(after), "plan": dict(after.plan)}))
        return after

    def release(self, installation_id: str, project_key: str, checksum: str, *, at: datetime) -> bool:
        """Releases exactly the plan with this checksum; False when another plan, or none, is held."""
        with self._engine.begin() as connection:
            released = connection.execute(
                sa.update(holds)
                .where(
                    holds.c.installation_id == installation_id,
                    holds.c.project_key == project_key,
                    holds.c.checksum == checksum,
                )
                .values(released_at=at)
            )
            return released.rowcount == 1

    def of_project(self, installation_id: str, project_key: str) -> Hold | None:
        """The hold of a project, if any."""
        with self._engine.connect() as connection:
            query = sa.select(holds).where(
                holds.c.installation_id == installation_id, holds.c.project_key == project_key
            )
            row = connection.execute(query).mappings().first()
        return None if row is None else Hold(**row)
