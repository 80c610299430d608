"""Says whether the database can be worked with: written, migrated, with room left."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connect_app.store.database import MIGRATIONS
from connect_app.store.schema import workers

VERSION_TABLE = "relance_version"


def try_writing(engine: sa.Engine) -> None:
    """Takes the right to write and gives it back; raises what the database raises when it is read-only or away."""
    with engine.connect() as connection:
        connection.execute(sa.update(workers).where(sa.false()).values(boot=""))
        connection.rollback()


def is_behind(engine: sa.Engine) -> bool:
    """Whether migrations wait; False when a newer release has migrated, which this one can live with."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision() in _older()


def free_bytes(engine: sa.Engine) -> int | None:
    """Room on the disk of an SQLite file; None for a server, which has its own monitoring."""
    if engine.dialect.name != "sqlite":
        return None
    return shutil.disk_usage(Path(str(engine.url.database)).absolute().parent).free


@lru_cache(maxsize=1)
def _older() -> frozenset[str | None]:
    script = ScriptDirectory(str(MIGRATIONS))
    head = script.get_current_head()
    return frozenset({None, *(one.revision for one in script.walk_revisions() if one.revision != head)})
