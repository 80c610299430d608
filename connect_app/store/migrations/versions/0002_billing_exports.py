"""The table of billed months: adds one table and touches no other, forwards and back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates the table of billed months."""
    op.create_table(
        "billing_exports",
        sa.Column("installation_id", sa.String(length=36), nullable=False),
        sa.Column("project_key", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("billed_with", sa.String(length=7), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("positions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "installation_id", "project_key", "month", "billed_with", name=op.f("pk_billing_exports")
        ),
    )


def downgrade() -> None:
    """Removes it, and with it what later corrections would be compared with; nothing else is touched."""
    op.drop_table("billing_exports")
