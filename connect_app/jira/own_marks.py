"""Reads back from an issue what we did to it: from marks, from its history, and from the list kept in its property."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from automation_rules.actions import AddComment, CreateSubtask, MoveTo, SetLevel
from automation_rules.reprieves import SetReprieve
from connect_app.jira.facts import instant
from connect_app.jira.marks import COMMENT_MARK, LEVEL, MOVE_MARK, REPRIEVES, STATE_PROPERTY
from connect_app.jira.own_actions import TRACE_PREFIX
from connect_app.jira.reading import JsonObject, RawIssue

LONGEST_LIST = 24_000
"""Characters the list may take: Jira holds 32,768 in one property."""

LONGEST_KEY = 400

MARKED = frozenset({AddComment.__name__, CreateSubtask.__name__, MoveTo.__name__, SetReprieve.__name__})
"""The kinds of action whose effect in Jira carries its mark itself; the others are kept in the list."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One action of ours as Jira tells of it; `since` is when it was begun, both None where Jira does not say."""

    key: str
    rule: str
    action: str
    since: datetime | None
    at: datetime | None
    result: Mapping[str, Any] = field(default_factory=dict)


def marks_on(raw: RawIssue) -> tuple[Mark, ...]:
    """Everything Jira tells of what we did to an issue, each natural key once.

    Anybody who may edit the issue may write its properties: what does not read well, or speaks of another issue (a
    copy takes the properties along), is left out.
    """
    found: dict[str, Mark] = {}
    for read in (_comments, _moves, _last_move, _subtasks, _levels, _reprieves, _listed):
        for mark in read(raw):
            found.setdefault(mark.key, mark)
    return tuple(mark for mark in found.values() if _is_of(raw.id, mark.key))


def listing(marks: Iterable[Mark]) -> list[JsonObject]:
    """What the property keeps of actions that carry no mark: the newest of them, as many as it holds."""
    kept = sorted((m for m in marks if m.action not in MARKED), key=lambda m: (m.at.isoformat() if m.at else "", m.key))
    written = [
        {
            "key": m.key,
            "rule": m.rule,
            "action": m.action,
            "since": m.since.isoformat() if m.since else None,
            "at": m.at.isoformat() if m.at else None,
        }
        for m in kept
    ]
    length = len(json.dumps(written))
    while length > LONGEST_LIST:
        length -= len(json.dumps(written.pop(0))) + 2
    return written


def _is_of(issue_id: str, key: str) -> bool:
    return len(key) <= LONGEST_KEY and issue_id in key.split("/")[1:]


def _comments(raw: RawIssue) -> Iterator[Mark]:
    for comment in raw.comments:
        value = next((p.get("value") for p in comment.get("properties") or () if p.get("key") == COMMENT_MARK), None)
        if isinstance(value, dict) and isinstance(value.get("key"), str):
            at = instant(comment["created"])
            result = {"comment": comment["id"], "at": comment["created"], **_asker(value.get("by"))}
            yield _mark(value, AddComment.__name__, since=at, at=at, result=result)


def _moves(raw: RawIssue) -> Iterator[Mark]:
    for entry in raw.histories:
        metadata = entry.get("historyMetadata") or {}
        kind = str(metadata.get("type") or "")
        key = (metadata.get("extraData") or {}).get("key")
        if kind.startswith(TRACE_PREFIX) and isinstance(key, str):
            value = {"key": key, "rule": kind.removeprefix(TRACE_PREFIX)}
            at = instant(entry["created"])
            result = {"move": key, **_asker((metadata.get("actor") or {}).get("id"))}
            yield _mark(value, MoveTo.__name__, since=at, at=at, result=result)


def _last_move(raw: RawIssue) -> Iterator[Mark]:
    """The last move of ours, of which the history might not tell whose it was."""
    value = raw.properties.get(MOVE_MARK)
    if isinstance(value, dict) and isinstance(value.get("key"), str):
        yield _mark(value, MoveTo.__name__, result={"move": value["key"], **_asker(value.get("by"))})


def _subtasks(raw: RawIssue) -> Iterator[Mark]:
    keys = {str(subtask["id"]): str(subtask["key"]) for subtask in raw.issue["fields"].get("subtasks") or ()}
    for subtask_id, value in raw.imputations.items():
        if isinstance(value.get("key"), str) and subtask_id in keys:
            result = {"subtask": keys[subtask_id], "id": subtask_id, **value}
            yield _mark(value, CreateSubtask.__name__, result=result)


def _levels(raw: RawIssue) -> Iterator[Mark]:
    for entry in _entries(raw, LEVEL, "history", "id"):
        at = _instant(entry.get("at"))
        yield _mark({"key": entry["id"]}, SetLevel.__name__, since=at, at=at)


def _reprieves(raw: RawIssue) -> Iterator[Mark]:
    for entry in _entries(raw, REPRIEVES, "list", "id"):
        at = _instant(entry.get("at"))
        yield _mark({"key": entry["id"], "rule": "by-hand"}, SetReprieve.__name__, since=at, at=at)


def _listed(raw: RawIssue) -> Iterator[Mark]:
    for entry in _entries(raw, STATE_PROPERTY, "done", "key", "action"):
        since, at = _instant(entry.get("since")), _instant(entry.get("at"))
        yield _mark(entry, entry["action"][:32], since=since, at=at)


def _entries(raw: RawIssue, name: str, under: str, *texts: str) -> Iterator[JsonObject]:
    """The objects listed in a property of the issue that have these texts; anything else in it is left out."""
    written = raw.properties.get(name)
    listed = written.get(under) if isinstance(written, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and all(isinstance(entry.get(text), str) for text in texts):
            yield entry


def _mark(
    value: Mapping[str, Any],
    action: str,
    *,
    since: datetime | None = None,
    at: datetime | None = None,
    result: Mapping[str, Any] | None = None,
) -> Mark:
    rule = str(value.get("rule") or value["key"].split("/")[0])[:64]
    return Mark(key=value["key"], rule=rule, action=action, since=since, at=at, result=result or {})


def _asker(account: object) -> dict[str, str]:
    """The customer on whose behalf it was done, where there is one."""
    return {"by": account} if isinstance(account, str) and account else {}


def _instant(text: object) -> datetime | None:
    try:
        return instant(str(text))
    except ValueError:
        return None
