"""Turns Jira's JSON into facts, tolerant of what is missing, in the words of the pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from automation_rules.facts import (
    Audience,
    Comment,
    Edit,
    Escalation,
    Issue,
    Move,
    Person,
    Side,
    Subtask,
    Worklog,
)
from connect_app.jira.adf import plain
from connect_app.jira.links import blockers
from connect_app.jira.marks import ESCALATIONS
from connect_app.jira.mentions import mentions
from connect_app.jira.reading import CHANNEL, JsonObject, RawIssue

SideOf = Callable[[str, str | None], Side]
"""Says on which side an account stands, from its id and Jira's `accountType`."""


@dataclass(frozen=True, kw_only=True)
class ReadingContext:
    """What turns ids into words: the pack's status for a Jira status (id, name), its field ids, who stands where.

    `own_comments` are the ids of comments our ledger knows as ours, for accounts shared with a person.
    """

    status_of: Callable[[str | None, str | None], str | None]
    side_of: SideOf
    fields: Mapping[str, str]
    organizations_field: str | None
    own_comments: frozenset[str]
    done: Mapping[str, datetime]
    absent_fields: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


def issue_facts(raw: RawIssue, context: ReadingContext) -> Issue:
    """The facts of one issue, its history oldest first."""
    fields = raw.issue["fields"]
    status = fields.get("status") or {}
    return Issue(
        id=raw.id,
        key=str(raw.issue["key"]),
        project_key=raw.project_key,
        issue_type=str((fields.get("issuetype") or {}).get("name") or ""),
        summary=str(fields.get("summary") or ""),
        status=context.status_of(_text(status.get("id")), status.get("name")),
        status_name=str(status.get("name") or ""),
        created=instant(fields["created"]),
        reporter=_person(fields.get("reporter"), context),
        assignee=_person(fields.get("assignee"), context),
        priority=_name(fields.get("priority")),
        resolution=_name(fields.get("resolution")),
        created_channel=_channel(raw),
        parent_key=(fields.get("parent") or {}).get("key") if raw.parent_id else None,
        labels=frozenset(fields.get("labels") or ()),
        organizations=_organizations(fields, context),
        moves=_moves(raw, context),
        edits=_edits(raw, context),
        comments=_comments(raw, context),
        subtasks=_subtasks(raw),
        worklogs=_worklogs(raw, context),
        escalations=_escalations(raw, context),
        blockers=blockers(raw),
        mentions=mentions(raw),
        fields={name: value(fields.get(jira_id)) for name, jira_id in context.fields.items()},
        absent_fields=context.absent_fields,
        groups=context.groups,
        done=context.done,
    )


def instant(text: str) -> datetime:
    """An instant as Jira writes it (`2026-11-22T13:00:00.000+0100`), in UTC; `ValueError` when it has no offset."""
    written = datetime.fromisoformat(text)
    if written.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return written.astimezone(UTC)


def value(raw: Any) -> Any:
    """A custom field's value as plain words: an option's value, a user's account id, a date's text."""
    if isinstance(raw, dict):
        if raw.get("type") == "doc":
            return plain(raw)
        return raw.get("accountId") or raw.get("value") or raw.get("name")
    if isinstance(raw, list):
        return tuple(value(item) for item in raw)
    return raw


def _sorted_histories(raw: RawIssue) -> list[JsonObject]:
    return sorted(raw.histories, key=lambda entry: (instant(entry["created"]), int(entry["id"])))


def _moves(raw: RawIssue, context: ReadingContext) -> tuple[Move, ...]:
    return tuple(
        Move(
            id=str(entry["id"]),
            at=instant(entry["created"]),
            by=_author(entry.get("author"), context),
            old=context.status_of(_text(item.get("from")), item.get("fromString")),
            new=context.status_of(_text(item.get("to")), item.get("toString")),
            old_name=item.get("fromString") or "",
            new_name=item.get("toString") or "",
        )
        for entry in _sorted_histories(raw)
        for item in entry.get("items") or ()
        if _field(item) == "status"
    )


def _edits(raw: RawIssue, context: ReadingContext) -> tuple[Edit, ...]:
    names = {jira_id: name for name, jira_id in context.fields.items()}
    return tuple(
        Edit(
            id=str(entry["id"]),
            at=instant(entry["created"]),
            by=_author(entry.get("author"), context),
            field=_field(item),
            old=_text(item.get("from")),
            new=_text(item.get("to")),
            old_text=item.get("fromString") or "",
            new_text=item.get("toString") or "",
            known_as=names.get(_field(item)),
        )
        for entry in _sorted_histories(raw)
        for item in entry.get("items") or ()
        if _field(item) != "status"
    )


def _comments(raw: RawIssue, context: ReadingContext) -> tuple[Comment, ...]:
    comments = (
        Comment(
            id=str(comment["id"]),
            at=instant(comment["created"]),
            by=_commenter(comment, context),
            audience=Audience.INTERNAL if comment.get("jsdPublic") is False else Audience.PUBLIC,
            text=plain(comment.get("body")),
        )
        for comment in raw.comments
    )
    return tuple(sorted(comments, key=lambda comment: (comment.at, int(comment.id))))


def _commenter(comment: JsonObject, context: ReadingContext) -> Person:
    author = _author(comment.get("author"), context)
    if str(comment["id"]) in context.own_comments:
        return Person(author.account_id, Side.RELANCE)
    return author


def _subtasks(raw: RawIssue) -> tuple[Subtask, ...]:
    return tuple(
        Subtask(
            id=str(subtask["id"]),
            key=str(subtask["key"]),
            summary=str((subtask.get("fields") or {}).get("summary") or ""),
            imputation_month=(raw.imputations.get(str(subtask["id"])) or {}).get("month"),
        )
        for subtask in raw.issue["fields"].get("subtasks") or ()
    )


def _worklogs(raw: RawIssue, context: ReadingContext) -> tuple[Worklog, ...]:
    worklogs = (
        Worklog(
            id=str(worklog["id"]),
            at=instant(worklog["started"]),
            by=_author(worklog.get("author"), context),
            seconds=int(worklog.get("timeSpentSeconds") or 0),
            issue_key=str(worklog.get("issueKey") or raw.issue["key"]),
        )
        for worklog in raw.worklogs
    )
    return tuple(sorted(worklogs, key=lambda worklog: (worklog.at, int(worklog.id))))


def _escalations(raw: RawIssue, context: ReadingContext) -> tuple[Escalation, ...]:
    """What is written on the issue, where anybody who may edit it may write: what does not read well is left out."""
    written = raw.properties.get(ESCALATIONS)
    listed = written.get("list") if isinstance(written, dict) else None
    found = (_escalation(entry, context) for entry in (listed if isinstance(listed, list) else ()))
    return tuple(sorted((e for e in found if e is not None), key=lambda e: (e.at, e.id)))


def _escalation(entry: Any, context: ReadingContext) -> Escalation | None:
    try:
        by, at = str(entry["by"]), instant(entry["at"])
        return Escalation(
            id=str(entry["id"]),
            at=at,
            by=Person(by, context.side_of(by, None)),
            reason=str(entry.get("reason") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _author(account: JsonObject | None, context: ReadingContext) -> Person:
    """Who did it; a deleted account has no id and counts as another app, never as a human."""
    if not account or not account.get("accountId"):
        return Person("", Side.OTHER_APP)
    return Person(str(account["accountId"]), context.side_of(str(account["accountId"]), account.get("accountType")))


def _person(account: JsonObject | None, context: ReadingContext) -> Person | None:
    return _author(account, context) if account else None


def _field(item: JsonObject) -> str:
    """Jira's field id; the English name where an old entry has none."""
    return str(item.get("fieldId") or item.get("field") or "")


def _organizations(fields: JsonObject, context: ReadingContext) -> tuple[str, ...]:
    listed = fields.get(context.organizations_field) if context.organizations_field else None
    return tuple(str(entry.get("name") or entry.get("id")) for entry in listed or () if isinstance(entry, dict))


def _channel(raw: RawIssue) -> str | None:
    channel = raw.properties.get(CHANNEL)
    return _text(channel.get("value")) if isinstance(channel, dict) else None


def _name(raw: JsonObject | None) -> str | None:
    return str(raw["name"]) if raw and raw.get("name") else None


def _text(raw: Any) -> str | None:
    return None if raw is None else str(raw)
