"""Writes a row whether or not it is there already, in one statement, so that two writers never collide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows `on_conflict_do_…`, in the dialect of the connection."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Inserts the row, or gives the one with the same primary key these values."""
    key = [column.name for column in table.primary_key]
    others = {name: value for name, value in values.items() if name not in key}
    statement = insert_into(connection, table).values(dict(values))
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=others))
