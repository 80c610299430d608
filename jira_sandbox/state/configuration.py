"""What administrators set up: statuses, workflows, schemes, fields, screens, types, projects, desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from jira_sandbox.state.shapes import Json, Value

CategoryKey = Literal["TODO", "IN_PROGRESS", "DONE"]


@dataclass(kw_only=True)
class Status:
    """A status, global to the site; its category in the vocabulary of the workflow operations."""

    id: str
    name: str
    category: CategoryKey
    description: str = ""


@dataclass(kw_only=True)
class Named:
    """A priority, a resolution or a project role: an id with a name."""

    id: str
    name: str
    description: str = ""
    is_default: bool = False


@dataclass(kw_only=True)
class IssueType:
    """An issue type."""

    id: str
    name: str
    description: str = ""
    subtask: bool = False


@dataclass(kw_only=True)
class FieldOption:
    """One choice of a list."""

    id: str
    value: str
    disabled: bool = False


@dataclass(kw_only=True)
class Field:
    """A field; `schema` is what GET /field answers. Only custom fields have a custom schema, and people's a context."""

    id: str
    name: str
    schema: Json
    custom: bool = False
    description: str = ""
    context: str = ""
    options: list[FieldOption] = field(default_factory=list)


@dataclass(kw_only=True)
class Tab:
    """A tab of a screen."""

    id: int
    name: str
    fields: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Screen:
    """A screen: the fields a create, edit or transition dialogue offers."""

    id: int
    name: str
    description: str = ""
    tabs: list[Tab] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """Ids of the fields of all tabs."""
        return [field_id for tab in self.tabs for field_id in tab.fields]


@dataclass(kw_only=True)
class Workflow:
    """A workflow kept as the bulk workflow operations write it, with status ids as references."""

    id: str
    name: str
    description: str = ""
    version_id: str
    version: int = 1
    statuses: list[Json] = field(default_factory=list)
    transitions: list[Json] = field(default_factory=list)
    start: Json | None = None
    created: datetime
    updated: datetime
    editable: bool = True

    @property
    def status_ids(self) -> list[str]:
        """Ids of the statuses this workflow has."""
        return [status["statusReference"] for status in self.statuses]


@dataclass(kw_only=True)
class WorkflowScheme:
    """Which workflow each issue type follows."""

    id: int
    name: str
    description: str = ""
    default_workflow: str
    mappings: dict[str, str] = field(default_factory=dict)
    version_id: str = ""
    version: int = 1

    def workflow_for(self, type_id: str) -> str:
        """Id of the workflow an issue type follows."""
        return self.mappings.get(type_id, self.default_workflow)


@dataclass(kw_only=True)
class IssueTypeScheme:
    """The issue types of a project."""

    id: str
    name: str
    type_ids: list[str]
    default_type: str | None = None
    is_default: bool = False


@dataclass(kw_only=True)
class RequestType:
    """What a customer can ask of a desk."""

    id: str
    name: str
    description: str
    help_text: str
    issue_type_id: str
    group_ids: list[str] = field(default_factory=list)


FIRST_QUEUES = (
    ("1", "All open", "resolution = Unresolved ORDER BY created ASC"),
    ("2", "Assigned to me", "assignee = currentUser() AND resolution = Unresolved ORDER BY created ASC"),
    ("3", "Unassigned", "assignee IS EMPTY AND resolution = Unresolved ORDER BY created ASC"),
)
"""The queues of a new desk: id, name, JQL without the project's clause."""


@dataclass(kw_only=True)
class Project:
    """A project; a service desk when it has a desk id."""

    id: str
    key: str
    name: str
    lead: str
    type_key: Literal["service_desk", "software", "business"]
    workflow_scheme_id: int
    issue_type_scheme_id: str
    screen_id: int
    description: str = ""
    desk_id: str | None = None
    team_managed: bool = False
    assignee_type: Literal["PROJECT_LEAD", "UNASSIGNED"] = "UNASSIGNED"
    properties: dict[str, Value] = field(default_factory=dict)
    role_actors: dict[str, list[str]] = field(default_factory=dict)
    request_types: list[RequestType] = field(default_factory=list)
    queues: list[tuple[str, str, str]] = field(default_factory=lambda: list(FIRST_QUEUES))
    organizations: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    next_number: int = 1


@dataclass(kw_only=True)
class LinkType:
    """A kind of issue link."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass(frozen=True, kw_only=True)
class Sla:
    """A simple SLA metric: runs from creation until a stop status, stands still in pause statuses."""

    id: str
    name: str
    goal_seconds: int
    start_statuses: tuple[str, ...] = ()
    pause_statuses: tuple[str, ...] = ()
    stop_statuses: tuple[str, ...] = ()
    field_id: str = ""


@dataclass(kw_only=True)
class Task:
    """Work Jira does in the background; here it is done at once and then reported."""

    id: str
    owner: str
    description: str
    submitted: datetime
    status: str = "COMPLETE"
    result: Value = None
    polls_left: int = 0
