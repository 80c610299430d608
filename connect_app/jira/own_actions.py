"""Tells our own writes from a person's where both may use one account: by marks, by traces and by the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connect_app.jira.facts import instant
from connect_app.jira.marks import COMMENT_MARK
from connect_app.jira.reading import JsonObject, RawIssue

TRACE_PREFIX = "relance:"
"""What the trace and the history metadata of our own writes begin with."""

SLACK = timedelta(seconds=10)
"""How far Jira's clock may be from ours when a change is compared with the ledger."""

FIELDS = {
    "MoveTo": frozenset({"status", "resolution"}),
    "Assign": frozenset({"assignee"}),
    "AddLabel": frozenset({"labels"}),
    "AddParticipants": None,
}
"""The actions that leave entries in the history, and the fields they change; None: one whose name speaks of
participants (its id differs from site to site)."""


@dataclass(frozen=True)
class Window:
    """A span of time in which an action of ours changed one of these fields; `until` is None while nobody knows."""

    fields: frozenset[str] | None
    since: datetime
    until: datetime | None

    def holds(self, at: datetime, field: str, name: str) -> bool:
        """Whether a change of a field at an instant fits."""
        if at < self.since - SLACK or (self.until is not None and at > self.until + SLACK):
            return False
        return field in self.fields if self.fields is not None else "participants" in name.casefold()


@dataclass(frozen=True, kw_only=True)
class OwnActions:
    """What of one issue's history is ours, though its author is an account that a person may use as well.

    `account_id` is that account, None where it is ours alone. `comments` and `histories` are Jira's ids, `windows` come
    from the ledger. What is marked is ours whoever its author was: a site may have come in with another account before.

    What a customer asked us for is theirs: `said_for` gives their account by Jira's id of the comment, `moved_for` by
    the natural key of the move. Both come from the ledger, and only what `acts_as`, our present account, wrote counts:
    nobody else can put words into a customer's mouth.
    """

    account_id: str | None
    acts_as: str | None = None
    said_for: Mapping[str, str] = field(default_factory=dict)
    moved_for: Mapping[str, str] = field(default_factory=dict)
    comments: frozenset[str] = frozenset()
    histories: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()

    def wrote(self, comment: Mapping[str, Any]) -> bool:
        """Whether a comment is ours: the ledger knows it, or it carries our mark."""
        marked = any(p.get("key") == COMMENT_MARK for p in comment.get("properties") or ())
        return marked or str(comment.get("id")) in self.comments

    def changed(self, entry: Mapping[str, Any], item: Mapping[str, Any], at: datetime) -> bool:
        """Whether one item of a history entry is ours: by its metadata, its webhook's trace, or the ledger."""
        kind = str((entry.get("historyMetadata") or {}).get("type") or "")
        if kind.startswith(TRACE_PREFIX) or str(entry.get("id")) in self.histories:
            return True
        if not self._by_account(entry):
            return False
        field, name = str(item.get("fieldId") or item.get("field") or ""), str(item.get("field") or "")
        return any(window.holds(at, field, name) for window in self.windows)

    def customer_of(self, part: Mapping[str, Any]) -> str | None:
        """The account of the customer who asked us for a comment or a history entry; None when nobody did."""
        if self.acts_as is None or (part.get("author") or {}).get("accountId") != self.acts_as:
            return None
        if "items" not in part:
            return self.said_for.get(str(part.get("id")))
        told = (part.get("historyMetadata") or {}).get("extraData") or {}
        return self.moved_for.get(str(told.get("key")))

    def unsure(self, comments: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the account wrote comments of which only their marks could say whose they are."""
        return any(self._by_account(c) and not c.get("properties") and not self.wrote(c) for c in comments)

    def _by_account(self, part: Mapping[str, Any]) -> bool:
        return self.account_id is not None and (part.get("author") or {}).get("accountId") == self.account_id


OWN_TYPE = "relance"
"""The account type given to the author of what is ours; Jira has no such type."""


def attributed(raw: RawIssue, own: OwnActions) -> RawIssue:
    """The same issue with the author of what is ours marked as such, and a customer's wish under their own name.

    One write makes one history entry, whole.
    """

    def ours(entry: JsonObject) -> bool:
        return any(own.changed(entry, item, instant(entry["created"])) for item in entry.get("items") or ())

    def told(part: JsonObject, is_ours: Callable[[JsonObject], bool]) -> JsonObject:
        customer = own.customer_of(part)
        if customer is not None:
            return {**part, "author": {"accountId": customer}}
        return _marked(part) if is_ours(part) else part

    return replace(
        raw,
        histories=tuple(told(entry, ours) for entry in raw.histories),
        comments=tuple(told(comment, own.wrote) for comment in raw.comments),
    )


def _marked(part: JsonObject) -> JsonObject:
    return {**part, "author": {**(part.get("author") or {}), "accountType": OWN_TYPE}}
