"""Remembers every action by its natural key: intended, done, refused or only told (dry run); also the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from automation_rules.actions import Action
from connect_app.store.schema import ledger
from connect_app.store.upsert import insert_into


class EntryState(StrEnum):
    """How far an action came."""

    INTENDED = "intended"
    DONE = "done"
    WOULD_DO = "would_do"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One action on one issue: what, why, by which policy, when, with which result."""

    key: str
    issue_id: str
    issue_key: str
    rule: str
    action: str
    summary: str
    reasons: tuple[str, ...]
    policy: str
    state: EntryState
    owner: str
    intended_at: datetime
    done_at: datetime | None
    result: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is about to be done, for the record."""

    action: Action
    issue_id: str
    issue_key: str
    reasons: tuple[str, ...]
    policy: str
    owner: str
    at: datetime


_OF_ISSUE = (
    sa.select(ledger)
    .where(ledger.c.installation_id == sa.bindparam("installation_id"), ledger.c.issue_id == sa.bindparam("issue_id"))
    .order_by(ledger.c.id)
)
"""Made once: every job asks it."""


class Ledger:
    """Every action of every site, unique on (installation, natural key)."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def intend(self, installation_id: str, intent: Intent) -> bool:
        """Claims an action before it is carried out; False when its key is already claimed or done.

        A `failed` or `would_do` row is claimed anew: what was refused may be tried again, what was told may be done.
        """
        return self._claim(installation_id, intent, EntryState.INTENDED)

    def tell(self, installation_id: str, intent: Intent) -> bool:
        """Records what would be done in dry run; False when it was told before."""
        return self._claim(installation_id, intent, EntryState.WOULD_DO)

    def _claim(self, installation_id: str, intent: Intent, state: EntryState) -> bool:
        values: dict[str, Any] = {
            "issue_id": intent.issue_id,
            "issue_key": intent.issue_key,
            "rule": intent.action.rule,
            "action": type(intent.action).__name__,
            "summary": intent.action.summary,
            "reasons": list(intent.reasons),
            "policy": intent.policy,
            "state": state.value,
            "owner": intent.owner,
            "intended_at": intent.at,
        }
        with self._engine.begin() as connection:
            statement = insert_into(connection, ledger)
            statement = statement.values(installation_id=installation_id, key=intent.action.key, **values)
            if state is EntryState.INTENDED:
                free = ledger.c.state.in_([EntryState.FAILED.value, EntryState.WOULD_DO.value])
                statement = statement.on_conflict_do_update(
                    index_elements=["installation_id", "key"], set_={**values, "error": None}, where=free
                )
            else:
                statement = statement.on_conflict_do_nothing()
            return connection.execute(statement.returning(ledger.c.id)).first() is not None

    def adopt(self, installation_id: str, entries: Iterable[LedgerEntry]) -> tuple[str, ...]:
        """Records actions that Jira tells of and no row knows, or only from a dry run; the keys of those recorded."""
        taken: list[str] = []
        with self._engine.begin() as connection:
            for entry in entries:
                told = {**vars(entry), "reasons": list(entry.reasons), "state": entry.state.value}
                values = {name: value for name, value in told.items() if name != "key"}
                statement = insert_into(connection, ledger)
                statement = statement.values(installation_id=installation_id, key=entry.key, **values)
                statement = statement.on_conflict_do_update(
                    index_elements=["installation_id", "key"],
                    set_=values,
                    where=ledger.c.state == EntryState.WOULD_DO.value,
                )
                if connection.execute(statement.returning(ledger.c.id)).first() is not None:
                    taken.append(entry.key)
        return tuple(taken)

    def finish(self, installation_id: str, key: str, *, at: datetime, result: Mapping[str, Any]) -> None:
        """Says that the action is in Jira."""
        self._update(installation_id, key, state=EntryState.DONE.value, done_at=at, result=dict(result), error=None)

    def annotate(self, installation_id: str, key: str, **notes: Any) -> None:
        """Adds to the result of an action that was done; changes nothing for one that was not."""
        mine = (ledger.c.installation_id == installation_id, ledger.c.key == key)
        with self._engine.begin() as connection:
            found = connection.execute(sa.select(ledger.c.state, ledger.c.result).where(*mine)).first()
            if found is not None and found.state == EntryState.DONE.value:
                result = {**(found.result or {}), **notes}
                connection.execute(sa.update(ledger).where(*mine).values(result=result))

    def fail(self, installation_id: str, key: str, *, error: str) -> None:
        """Says that Jira refused the action, in Jira's words."""
        self._update(installation_id, key, state=EntryState.FAILED.value, error=error)

    def doubt(self, installation_id: str, key: str, *, result: Mapping[str, Any]) -> None:
        """Says that an intention was looked for in Jira and not found; it stays one."""
        self._update(installation_id, key, result=dict(result))

    def withdraw(self, installation_id: str, key: str) -> None:
        """Forgets an intention that left no mark in Jira, so that it is decided again."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(ledger).where(
                    ledger.c.installation_id == installation_id,
                    ledger.c.key == key,
                    ledger.c.state == EntryState.INTENDED.value,
                )
            )

    def count_unsettled(self) -> dict[str, int]:
        """How many actions failed, and how many were begun and are not settled, on all sites."""
        states = (EntryState.FAILED.value, EntryState.INTENDED.value)
        # As literals: the small index covers exactly these two states, and must be seen to.
        within = sa.text("state IN ('failed', 'intended')")
        query = sa.select(ledger.c.state, sa.func.count()).where(within).group_by(ledger.c.state)
        with self._engine.connect() as connection:
            found = {state: int(count) for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in states}

    def of_issue(self, installation_id: str, issue_id: str) -> list[LedgerEntry]:
        """Everything about one issue, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_ISSUE, {"installation_id": installation_id, "issue_id": issue_id})
            return [_read(row) for row in rows.mappings()]

    def recent(self, installation_id: str, *, limit: int = 200) -> list[LedgerEntry]:
        """The newest entries of one site, newest first."""
        with self._engine.connect() as connection:
            query = sa.select(ledger).where(ledger.c.installation_id == installation_id)
            return [
                _read(row) for row in connection.execute(query.order_by(ledger.c.id.desc()).limit(limit)).mappings()
            ]

    def _update(self, installation_id: str, key: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(ledger).where(ledger.c.installation_id == installation_id, ledger.c.key == key).values(values)
            )


def _read(row: sa.RowMapping) -> LedgerEntry:
    return LedgerEntry(
        key=row["key"],
        issue_id=row["issue_id"],
        issue_key=row["issue_key"],
        rule=row["rule"],
        action=row["action"],
        summary=row["summary"],
        reasons=tuple(row["reasons"]),
        policy=row["policy"],
        state=EntryState(row["state"]),
        owner=row["owner"],
        intended_at=row["intended_at"],
        done_at=row["done_at"],
        result=row["result"],
        error=row["error"],
    )
