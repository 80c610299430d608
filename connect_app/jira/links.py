"""Reads from Jira's links what blocks an issue, and what it blocks (E23)."""

from __future__ import annotations

from collections.abc import Iterator

from automation_rules.facts import Blocker
from connect_app.jira.reading import JsonObject, RawIssue
from workflows.graph import folded

BLOCKS = frozenset({"blocks", "is blocked by", "bloque", "est bloque par", "est bloquee par"})
"""The names of Jira's own kind of link, and of its inward end, as sites have them; folded."""


def blockers(raw: RawIssue) -> tuple[Blocker, ...]:
    """The issues that block this one, by key."""
    found = (Blocker(key=str(other["key"]), done=is_done(other)) for other in _linked(raw, "inwardIssue"))
    return tuple(sorted(found, key=lambda blocker: blocker.key))


def unblocked_by(raw: RawIssue) -> tuple[str, ...]:
    """The ids of the open issues that this one blocked, once it is done: they may go on now."""
    if not is_done(raw.issue):
        return ()
    return tuple(str(other["id"]) for other in _linked(raw, "outwardIssue") if not is_done(other))


def _linked(raw: RawIssue, end: str) -> Iterator[JsonObject]:
    for link in raw.issue["fields"].get("issuelinks") or ():
        kind, other = link.get("type") or {}, link.get(end)
        if other and {folded(str(kind.get("name") or "")), folded(str(kind.get("inward") or ""))} & BLOCKS:
            yield other


def is_done(issue: JsonObject) -> bool:
    """Whether an issue's status is of Jira's category "Done"."""
    status = (issue.get("fields") or {}).get("status") or {}
    return (status.get("statusCategory") or {}).get("key") == "done"
