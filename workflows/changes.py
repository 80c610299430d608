"""Defines the changes a plan is made of; each says in one line what it does, and what it does it to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from workflows.site import Kind

NOUNS = {
    Kind.RESOLUTION: "resolution",
    Kind.PRIORITY: "priority",
    Kind.ISSUE_TYPE: "issue type",
    Kind.ISSUE_TYPE_SCHEME: "issue types of",
    Kind.FIELD: "field",
    Kind.OPTIONS: "options of",
    Kind.PROJECT_SCREENS: "screens of",
    Kind.SCREEN: "screen",
    Kind.STATUS: "status",
    Kind.WORKFLOW: "workflow",
    Kind.SCHEME: "workflow scheme",
    Kind.PROJECT: "project",
    Kind.REQUEST_TYPE: "request type",
    Kind.RECORD: "record of",
}


@dataclass(frozen=True, kw_only=True)
class StatusMove:
    """Where issues of one type go when their status leaves the workflow; `new` is a pack id, `issues` how many move."""

    issue_type_id: str
    issue_type: str
    old_id: str
    old: str
    new: str
    new_name: str
    issues: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """One step of a plan on one Jira object; `id` is the pack's id of it, `name` Jira's name."""

    kind: Kind
    id: str
    name: str
    details: tuple[str, ...] = ()
    moves: tuple[StatusMove, ...] = ()

    verb: ClassVar[str]
    symbol: ClassVar[str]

    @property
    def noun(self) -> str:
        """What the change is done to, in words: `status “En cours”`."""
        return f"{NOUNS[self.kind]} “{self.name}”"

    def as_json(self) -> dict[str, Any]:
        """The change for machines, without the counts of issues, which change by the minute."""
        return {
            "do": self.verb,
            "kind": self.kind.value,
            "id": self.id,
            "name": self.name,
            "details": list(self.details),
            "moves": [[m.issue_type, m.old, m.new] for m in self.moves],
        }


@dataclass(frozen=True, kw_only=True)
class Create(Change):
    """Makes an object that the site does not have."""

    verb = "create"
    symbol = "+"


@dataclass(frozen=True, kw_only=True)
class Update(Change):
    """Changes an object of ours; `removals` counts the parts it loses."""

    removals: int = 0

    verb = "update"
    symbol = "~"


@dataclass(frozen=True, kw_only=True)
class Delete(Change):
    """Removes an object of ours that the catalog no longer has."""

    verb = "delete"
    symbol = "-"


@dataclass(frozen=True, kw_only=True)
class Adopt(Change):
    """Takes under management an object of the right name that somebody else made."""

    verb = "adopt"
    symbol = "="


@dataclass(frozen=True, kw_only=True)
class SwitchScheme(Change):
    """Has a project follow the scheme; `issues` is how many issues it holds, `moves` where some of them go."""

    issues: int = 0

    verb = "switch"
    symbol = ">"
