"""What is to come of each issue, so that a project's page tells it without asking Jira about each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds one column; it is empty until an issue is looked at again."""
    op.add_column("agenda", sa.Column("coming", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("agenda", "coming")
