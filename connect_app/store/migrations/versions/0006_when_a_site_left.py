"""When a site left, so that what is kept of it is erased in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds one column, empty for the sites that are here: the release before this one goes on without it."""
    op.add_column("installations", sa.Column("left_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("installations", "left_at")
