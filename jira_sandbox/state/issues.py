"""Issues and everything that hangs on them: comments, worklogs, history, links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from jira_sandbox.state.shapes import Json, Value


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a changelog entry."""

    field: str
    field_id: str
    before: str | None
    before_text: str | None
    after: str | None
    after_text: str | None
    field_type: str = "jira"


@dataclass(frozen=True, kw_only=True)
class History:
    """One changelog entry: everything one request changed."""

    id: str
    author: str
    created: datetime
    changes: tuple[Change, ...]
    metadata: Json | None = None


@dataclass(kw_only=True)
class Comment:
    """A comment; its body is kept as Atlassian Document Format."""

    id: str
    author: str
    update_author: str
    body: Json
    created: datetime
    updated: datetime
    public: bool = True
    properties: dict[str, Value] = field(default_factory=dict)
    visibility: Json | None = None


@dataclass(kw_only=True)
class Worklog:
    """Time spent on an issue."""

    id: str
    author: str
    update_author: str
    started: datetime
    seconds: int
    created: datetime
    updated: datetime
    comment: Json | None = None
    properties: dict[str, Value] = field(default_factory=dict)
    visibility: Json | None = None


@dataclass(frozen=True, kw_only=True)
class IssueLink:
    """A link between two issues."""

    id: str
    type_id: str
    source: str
    destination: str


@dataclass(kw_only=True)
class Approval:
    """What the approvers of one stay in a status answered; `stay` is the move that began it."""

    id: str
    stay: str
    created: datetime
    answers: dict[str, str] = field(default_factory=dict)
    outcome: str = "pending"
    completed: datetime | None = None


@dataclass(kw_only=True)
class Issue:
    """An issue as the site remembers it; times are UTC instants, people are accountIds."""

    id: str
    key: str
    project_id: str
    type_id: str
    status_id: str
    summary: str
    creator: str
    created: datetime
    updated: datetime
    category_changed: datetime
    reporter: str | None = None
    assignee: str | None = None
    description: Json | None = None
    environment: Json | None = None
    priority_id: str | None = None
    resolution_id: str | None = None
    resolved: datetime | None = None
    due: str | None = None
    labels: list[str] = field(default_factory=list)
    parent_id: str | None = None
    original_estimate: int | None = None
    remaining_estimate: int | None = None
    request_type_id: str | None = None
    channel: str = "api"
    participants: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    unsubscribed: list[str] = field(default_factory=list)
    custom: dict[str, Value] = field(default_factory=dict)
    properties: dict[str, Value] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)

    @property
    def spent(self) -> int:
        """Seconds logged on this issue."""
        return sum(worklog.seconds for worklog in self.worklogs)

    @property
    def number(self) -> int:
        """The number in the key."""
        return int(self.key.rpartition("-")[2])
