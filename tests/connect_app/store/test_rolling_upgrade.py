"""While some machines run the new release and others the one before, both work on the same database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from connect_app.store.database import MIGRATIONS, open_database


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def revisions() -> list[Any]:
    """Every migration, the oldest first."""
    return list(reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions())))


def upgrade(engine: sa.Engine, revision: str) -> None:
    config = configuration()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def tables(engine: sa.Engine) -> dict[str, sa.Table]:
    found = sa.MetaData()
    found.reflect(engine)
    return {name: table for name, table in found.tables.items() if name != "relance_version"}


def breaks(before: dict[str, sa.Table], after: dict[str, sa.Table]) -> list[str]:
    """What the release that knows the tables as they were before cannot live with afterwards."""
    problems = [f"the table {name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        problems += [f"{name}.{c.name} is gone or has another name" for c in old.columns if c.name not in new.columns]
        for column in new.columns:
            known = old.columns.get(column.name)
            if known is None:
                if not column.nullable and column.server_default is None:
                    problems.append(f"{name}.{column.name} is demanded of a release that does not know it")
            elif str(known.type) != str(column.type):
                problems.append(f"{name}.{column.name} changes its type")
            elif known.nullable and not column.nullable:
                problems.append(f"{name}.{column.name} must have a value now")
        known_rules = {_columns(rule) for rule in _unique(old)}
        problems += [
            f"{name}: {', '.join(sorted(_columns(rule)))} must be unique now"
            for rule in _unique(new)
            if _columns(rule) not in known_rules and _columns(rule) <= set(old.columns.keys())
        ]
    return sorted(problems)


def _unique(table: sa.Table) -> Iterator[sa.Index | sa.Constraint]:
    yield from (index for index in table.indexes if index.unique)
    yield from (rule for rule in table.constraints if isinstance(rule, sa.UniqueConstraint | sa.PrimaryKeyConstraint))


def _columns(rule: Any) -> frozenset[str]:
    return frozenset(column.name for column in rule.columns)


def row(table: sa.Table) -> dict[str, Any]:
    """A row with a value for each column the table had, and for no other."""
    values: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type.python_type
        values[column.name] = {int: 1, float: 1.0, bool: False, bytes: b"x"}.get(kind, "x")
        if isinstance(column.type, sa.JSON):
            values[column.name] = {}
    return values


@pytest.mark.parametrize("at", range(1, len(revisions())), ids=lambda at: str(revisions()[at].revision))
def test_the_release_before_a_migration_goes_on_after_it(tmp_path: Path, at: int) -> None:
    """Migrations only add; what removes comes two releases after the last one that used it, and says so."""
    known = revisions()
    engine = open_database(f"sqlite:///{tmp_path / 'relance.db'}")
    upgrade(engine, known[at - 1].revision)
    before = tables(engine)
    upgrade(engine, known[at].revision)
    unused_since = getattr(known[at].module, "UNUSED_SINCE", None)
    if unused_since is None:
        assert breaks(before, tables(engine)) == []
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in before.values():
                connection.execute(sa.insert(table).values(row(table)))
                assert connection.execute(sa.select(table)).first() is not None
            connection.rollback()
    else:
        age = [r.revision for r in known].index(unused_since)
        assert at - age >= 2, "the release that still used it may be running beside this one"
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DROP TABLE notes", "the table notes is gone"),
        ("ALTER TABLE notes RENAME COLUMN body TO words", "notes.body is gone or has another name"),
        ("ALTER TABLE notes DROP COLUMN body", "notes.body is gone or has another name"),
        ("CREATE UNIQUE INDEX one ON notes (body)", "notes: body must be unique now"),
    ],
)
def test_a_migration_that_takes_something_away_is_noticed(tmp_path: Path, statement: str, problem: str) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'relance.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
    before = tables(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert problem in breaks(before, tables(engine))
    engine.dispose()


def test_a_column_that_must_be_filled_needs_a_default() -> None:
    def notes(*more: sa.Column[Any]) -> dict[str, sa.Table]:
        return {"notes": sa.Table("notes", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), *more)}

    assert breaks(notes(), notes(sa.Column("a", sa.Text))) == []
    assert breaks(notes(), notes(sa.Column("a", sa.Text, nullable=False, server_default=""))) == []
    assert breaks(notes(), notes(sa.Column("a", sa.Text, nullable=False))) == [
        "notes.a is demanded of a release that does not know it"
    ]
    assert breaks(notes(sa.Column("a", sa.Text)), notes(sa.Column("a", sa.Text, nullable=False))) == [
        "notes.a must have a value now"
    ]
    assert breaks(notes(sa.Column("a", sa.Text)), notes(sa.Column("a", sa.Integer))) == ["notes.a changes its type"]
