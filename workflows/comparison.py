"""Holds one comparison of a pack with a site while it is made: what is wanted, what is there, what was found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from workflows.blueprint import Blueprint, blueprint
from workflows.changes import Adopt, Change, Create
from workflows.graph import folded
from workflows.model import Pack, RequestType
from workflows.site import Kind, Object, SiteIssueType, SiteRequestType, SiteScheme, SiteState, named


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What a project is to have: a pack, and where issues go whose status has no counterpart in it.

    `moves` maps Jira status names (any spelling) to the pack's status ids.
    """

    pack: Pack
    moves: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def scheme_name(pack: Pack, project_key: str) -> str:
    """The name of a project's workflow scheme: one per project, since other issue types keep their own workflows."""
    return pack.scheme or f"{project_key} - {pack.name.fr} (Relance)"


def wanted_types(pack: Pack) -> dict[str, bool]:
    """The issue types a pack needs, by Jira name; True for the sub-task type."""
    types = {request.issue_type: False for request in pack.request_types}
    return types | ({pack.imputation_issue_type: True} if pack.imputation_issue_type else {})


def found_type(name: str, state: SiteState) -> SiteIssueType | None:
    """The site's issue type of this name; of near-twins the project's own."""
    return named(state.issue_types, name, state.project.issue_types)


def found_request_type(wanted: RequestType, state: SiteState) -> SiteRequestType | None:
    """The desk's request type of this name, in either language or by an alias."""
    names = {folded(name) for name in (wanted.name.fr, wanted.name.en, *wanted.aliases)}
    return next((found for found in state.project.request_types if folded(found.name) in names), None)


class Comparison:
    """What is compared and what came out; `changes` stand in the order in which they can be made."""

    def __init__(self, desired: Desired, state: SiteState) -> None:
        self.pack = desired.pack
        self.state = state
        self.project = state.project
        self.told = {folded(name): status for name, status in desired.moves.items()}
        self.blueprint: Blueprint = blueprint(self.pack, state)
        self.changes: list[Change] = []
        self.conflicts: list[str] = []
        self.notes: list[str] = []

    def made(self, kind: Kind, pack_id: str, name: str, found: Object | None, *details: str) -> bool:
        """Notes a creation or an adoption; True when the object exists already."""
        if found is None:
            self.changes.append(Create(kind=kind, id=pack_id, name=name, details=details))
        elif not self.state.manages(kind, found):
            self.changes.append(Adopt(kind=kind, id=pack_id, name=found.name, details=("made by somebody else",)))
        return found is not None

    def conflict(self, sentence: str) -> None:
        """Notes what people must settle first, once."""
        if sentence not in self.conflicts:
            self.conflicts.append(sentence)

    def scheme(self) -> SiteScheme | None:
        """The workflow scheme of ours for this project, if there is one."""
        return named(self.state.schemes, scheme_name(self.pack, self.project.key))

    def follows_ours(self) -> bool:
        """Whether the project follows it already."""
        found = self.scheme()
        return found is not None and self.project.scheme is not None and found.id == self.project.scheme.id
