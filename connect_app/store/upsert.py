"""Writes a row whether or not it is there already, in one statement, so that two writers never collide."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(database: sa.Connection | sa.Engine, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows `on_conflict_do_…`, in the dialect of the database."""
    return _insert(database.dialect.name, table)


def upsert(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Inserts the row, or gives the one with the same primary key these values."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(values)), dict(values))


@functools.cache
def _upsert(dialect: str, table: sa.Table, names: tuple[str, ...]) -> postgresql.Insert | sqlite.Insert:
    """The statement for these columns, made once: there are as many as there are callers."""
    key = [column.name for column in table.primary_key]
    insert = _insert(dialect, table).values({name: sa.bindparam(name) for name in names})
    others = {name: insert.excluded[name] for name in names if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=others)


def _insert(dialect: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
