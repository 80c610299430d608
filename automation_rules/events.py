"""Derives what happened to an issue from its history; webhooks only ever say where to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from automation_rules.facts import Comment, Edit, Escalation, Issue, Move, Person, Worklog


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at one instant; `id` is stable (`move/10120`) and enters natural keys."""

    id: str
    at: datetime
    by: Person | None


@dataclass(frozen=True, kw_only=True)
class Created(Event):
    """The issue was created."""


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Event):
    """The issue moved."""

    move: Move


@dataclass(frozen=True, kw_only=True)
class Edited(Event):
    """Another field changed."""

    edit: Edit


@dataclass(frozen=True, kw_only=True)
class Commented(Event):
    """Somebody commented."""

    comment: Comment


@dataclass(frozen=True, kw_only=True)
class Worklogged(Event):
    """Somebody logged time."""

    worklog: Worklog


@dataclass(frozen=True, kw_only=True)
class Escalated(Event):
    """The customer escalated."""

    escalation: Escalation


TIME = "time"
"""The id of the event that is none."""


@dataclass(frozen=True, kw_only=True)
class TimePassed(Event):
    """Nothing happened but time; always the last event of a run."""


def derive(issue: Issue, since: datetime, now: datetime) -> list[Event]:
    """Every event of the issue from `since` on, oldest first, then `TimePassed(now)`."""
    events: list[Event] = [Created(id="created", at=issue.created, by=issue.reporter)]
    events += [StatusChanged(id=f"move/{m.id}", at=m.at, by=m.by, move=m) for m in issue.moves]
    events += [Edited(id=f"edit/{e.id}/{e.field}", at=e.at, by=e.by, edit=e) for e in issue.edits]
    events += [Commented(id=f"comment/{c.id}", at=c.at, by=c.by, comment=c) for c in issue.comments]
    events += [Worklogged(id=f"worklog/{w.id}", at=w.at, by=w.by, worklog=w) for w in issue.worklogs]
    events += [Escalated(id=f"escalation/{x.id}", at=x.at, by=x.by, escalation=x) for x in issue.escalations]
    recent = sorted((e for e in events if e.at >= since), key=lambda e: e.at)
    return [*recent, TimePassed(id=TIME, at=now, by=None)]
