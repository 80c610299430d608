"""Says which parts of an issue's history are ours, where a person may use the account we act as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from automation_rules.actions import MoveTo
from connect_app.doors.abilities import own_account, shared_account
from connect_app.jira.own_actions import FIELDS, OwnActions, Window, attributed
from connect_app.jira.reading import RawIssue, read_comments
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.ledger import EntryState, LedgerEntry


def attribute(parts: Parts, site: OpenSite, raw: RawIssue, entries: tuple[LedgerEntry, ...]) -> RawIssue:
    """The issue with what is ours marked as such. Raises what reading raises.

    What the ledger does not know (its database was lost, a comment was being written when we died) is known by its
    mark, which one more request reads.
    """
    own = OwnActions(
        account_id=shared_account(site.installation),
        acts_as=site.installation.app_account_id,
        said_for={str(r["comment"]): str(r["by"]) for e, r in _asked(entries) if r.get("comment")},
        moved_for={e.key: str(r["by"]) for e, r in _asked(entries) if e.action == MoveTo.__name__},
        comments=frozenset(str(e.result["comment"]) for e in entries if e.result and e.result.get("comment")),
        histories=parts.store.own_changes.of_issue(site.installation.id, raw.id),
        windows=tuple(_window(entry) for entry in entries if entry.action in FIELDS and _happened(entry)),
    )
    if own.unsure(raw.comments) or _forgotten(site, raw, own):
        raw = replace(raw, comments=read_comments(site.client, raw.id))
    return attributed(raw, own)


def _forgotten(site: OpenSite, raw: RawIssue, own: OwnActions) -> bool:
    """Whether the account that is ours alone wrote a comment that the ledger does not know."""
    account = own_account(site.installation)
    return account is not None and any(
        (comment.get("author") or {}).get("accountId") == account and not own.wrote(comment) for comment in raw.comments
    )


def _asked(entries: tuple[LedgerEntry, ...]) -> list[tuple[LedgerEntry, Mapping[str, Any]]]:
    """What we did because a customer asked for it, with its result."""
    return [(entry, entry.result) for entry in entries if entry.result and entry.result.get("by")]


def _happened(entry: LedgerEntry) -> bool:
    return entry.state in {EntryState.DONE, EntryState.INTENDED}


def _window(entry: LedgerEntry) -> Window:
    return Window(FIELDS[entry.action], entry.intended_at, entry.done_at)
