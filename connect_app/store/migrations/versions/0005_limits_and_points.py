"""What all processes know of Jira's limits and of what was spent; how many clocks of each issue are late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_UNSETTLED = sa.text("state IN ('failed', 'intended')")


def upgrade() -> None:
    """Adds two tables, a column with a default and a small index: the release before this one goes on with them."""
    op.create_table(
        "pauses",
        sa.Column("scope", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("scope", "kind", name=op.f("pk_pauses")),
    )
    op.create_table(
        "points",
        sa.Column("installation_id", sa.String(length=36), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "hour", "purpose", name=op.f("pk_points")),
    )
    op.add_column("agenda", sa.Column("late", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_agenda_late", "agenda", ["late"], sqlite_where=sa.text("late > 0"), postgresql_where=sa.text("late > 0")
    )
    op.create_index("ix_ledger_unsettled", "ledger", ["state"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)


def downgrade() -> None:
    """Removes them."""
    op.drop_index("ix_ledger_unsettled", "ledger")
    op.drop_index("ix_agenda_late", "agenda")
    op.drop_column("agenda", "late")
    op.drop_table("points")
    op.drop_table("pauses")
