"""Keeps what each month was billed as, so that time changed afterwards shows as a correction and is billed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from automation_rules.billing import Kind, Position
from connect_app.store.schema import billing_exports
from connect_app.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True)
class Export:
    """The positions of one month as a statement billed them: its own month's, or a corrected earlier month's."""

    month: str
    billed_with: str
    made_at: datetime
    positions: tuple[Position, ...]


class Exports:
    """Every month that was billed; rows are only ever added."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(
        self,
        installation_id: str,
        project_key: str,
        billed_with: str,
        months: Mapping[str, Iterable[Position]],
        *,
        made_at: datetime,
    ) -> bool:
        """Keeps a statement's month and the earlier ones it corrects, in one step; False when it was kept before."""
        same = {"installation_id": installation_id, "project_key": project_key, "billed_with": billed_with}
        rows = [
            {**same, "month": month, "made_at": made_at, "positions": [_written(p) for p in positions]}
            for month, positions in months.items()
        ]
        own = [row for row in rows if row["month"] == billed_with]
        others = [row for row in rows if row["month"] != billed_with]
        with self._engine.begin() as connection:
            statement = insert_into(connection, billing_exports).values(own).on_conflict_do_nothing()
            if connection.execute(statement.returning(billing_exports.c.month)).first() is None:
                return False
            if others:
                connection.execute(sa.insert(billing_exports), others)
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
