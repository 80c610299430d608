"""Gives the tests real databases: an SQLite file, and a PostgreSQL started for the run or named by the environment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from connect_app.doors.secret_box import SecretBox
from connect_app.engine import Worker
from connect_app.runtime import Runtime, build_runtime
from connect_app.store.database import migrate, open_database
from connect_app.store.schema import metadata
from connect_app.store.store import Store, open_store
from tests.connect_app.small_jira import quick_settings
from tests.databases import postgres

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def new_postgres_database() -> Callable[[], str]:
    """Makes an empty database on the PostgreSQL of the tests."""
    return postgres().new_database


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """The app on a database of this module, for a worker in this process; folders below may have their own."""
    runtime = build_runtime(quick_settings(tmp_path_factory.mktemp("engine")))
    yield runtime
    runtime.close()


@pytest.fixture(scope="module")
def worker(runtime: Runtime) -> Iterator[Worker]:
    """One worker for all tests of a module: the engine is one per process and takes a second to start."""
    worker = Worker(runtime.parts, runtime.jobs)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return make()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "relance.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres_database: Callable[[], str]) -> str:
    """The one PostgreSQL database of the run, migrated."""
    url = new_postgres_database()
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """The address of a migrated SQLite file of one test."""
    path = tmp_path / "relance.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database without a row, on each kind of database in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    url: str = request.getfixturevalue("migrated_postgres")
    yield url
    engine = open_database(url)
    with engine.begin() as connection:
        tables = ", ".join(metadata.tables)
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An open engine on each kind of database in turn."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def box() -> SecretBox:
    """Encrypts with a key of this test alone."""
    return SecretBox([Fernet.generate_key().decode()])


@pytest.fixture
def store(engine: sa.Engine, box: SecretBox) -> Iterator[Store]:
    """The store on each kind of database in turn."""
    store = open_store(engine, box)
    yield store
    store.close()
