from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connect_app.errors import Misconfigured
from connect_app.store.database import migrate, open_database
from connect_app.store.schema import metadata

ROOT = Path(__file__).resolve().parents[3]
MIGRATE = """
import sys
from connect_app.store.database import migrate, open_database
print("ready", flush=True)
sys.stdin.readline()
engine = open_database(sys.argv[1])
migrate(engine)
engine.dispose()
"""


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def test_migrating_an_empty_database_makes_every_table(empty_url: str) -> None:
    engine = open_database(empty_url)
    migrate(engine)
    assert tables(engine) == {*metadata.tables, "relance_version"}
    engine.dispose()


def test_migrating_again_changes_nothing_and_keeps_rows(empty_url: str) -> None:
    engine = open_database(empty_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO workers (executor_id, boot, beat_at) VALUES ('w', 'b', 1.0)")
    migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workers").scalar_one() == 1
        assert connection.exec_driver_sql("SELECT version_num FROM relance_version").scalars().all() == ["0006"]
    engine.dispose()


def test_the_migrations_make_exactly_the_schema(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "version_table": "relance_version"},
        )
        assert compare_metadata(context, metadata) == []


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    engine = open_database(empty_url)
    assert tables(engine) == {*metadata.tables, "relance_version"}
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_half_done(empty_url: str) -> None:
    engine = open_database(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE workers (executor_id VARCHAR(64))")  # the last table to be made
    with pytest.raises(sa.exc.DBAPIError, match="already exists"):
        migrate(engine)
    assert tables(engine) == {"workers"}
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE workers")
    migrate(engine)
    assert tables(engine) == {*metadata.tables, "relance_version"}
    engine.dispose()


def test_sqlite_is_opened_to_survive_a_power_cut(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'deep' / 'er' / 'relance.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://db/relance", "relance.db"])
def test_a_database_that_cannot_keep_a_promise_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="RELANCE_DATABASE_URL"):
        open_database(url)
