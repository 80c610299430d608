"""Holds what a Jira site has today, as far as a plan needs to know, with the marks of what Relance manages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from workflows.graph import folded
from workflows.model import StatusCategory

_MARK = re.compile(r"\[Relance: ([a-z0-9-]+)\]")

RECORD = "relance.provisioning"
"""The project property that remembers the ids of what a project got from us; readable by the app at run time."""


class Kind(StrEnum):
    """What kind of Jira object something is; the values are the keys of the project's record."""

    RESOLUTION = "resolutions"
    PRIORITY = "priorities"
    ISSUE_TYPE = "issueTypes"
    ISSUE_TYPE_SCHEME = "issueTypeScheme"
    FIELD = "fields"
    OPTIONS = "options"
    PROJECT_SCREENS = "projectScreens"
    SCREEN = "screens"
    STATUS = "statuses"
    WORKFLOW = "workflows"
    SCHEME = "scheme"
    PROJECT = "project"
    REQUEST_TYPE = "requestTypes"
    RECORD = "record"


class TransitionKind(StrEnum):
    """Jira's three kinds of transition."""

    INITIAL = "INITIAL"
    DIRECTED = "DIRECTED"
    GLOBAL = "GLOBAL"


def mark(pack_id: str) -> str:
    """The words in a description that say Relance made the object, and for which pack."""
    return f"[Relance: {pack_id}]"


def unmarked(description: str) -> str:
    """A description without our mark."""
    return _MARK.sub("", description).strip()


def marked_by(description: str) -> str | None:
    """The pack named by the mark in a description, or None when nothing of ours is there."""
    found = _MARK.search(description)
    return found.group(1) if found else None


class Object(Protocol):
    """What every object of a site has."""

    @property
    def id(self) -> str:
        """Jira's id of it."""

    @property
    def name(self) -> str:
        """Jira's name of it."""

    @property
    def description(self) -> str:
        """What administrators wrote about it, our mark included."""


T = TypeVar("T", bound=Object)


@dataclass(frozen=True, kw_only=True)
class SiteStatus:
    """A status of the whole site."""

    id: str
    name: str
    category: StatusCategory
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteResolution:
    """A resolution of the whole site."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteIssueType:
    """An issue type of the whole site."""

    id: str
    name: str
    subtask: bool = False
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SitePriority:
    """A priority of the whole site."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteField:
    """A custom field; `type` is Jira's key of its type, `context` the one that reaches the project.

    `options` are read for select fields only. Without a context the field has no place for options in the project.
    """

    id: str
    name: str
    type: str
    context: str = ""
    options: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteScreen:
    """A screen with its first tab and the ids of the fields on all its tabs."""

    id: str
    name: str
    tab: str = ""
    fields: frozenset[str] = frozenset()
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteRequestType:
    """A request type of the project's service desk; without a group the portal does not show it."""

    id: str
    name: str
    issue_type: str
    grouped: bool = True


@dataclass(frozen=True)
class Rule:
    """One native rule of a transition: its key and its parameters, all of them text."""

    key: str
    parameters: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What we manage of a transition, in comparable form; `to` and `sources` are status ids of the site."""

    name: str
    kind: TransitionKind
    to: str
    sources: frozenset[str] = frozenset()
    customer: bool = False
    rules: frozenset[Rule] = frozenset()
    screen: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same transition before and after a change: its name and where it leads."""
        return ("" if self.kind is TransitionKind.INITIAL else folded(self.name), self.to)


@dataclass(frozen=True, kw_only=True)
class ApprovalShape:
    """The approval of a status: who is asked (a field of people), how many must agree, and where each answer leads.

    `approved` and `refused` are keys of transitions, `exclude` those of assignee and reporter who may not approve.
    """

    status: str
    field: str
    approved: tuple[str, str]
    refused: tuple[str, str]
    count: str = "1"
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class SiteWorkflow:
    """A workflow of the site; `document` is Jira's own JSON, so that an update keeps what is not ours."""

    id: str
    name: str
    statuses: frozenset[str]
    transitions: tuple[Shape, ...]
    approvals: frozenset[ApprovalShape] = frozenset()
    description: str = ""
    document: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class SiteScheme:
    """A workflow scheme: issue type ids to workflow names, and the workflow of all other types."""

    id: str
    name: str
    default_workflow: str
    mappings: Mapping[str, str]
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteProject:
    """A project: its types with the statuses each may be in, how many issues sit where, and our record of it.

    `scheme` is None when the project uses the site's default scheme. `issues` counts by (issue type id, status id).
    `screens` are those its issues are seen and edited with; `desk` is empty when it is no service project.
    """

    id: str
    key: str
    name: str
    issue_type_scheme: str
    issue_types: tuple[str, ...]
    scheme: SiteScheme | None = None
    statuses: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    issues: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))
    record: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    team_managed: bool = False
    screens: tuple[SiteScreen, ...] = ()
    desk: str = ""
    request_types: tuple[SiteRequestType, ...] = ()

    def recorded(self, kind: Kind) -> Mapping[str, str]:
        """Pack ids to Jira ids of one kind, as our record of the project has them."""
        ids = self.record.get(kind.value)
        return ids if isinstance(ids, Mapping) else {}


@dataclass(frozen=True, kw_only=True)
class SiteState:
    """What a plan compares the catalog with: the site's objects, and one project.

    `screens` are ours only, known by their name; `groups` are the ids of the levels' groups, by folded name; `app_role`
    is the project role of apps, empty on a site that has none.
    """

    project: SiteProject
    statuses: tuple[SiteStatus, ...] = ()
    workflows: tuple[SiteWorkflow, ...] = ()
    schemes: tuple[SiteScheme, ...] = ()
    issue_types: tuple[SiteIssueType, ...] = ()
    resolutions: tuple[SiteResolution, ...] = ()
    priorities: tuple[SitePriority, ...] = ()
    fields: tuple[SiteField, ...] = ()
    screens: tuple[SiteScreen, ...] = ()
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    app_role: str = ""

    def manages(self, kind: Kind, found: Object) -> bool:
        """Whether Relance made or adopted this object: by the mark in its description, or by the project's record."""
        return marked_by(found.description) is not None or found.id in self.project.recorded(kind).values()


def named(objects: Iterable[T], name: str, first: Iterable[str] = ()) -> T | None:
    """The object people mean by a name; of near-twins, one whose id is in `first`, else the exact spelling."""
    preferred = frozenset(first)
    twins = [found for found in objects if folded(found.name) == folded(name)]
    return min(twins, key=lambda found: (found.id not in preferred, found.name != name), default=None)
