"""Looks through the ledger of one site, newest first, by what an administrator asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connect_app.store.ledger import EntryState, LedgerEntry
from connect_app.store.schema import ledger


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for; None asks for nothing. Instants are aware, `until` is not included.

    `before` is the number of the last entry seen: what follows is older.
    """

    project: str | None = None
    issue: str | None = None
    rule: str | None = None
    state: EntryState | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some entries, newest first; `next` asks for those before them, None at the end."""

    entries: tuple[LedgerEntry, ...]
    next: int | None


class Audit:
    """The ledger as people read it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def page(self, installation_id: str, asked: Asked, *, limit: int) -> Page:
        """The newest entries of one site that fit."""
        query = sa.select(ledger).where(ledger.c.installation_id == installation_id, *_conditions(asked))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(ledger.c.id.desc()).limit(limit + 1)).mappings().all()
        shown = rows[:limit]
        return Page(entries=tuple(map(_read, shown)), next=shown[-1]["id"] if len(rows) > limit else None)

    def rules(self, installation_id: str) -> list[str]:
        """Every rule that ever did something on a site."""
        query = sa.select(ledger.c.rule).where(ledger.c.installation_id == installation_id).distinct()
        with self._engine.connect() as connection:
            return sorted(connection.execute(query).scalars())


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    told: list[sa.ColumnElement[bool]] = []
    if asked.project is not None:
        told.append(ledger.c.issue_key.startswith(f"{asked.project}-", autoescape=True))
    if asked.issue is not None:
        told.append(ledger.c.issue_key == asked.issue)
    if asked.rule is not None:
        told.append(ledger.c.rule == asked.rule)
    if asked.state is not None:
        told.append(ledger.c.state == asked.state.value)
    if asked.since is not None:
        told.append(ledger.c.intended_at >= asked.since)
    if asked.until is not None:
        told.append(ledger.c.intended_at < asked.until)
    if asked.before is not None:
        told.append(ledger.c.id < asked.before)
    return told


def _read(row: sa.RowMapping) -> LedgerEntry:
    told = {name: row[name] for name in LedgerEntry.__dataclass_fields__}
    return LedgerEntry(**{**told, "reasons": tuple(told["reasons"]), "state": EntryState(told["state"])})
