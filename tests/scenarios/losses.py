"""What an operator does about a database: a copy while everything runs, its loss, and the copy put back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import sqlalchemy as sa

from connect_app.runtime import Runtime
from scripts.desk.house import House
from tests.databases import postgres_program


def copy_database(house: House, copy: Path) -> None:
    """Takes a copy of a living installation, by the command `docs/operating.md` names."""
    url = _url(house)
    if _file(house) is None:
        _run("pg_dump", "--format=custom", f"--file={copy}", f"--dbname={url}")
        return
    with closing(sqlite3.connect(str(_file(house)))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def lose_database(house: House, runtime: Runtime) -> None:
    """Deletes it under dead processes; the key file stays, as it is kept apart."""
    house.kill_worker()
    house.kill_web()
    for engine in (runtime.store.engine, runtime.jobs.engine):
        engine.dispose()
    if (file := _file(house)) is not None:
        for ending in ("", "-wal", "-shm"):
            file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
        return
    with psycopg.connect(_url(house), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS public, dbos CASCADE")
        connection.execute("CREATE SCHEMA public")


def put_back(house: House, copy: Path) -> None:
    """Makes a copy the database, while nothing runs, as `docs/operating.md` says."""
    if (file := _file(house)) is not None:
        shutil.copy(copy, file)
        return
    _run("pg_restore", "--clean", "--if-exists", "--exit-on-error", f"--dbname={_url(house)}", str(copy))


def _file(house: House) -> Path | None:
    """The SQLite file, None on a server."""
    url = sa.make_url(house.settings.database_url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _url(house: House) -> str:
    return sa.make_url(house.settings.database_url).render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([postgres_program(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
