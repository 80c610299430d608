"""The tables, one schema for SQLite and PostgreSQL; every row carries its installation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(instant: datetime) -> int:
    """Whole microseconds since the epoch; `ValueError` for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - EPOCH) // timedelta(microseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant kept as whole microseconds since the epoch: exact, ordered, the same on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """To microseconds; a naive datetime is a mistake of ours."""
        del dialect
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """From microseconds, in UTC."""
        del dialect
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite only numbers rows by itself in an INTEGER column."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

installations = sa.Table(
    "installations",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("door", sa.String(16), nullable=False),
    sa.Column("client_key", sa.String(255), nullable=False, unique=True),
    sa.Column("base_url", sa.String(255), nullable=False),
    sa.Column("display_url", sa.String(255)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("previous_secret", sa.LargeBinary),
    sa.Column("previous_until", sa.Float, nullable=False, server_default="0"),
    sa.Column("app_account_id", sa.String(128)),
    sa.Column("time_zone", sa.String(64)),
    sa.Column("installed_at", Instant, nullable=False),
    sa.Column("credentials", sa.LargeBinary),
    sa.Column("token_ends", Instant),
    sa.Column("cloud_id", sa.String(64)),
    sa.Column("api_url", sa.String(255)),
    sa.Column("hook_id", sa.String(64)),
    sa.Column("trouble", sa.Text),
    sa.Column("moving_until", sa.Float, nullable=False, server_default="0"),
    sa.Column("left_at", Instant),
    sa.Index("ix_installations_hook_id", "hook_id", unique=True),
)

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("installation_id", sa.String(36), sa.ForeignKey("installations.id"), primary_key=True),
    sa.Column("project_key", sa.String(64), primary_key=True),
    sa.Column("pack", sa.String(64), nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("enabled_at", Instant, nullable=False),
    sa.Column("people", sa.JSON, nullable=False),
    sa.Column("groups", sa.JSON, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("contracts", sa.JSON, nullable=False),
    sa.Column("vocabulary", sa.JSON, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    sa.Column("installation_id", sa.String(36), nullable=False),
    sa.Column("delivery_id", sa.String(255), nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("issue_id", sa.String(32)),
    sa.Column("project_key", sa.String(64)),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("drained", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("installation_id", "delivery_id", "event"),
    sqlite_autoincrement=True,  # row numbers name jobs: one must never be given twice
)
_WAITING = sa.text("NOT drained")
sa.Index("ix_inbox_waiting", inbox.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", RowId, primary_key=True, autoincrement=True),
    sa.Column("installation_id", sa.String(36), nullable=False),
    sa.Column("key", sa.String(400), nullable=False),
    sa.Column("issue_id", sa.String(32), nullable=False),
    sa.Column("issue_key", sa.String(64), nullable=False),
    sa.Column("rule", sa.String(64), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("owner", sa.String(128), nullable=False),
    sa.Column("intended_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("result", sa.JSON),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("installation_id", "key"),
    sa.Index("ix_ledger_issue", "installation_id", "issue_id"),
)
_UNSETTLED = sa.text("state IN ('failed', 'intended')")
sa.Index("ix_ledger_unsettled", ledger.c.state, sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)

agenda = sa.Table(
    "agenda",
    metadata,
    sa.Column("installation_id", sa.String(36), primary_key=True),
    sa.Column("issue_id", sa.String(32), primary_key=True),
    sa.Column("project_key", sa.String(64), nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("seen", sa.String(64), nullable=False),
    sa.Column("coming", sa.JSON(none_as_null=True)),
    sa.Column("late", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_agenda_due", "due_at"),
)
_LATE = sa.text("late > 0")
sa.Index("ix_agenda_late", agenda.c.late, sqlite_where=_LATE, postgresql_where=_LATE)

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("installation_id", sa.String(36), primary_key=True),
    sa.Column("project_key", sa.String(64), primary_key=True),
    sa.Column("checksum", sa.String(64), nullable=False),
    sa.Column("held_at", Instant, nullable=False),
    sa.Column("released_at", Instant),
    sa.Column("plan", sa.JSON, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("executor_id", sa.String(64), primary_key=True),
    sa.Column("boot", sa.String(64), nullable=False),
    sa.Column("beat_at", sa.Float, nullable=False),
    sa.Column("last_tick", Instant),
)

billing_exports = sa.Table(
    "billing_exports",
    metadata,
    sa.Column("installation_id", sa.String(36), primary_key=True),
    sa.Column("project_key", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("billed_with", sa.String(7), primary_key=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("positions", sa.JSON, nullable=False),
)

own_changes = sa.Table(
    "own_changes",
    metadata,
    sa.Column("installation_id", sa.String(36), primary_key=True),
    sa.Column("issue_id", sa.String(32), primary_key=True),
    sa.Column("history_id", sa.String(32), primary_key=True),
)

pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("scope", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
)

points = sa.Table(
    "points",
    metadata,
    sa.Column("installation_id", sa.String(36), primary_key=True),
    sa.Column("hour", Instant, primary_key=True),
    sa.Column("purpose", sa.String(16), primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
)
