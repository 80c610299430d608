"""Opens the database, SQLite or PostgreSQL, with the settings durability needs, and migrates it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from connect_app.errors import Misconfigured

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 30_000


def open_database(url: str, *, pool_size: int = 16) -> sa.Engine:
    """An engine on the database at `url` (`sqlite:///file` or `postgresql://…`).

    On SQLite every transaction that writes takes the write lock at once (`BEGIN IMMEDIATE`), so that two processes wait
    for each other instead of failing half-way; WAL lets readers go on, `synchronous=FULL` survives a power cut. Raises
    `Misconfigured` for any other database, one that lives in memory included: every job would be lost with the process.
    """
    # An error of the database is logged with its statement, never with the values: secrets are among them.
    pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 8, "hide_parameters": True}
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise Misconfigured("RELANCE_DATABASE_URL: not a database address") from None
    if address.get_backend_name() == "postgresql":
        postgresql = address.set(drivername="postgresql+psycopg")
        return sa.create_engine(postgresql, pool_pre_ping=True, **pool)
    if address.get_backend_name() != "sqlite" or address.database in {None, "", ":memory:"}:
        raise Misconfigured("RELANCE_DATABASE_URL: sqlite:///file or postgresql://… is needed")
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, **pool)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def migrate(engine: sa.Engine) -> None:
    """Brings the tables to the newest revision; safe to call from several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(720817)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
