"""Keeps what each month was billed as, so that time changed afterwards shows as a correction and is billed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from automation_rules.billing import Kind, Position
from connect_app.store.schema import billing_exports, installations
from connect_app.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True)
class Export:
    """The positions of one month as a statement billed them: its own month's, or a corrected earlier month's."""

    month: str
    billed_with: str
    made_at: datetime
    positions: tuple[Position, ...]


@dataclass(frozen=True, kw_only=True)
class NewExport:
    """A statement to be kept: its month and the earlier ones it corrects, as they are now.

    `known` is how many exports of the project it was made in sight of.
    """

    billed_with: str
    months: Mapping[str, Iterable[Position]]
    made_at: datetime
    known: int


class Exports:
    """Every month that was billed; rows are only ever added."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, installation_id: str, project_key: str, made: NewExport) -> bool:
        """Keeps a statement in one step; False, and nothing kept, when there are others than it was made in sight of.

        So a month is kept once, and no correction is carried by two statements made at the same moment.
        """
        same = {"installation_id": installation_id, "project_key": project_key, "billed_with": made.billed_with}
        rows = [
            {**same, "month": month, "made_at": made.made_at, "positions": [_written(p) for p in positions]}
            for month, positions in made.months.items()
        ]
        own = [row for row in rows if row["month"] == made.billed_with]
        others = [row for row in rows if row["month"] != made.billed_with]
        mine = {"installation_id": installation_id, "project_key": project_key}
        with self._engine.connect() as connection:
            # PostgreSQL lets statements of one site pass one by one here, SQLite at the first insert.
            connection.execute(sa.select(installations.c.id).filter_by(id=installation_id).with_for_update())
            first = insert_into(connection, billing_exports).values(own).on_conflict_do_nothing()
            if connection.execute(first.returning(billing_exports.c.month)).first() is None:
                return False
            if others:
                connection.execute(sa.insert(billing_exports), others)
            kept = connection.execute(sa.select(billing_exports.c.month).filter_by(**mine)).all()
            if len(kept) != made.known + len(rows):
                return False
            connection.commit()
        return True

    def of_project(self, installation_id: str, project_key: str) -> list[Export]:
        """Every export of a project, the oldest first."""
        table = billing_exports.c
        query = (
            sa.select(table.month, table.billed_with, table.made_at, table.positions)
            .where(table.installation_id == installation_id, table.project_key == project_key)
            .order_by(table.made_at, table.billed_with, table.month)
        )
        with self._engine.connect() as connection:
            return [
                Export(
                    month=row["month"],
                    billed_with=row["billed_with"],
                    made_at=row["made_at"],
                    positions=tuple(_read(position) for position in row["positions"]),
                )
                for row in connection.execute(query).mappings()
            ]


def _written(position: Position) -> dict[str, Any]:
    return {**vars(position), "kind": position.kind.value}


def _read(written: Mapping[str, Any]) -> Position:
    return Position(**{**written, "kind": Kind(written["kind"])})
