"""What a site that comes in with an API token needs, and which changes its webhooks told to be ours."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _columns() -> list[sa.Column[Any]]:
    """Fresh ones each time: a column belongs to one table."""
    return [
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("token_ends", sa.BigInteger(), nullable=True),
        sa.Column("cloud_id", sa.String(length=64), nullable=True),
        sa.Column("api_url", sa.String(length=255), nullable=True),
        sa.Column("hook_id", sa.String(length=64), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("moving_until", sa.Float(), server_default="0", nullable=False),
    ]


def upgrade() -> None:
    """Adds columns to the installations and one table; no row is changed."""
    for column in _columns():
        op.add_column("installations", column)
    op.create_index("ix_installations_hook_id", "installations", ["hook_id"], unique=True)
    op.create_table(
        "own_changes",
        sa.Column("installation_id", sa.String(length=36), nullable=False),
        sa.Column("issue_id", sa.String(length=32), nullable=False),
        sa.Column("history_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "issue_id", "history_id", name=op.f("pk_own_changes")),
    )


def downgrade() -> None:
    """Removes them: sites with an API token must be added again afterwards."""
    op.drop_table("own_changes")
    op.drop_index("ix_installations_hook_id", "installations")
    for column in reversed(_columns()):
        op.drop_column("installations", column.name)
