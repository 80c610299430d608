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


def close() -> None:
    """Stops the server if there is one."""
    if postgres.cache_info().currsize:
        postgres().close()
        postgres.cache_clear()
