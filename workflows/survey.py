"""Compares one pack with one site and project, kind by kind: the changes to make, the conflicts, what to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workflows.blueprint import (
    Blueprint,
    Difference,
    blueprint,
    difference,
    found_resolution,
    found_status,
    status_description,
)
from workflows.changes import Adopt, Change, Create, Delete, StatusMove, SwitchScheme, Update
from workflows.graph import folded
from workflows.model import Pack, Status, Workflow
from workflows.moves import target
from workflows.site import (
    Kind,
    Object,
    Shape,
    SiteIssueType,
    SiteScheme,
    SiteState,
    SiteStatus,
    SiteWorkflow,
    mark,
    marked_by,
    named,
)

SYSTEM_WORKFLOW = "jira"
"""The workflow of every issue type in the site's default scheme."""


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


class Survey:
    """One comparison; `changes` come in the order in which they can be made."""

    def __init__(self, desired: Desired, state: SiteState) -> None:
        self.pack = desired.pack
        self.state = state
        self.project = state.project
        self.told = {folded(name): status for name, status in desired.moves.items()}
        self.blueprint: Blueprint = blueprint(self.pack, state)
        self.changes: list[Change] = []
        self.conflicts: list[str] = []
        self.notes: list[str] = []

    def run(self) -> None:
        """Makes the whole comparison."""
        if self.project.team_managed:
            self.conflicts.append(
                f"project {self.project.key} is team-managed: its workflows are its team's; use a company-managed one"
            )
            return
        self._resolutions()
        self._issue_types()
        for status in self.pack.statuses:
            self._status(status)
        for workflow in self.pack.workflows:
            self._workflow(workflow)
        self._scheme()
        self._leftovers()
        self._record()
        self._fields()

    def _made(self, kind: Kind, pack_id: str, name: str, found: Object | None, *details: str) -> bool:
        """Notes a creation or an adoption; True when the object exists already."""
        if found is None:
            self.changes.append(Create(kind=kind, id=pack_id, name=name, details=details))
        elif not self.state.manages(kind, found):
            self.changes.append(Adopt(kind=kind, id=pack_id, name=found.name, details=("made by somebody else",)))
        return found is not None

    def _resolutions(self) -> None:
        for resolution in self.pack.resolutions:
            found = found_resolution(resolution, self.state)
            self._made(Kind.RESOLUTION, resolution.id, resolution.name.fr, found)

    def _issue_types(self) -> None:
        absent: list[str] = []
        for name, subtask in wanted_types(self.pack).items():
            found = found_type(name, self.state)
            if found is None:
                kind = ("sub-task",) if subtask else ()
                self.changes.append(Create(kind=Kind.ISSUE_TYPE, id=name, name=name, details=kind))
            elif found.subtask != subtask:
                is_one = "is a sub-task type" if found.subtask else "is no sub-task type"
                self.conflicts.append(f"the issue type “{found.name}” {is_one}: rename it in Jira, or change the pack")
            if found is None or found.id not in self.project.issue_types:
                absent.append(name)
        if absent:
            details = tuple(f"issue type “{name}” added" for name in absent)
            self.changes.append(
                Update(kind=Kind.ISSUE_TYPE_SCHEME, id=self.project.key, name=self.project.key, details=details)
            )

    def _status(self, status: Status) -> None:
        found = found_status(status, self.state)
        if not self._made(Kind.STATUS, status.id, status.jira_name, found) or found is None:
            return
        if found.name != status.jira_name:
            self.notes.append(f"the status “{status.jira_name}” is spelled “{found.name}” in Jira, and stays so")
        ours = {w.name for w in self.pack.workflows}
        users = sorted(w.name for w in self.state.workflows if found.id in w.statuses and w.name not in ours)
        if users:
            self.notes.append(f"the status “{found.name}” is shared with {len(users)} other workflow(s): {users[0]}…")
        self._status_details(status, found)

    def _status_details(self, status: Status, found: SiteStatus) -> None:
        mine = marked_by(found.description) == self.pack.id
        if found.category is not status.jira_category:
            words = f"category {found.category} instead of {status.jira_category}"
            if not mine:
                self.conflicts.append(
                    f"the status “{found.name}” has {words}: change it in Jira, or rename it in the pack"
                )
                return
            self.changes.append(Update(kind=Kind.STATUS, id=status.id, name=found.name, details=(words,)))
        elif mine and found.description != status_description(status, mark(self.pack.id)):
            self.changes.append(Update(kind=Kind.STATUS, id=status.id, name=found.name, details=("its description",)))

    def _workflow(self, workflow: Workflow) -> None:
        wanted, statuses = self.blueprint.shapes(workflow), self.blueprint.sources(workflow)
        found = named(self.state.workflows, workflow.name)
        size = f"{len(statuses)} statuses, {len(wanted) - 1} transitions"
        if not self._made(Kind.WORKFLOW, workflow.id, workflow.name, found, size) or found is None:
            return
        differs = difference(wanted, statuses, found.transitions, found.statuses)
        if differs:
            self._also_used(found)
            removals = len(differs.removed) + len(differs.statuses_removed)
            moves = self._moves(workflow) if self._follows_ours() else ()
            self.changes.append(
                Update(
                    kind=Kind.WORKFLOW,
                    id=workflow.id,
                    name=found.name,
                    details=self._told_difference(differs),
                    moves=moves,
                    removals=removals,
                )
            )

    def _also_used(self, workflow: SiteWorkflow) -> None:
        ours = folded(scheme_name(self.pack, self.project.key))
        others = sorted(
            s.name
            for s in self.state.schemes
            if folded(s.name) != ours and workflow.name in {s.default_workflow, *s.mappings.values()}
        )
        if others:
            told = f"the workflow “{workflow.name}” is also used by {', '.join(others)}"
            self.notes.append(f"{told}: their projects change with it")

    def _told_difference(self, differs: Difference) -> tuple[str, ...]:
        names = {s.id: s.name for s in self.state.statuses}
        names |= {f"new:{status.id}": status.jira_name for status in self.pack.statuses}

        def words(shape: Shape) -> str:
            return f"“{shape.name}” to “{names.get(shape.to, shape.to)}”"

        return (
            *(f"status “{names.get(status, status)}” added" for status in sorted(differs.statuses_added)),
            *(f"status “{names.get(status, status)}” removed" for status in sorted(differs.statuses_removed)),
            *(f"transition {words(shape)} added" for shape in differs.added),
            *(f"transition {words(shape)} changed" for shape in differs.changed),
            *(f"transition {words(shape)} removed" for shape in differs.removed),
        )

    def _scheme_found(self) -> SiteScheme | None:
        return named(self.state.schemes, scheme_name(self.pack, self.project.key))

    def _follows_ours(self) -> bool:
        found = self._scheme_found()
        return found is not None and self.project.scheme is not None and found.id == self.project.scheme.id

    def wanted_scheme(self) -> tuple[str, dict[str, str]]:
        """The default workflow and the issue types' workflows: ours for the pack's types, the present ones for others.

        An issue type that does not exist yet stands as `new:<name>`.
        """
        present = self.project.scheme
        default = present.default_workflow if present else SYSTEM_WORKFLOW
        mappings = dict(present.mappings) if present else {}
        workflows = {w.id: w for w in self.pack.workflows}
        for request in self.pack.request_types:
            found = found_type(request.issue_type, self.state)
            workflow = workflows[request.workflow]
            site = named(self.state.workflows, workflow.name)
            issue_type = found.id if found else f"new:{request.issue_type}"
            name = site.name if site else workflow.name
            if mappings.get(issue_type, default) != name:
                mappings[issue_type] = name
        return default, mappings

    def _scheme(self) -> None:
        name = scheme_name(self.pack, self.project.key)
        found = self._scheme_found()
        default, mappings = self.wanted_scheme()
        moves = tuple(move for workflow in self.pack.workflows for move in self._moves(workflow))
        followed = {w.id: w.name for w in self.pack.workflows}
        details = tuple(f"{r.issue_type}: {followed[r.workflow]}" for r in self.pack.request_types)
        exists = self._made(Kind.SCHEME, self.pack.id, name, found, *details)
        if exists and found is not None and (found.default_workflow, dict(found.mappings)) != (default, mappings):
            moved = moves if self._follows_ours() else ()
            self.changes.append(Update(kind=Kind.SCHEME, id=self.pack.id, name=name, details=details, moves=moved))
        if not self._follows_ours():
            before = self.project.scheme.name if self.project.scheme else "the default scheme"
            issues = sum(self.project.issues.values())
            self.changes.append(
                SwitchScheme(
                    kind=Kind.PROJECT,
                    id=self.project.key,
                    name=self.project.key,
                    details=(f"from {before} to {name}",),
                    moves=moves,
                    issues=issues,
                )
            )

    def _moves(self, workflow: Workflow) -> tuple[StatusMove, ...]:
        """Where issues go from statuses the workflow does not have; what nobody can say is a conflict."""
        kept = self.blueprint.sources(workflow)
        names = {s.id: s.name for s in self.state.statuses}
        found: list[StatusMove] = []
        for request in self.pack.request_types:
            issue_type = found_type(request.issue_type, self.state)
            if request.workflow != workflow.id or issue_type is None:
                continue
            for old in self.project.statuses.get(issue_type.id, ()):
                if old in kept:
                    continue
                issues = self.project.issues.get((issue_type.id, old), 0)
                name = names.get(old, old)
                new = target(self.pack, workflow, name, self.told)
                if new is None and issues:
                    self._unmapped(issue_type.name, name, issues)
                chosen = self.pack.status(new or workflow.initial)
                found.append(
                    StatusMove(
                        issue_type_id=issue_type.id,
                        issue_type=issue_type.name,
                        old_id=old,
                        old=name,
                        new=chosen.id,
                        new_name=chosen.jira_name,
                        issues=issues,
                    )
                )
        return tuple(found)

    def _unmapped(self, issue_type: str, status: str, issues: int) -> None:
        sentence = (
            f"{issues} issue(s) of type “{issue_type}” are in the status “{status}”, which the workflow does not have: "
            f'say where they go with --move "{status}=<status id>"'
        )
        if sentence not in self.conflicts:
            self.conflicts.append(sentence)

    def _leftovers(self) -> None:
        """What this pack made and no longer has, and nothing uses any more."""
        wanted = {folded(w.name) for w in self.pack.workflows}
        default, mappings = self.wanted_scheme()
        ours = scheme_name(self.pack, self.project.key)
        used = {default, *mappings.values()}
        for scheme in self.state.schemes:
            if folded(scheme.name) != folded(ours):
                used |= {scheme.default_workflow, *scheme.mappings.values()}
        gone = [
            w for w in self.state.workflows if self._mine(w) and folded(w.name) not in wanted and w.name not in used
        ]
        staying = [w for w in self.state.workflows if w not in gone and folded(w.name) not in wanted]
        in_use = set(self.blueprint.statuses.values()).union(*(w.statuses for w in staying))
        for workflow in gone:
            self.changes.append(Delete(kind=Kind.WORKFLOW, id=workflow.id, name=workflow.name))
        for status in self.state.statuses:
            if self._mine(status) and status.id not in in_use:
                self.changes.append(Delete(kind=Kind.STATUS, id=status.id, name=status.name))

    def _mine(self, found: SiteWorkflow | SiteStatus) -> bool:
        return marked_by(found.description) == self.pack.id

    def wanted_record(self) -> dict[str, Any]:
        """What the project's property is to say: the Jira id of everything the pack has, by pack id."""
        types = {name: found.id for name in wanted_types(self.pack) if (found := found_type(name, self.state))}
        workflows = {w.id: f.id for w in self.pack.workflows if (f := named(self.state.workflows, w.name))}
        scheme = self._scheme_found()
        return {
            "pack": self.pack.id,
            Kind.STATUS.value: self.blueprint.statuses,
            Kind.RESOLUTION.value: self.blueprint.resolutions,
            Kind.ISSUE_TYPE.value: types,
            Kind.WORKFLOW.value: workflows,
            Kind.SCHEME.value: {self.pack.id: scheme.id} if scheme else {},
        }

    def _record(self) -> None:
        if dict(self.project.record) != self.wanted_record() or self.changes:
            make = Update if self.project.record else Create
            self.changes.append(make(kind=Kind.RECORD, id=self.project.key, name=self.project.key))

    def _fields(self) -> None:
        present = {folded(name) for name in self.state.fields}
        for wanted in self.pack.fields:
            if wanted.jira_type is None and folded(wanted.name.fr) not in present:
                make = f"make a field of kind {wanted.kind} in Jira and put it on the project's screens"
                self.notes.append(f"no field is called “{wanted.name.fr}”: {make}")
