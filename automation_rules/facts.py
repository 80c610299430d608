"""Defines the frozen facts a rule may read about one issue, with statuses already in the pack's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Audience(StrEnum):
    """Who may read a comment. There is no default anywhere: a leak of an internal note is the worst bug we can have."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Side(StrEnum):
    """On which side of the desk somebody stands."""

    CUSTOMER = "customer"
    AGENT = "agent"
    RELANCE = "relance"
    OTHER_APP = "other_app"


@dataclass(frozen=True)
class Person:
    """Somebody who did something: an account id and a side; names are never kept."""

    account_id: str
    side: Side

    @property
    def is_human(self) -> bool:
        """True for customers and agents: only they restart an idle clock."""
        return self.side in {Side.CUSTOMER, Side.AGENT}


@dataclass(frozen=True, kw_only=True)
class Move:
    """One change of status, from the changelog; a status outside the pack has no id, only Jira's name."""

    id: str
    at: datetime
    by: Person
    old: str | None
    new: str | None
    old_name: str = ""
    new_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of another field; `field` is Jira's field id (`assignee`, `priority`, …), `known_as` the pack's."""

    id: str
    at: datetime
    by: Person
    field: str
    old: str | None
    new: str | None
    old_text: str = ""
    new_text: str = ""
    known_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One comment and who may read it."""

    id: str
    at: datetime
    by: Person
    audience: Audience
    text: str


@dataclass(frozen=True, kw_only=True)
class Worklog:
    """Time somebody logged, in seconds, on the issue or on one of its sub-tasks."""

    id: str
    at: datetime
    by: Person
    seconds: int
    issue_key: str


@dataclass(frozen=True, kw_only=True)
class Subtask:
    """A sub-task; `imputation_month` (`2026-11`) when it is one of our imputation sub-tasks."""

    id: str
    key: str
    summary: str
    imputation_month: str | None = None


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """Another issue that has to be done before this one can be finished, and whether it is (E23)."""

    key: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """One escalation by the customer, with its reason (C28-C30)."""

    id: str
    at: datetime
    by: Person
    reason: str


class Word(StrEnum):
    """What an agent may say about the silence of a request."""

    POSTPONED = "postponed"
    EXEMPTED = "exempted"
    RESUMED = "resumed"


@dataclass(frozen=True, kw_only=True)
class Reprieve:
    """An agent's word on a silent request: not closed before a day (`until`), left alone, or as documented again."""

    id: str
    at: datetime
    by: Person
    word: Word
    until: date | None = None
    reason: str = ""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A snapshot of one issue with its history, oldest first; all instants are aware and in UTC.

    `status` is the pack's id, or None when Jira's status is none of the pack's. `fields` maps the pack's field ids to
    plain values; `absent_fields` are those the site does not have, of which nothing can be known. `groups` maps the
    account ids that may have to prove their level to the ids of their Jira groups. `mentions` are the keys of other
    requests of the project that its summary and description name. `done` maps the natural key of each
    action of ours already carried out on this issue to when it was.
    """

    id: str
    key: str
    project_key: str
    issue_type: str
    summary: str
    status: str | None
    status_name: str
    created: datetime
    reporter: Person | None = None
    assignee: Person | None = None
    priority: str | None = None
    resolution: str | None = None
    created_channel: str | None = None
    parent_key: str | None = None
    labels: frozenset[str] = frozenset()
    organizations: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    edits: tuple[Edit, ...] = ()
    comments: tuple[Comment, ...] = ()
    subtasks: tuple[Subtask, ...] = ()
    worklogs: tuple[Worklog, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    reprieves: tuple[Reprieve, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    mentions: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=_nothing)
    absent_fields: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=_nothing)
    done: Mapping[str, datetime] = field(default_factory=_nothing)

    @property
    def number(self) -> str:
        """The numeric part of the key: `88` for SUP-88 (A6, D3)."""
        return self.key.rpartition("-")[2]

    @property
    def status_since(self) -> datetime:
        """When the issue entered its present status."""
        return self.moves[-1].at if self.moves else self.created
