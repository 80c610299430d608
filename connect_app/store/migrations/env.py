"""Runs migrations on the connection it is given; only `database.migrate` calls it."""

from __future__ import annotations

from alembic import context

from connect_app.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
    version_table="relance_version",
)
context.run_migrations()
