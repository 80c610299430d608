"""Decides what to take away so that a project is as if a pack had never been there: only what carries our mark."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from workflows.changes import NOUNS, Change, Delete, StatusMove, SwitchScheme
from workflows.graph import folded
from workflows.plan import UnsafePlan
from workflows.site import Kind, Object, SiteScheme, SiteState, SiteStatus, SiteWorkflow, marked_by, named
from workflows.survey_project import SYSTEM_WORKFLOW

DEFAULT_SCHEME = "the default scheme"


@dataclass(frozen=True, kw_only=True)
class Uses:
    """How many issues of the whole site have a resolution or an issue type, by Jira id; counted for marked ones."""

    resolutions: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    issue_types: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What to take away, in order. `held` are reasons that only `force` overrides, `conflicts` what nothing does."""

    project: str
    pack: str
    changes: tuple[Change, ...]
    held: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to take away."""
        return bool(self.changes)

    @property
    def checksum(self) -> str:
        """Twelve hexadecimal digits over what is taken away."""
        content = [self.project, self.pack, [c.as_json() for c in self.changes], list(self.conflicts)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    def raise_if_unsafe(self, *, force: bool) -> None:
        """Raises UnsafePlan with every reason not to go on."""
        reasons = (*self.conflicts, *(() if force else self.held))
        if reasons:
            raise UnsafePlan(reasons)


def removal(
    pack_id: str,
    state: SiteState,
    uses: Uses | None = None,
    *,
    target: str | None = None,
    told: Mapping[str, str] | None = None,
) -> Removal:
    """What to take away of a pack from a project and, where no other project needs it, from the site.

    `target` names the workflow scheme the project is to follow instead of ours (the site's default one when None);
    `told` says where issues go, from one Jira status name to another.
    """
    work = _Removal(pack_id, state, uses or Uses(), target, told or {})
    work.run()
    return Removal(
        project=state.project.key,
        pack=pack_id,
        changes=tuple(work.changes),
        held=tuple(work.held),
        conflicts=tuple(work.conflicts),
        notes=tuple(work.notes),
    )


class _Removal:
    """One look at a site."""

    def __init__(self, pack_id: str, state: SiteState, uses: Uses, target: str | None, told: Mapping[str, str]) -> None:
        self.pack_id = pack_id
        self.state = state
        self.project = state.project
        self.uses = uses
        self.target = named(state.schemes, target) if target else None
        self.told = {folded(old): new for old, new in told.items()}
        self.changes: list[Change] = []
        self.held: list[str] = []
        self.conflicts: list[str] = []
        self.notes: list[str] = []
        if target and self.target is None:
            self.conflicts.append(f"no workflow scheme is called “{target}”")

    def run(self) -> None:
        ours = self.project.scheme if self.project.scheme and self._mine(self.project.scheme) else None
        if ours is not None:
            self._detach(ours)
        mine = [s for s in self.state.schemes if self._mine(s) and self._of_this_project(s, ours)]
        self.changes += [Delete(kind=Kind.SCHEME, id=s.id, name=s.name) for s in mine]
        schemes = [s for s in self.state.schemes if s not in mine]
        workflows = self._workflows({w for s in schemes for w in (s.default_workflow, *s.mappings.values())})
        self._statuses(workflows)
        self._screens(workflows)
        self._used_by_issues(workflows, {kind for s in schemes for kind in s.mappings})
        if self.project.record:
            self.changes.append(Delete(kind=Kind.RECORD, id=self.project.key, name=self.project.key))
        self._kept()
        self._adopted()

    def _mine(self, found: Object) -> bool:
        return marked_by(found.description) == self.pack_id

    def _of_this_project(self, scheme: SiteScheme, ours: SiteScheme | None) -> bool:
        """Schemes are made one per project; those of other projects stay with them."""
        recorded = self.project.recorded(Kind.SCHEME).values()
        return (ours is not None and scheme.id == ours.id) or scheme.id in recorded

    def _detach(self, ours: SiteScheme) -> None:
        issues = sum(self.project.issues.values())
        goes_to = self.target.name if self.target else DEFAULT_SCHEME
        moves = self._moves() if issues and self.target else ()
        if issues:
            self.held.append(f"{issues} issue(s) of {self.project.key} use these workflows; --force allows it")
            if self.target is None:
                self.conflicts.append(
                    f"Jira moves a project with issues only to a named workflow scheme: say which with --to; "
                    f"there is {self._other_schemes(ours)}"
                )
        details = (f"from {ours.name} to {goes_to}",)
        self.changes.append(
            SwitchScheme(
                kind=Kind.PROJECT,
                id=self.project.key,
                name=self.project.key,
                details=details,
                moves=moves,
                issues=issues,
            )
        )

    def _other_schemes(self, ours: SiteScheme) -> str:
        names = [f"“{s.name}”" for s in self.state.schemes if s.id != ours.id and not self._mine(s)]
        return ", ".join(names) or "no other one: make one in Jira first"

    def _moves(self) -> tuple[StatusMove, ...]:
        """Where issues go, as told, else to the status of the same name, else to the first of the same category."""
        target = self.target
        if target is None:
            return ()
        workflows = {w.name: w for w in self.state.workflows}
        types = {t.id: t.name for t in self.state.issue_types}
        moves: list[StatusMove] = []
        for type_id, present in self.project.statuses.items():
            workflow = workflows.get(target.mappings.get(type_id, target.default_workflow))
            allowed = [s for s in self.state.statuses if workflow is not None and s.id in workflow.statuses]
            for old in (s for s in self.state.statuses if s.id in present and s not in allowed):
                count = self.project.issues.get((type_id, old.id), 0)
                chosen = self._chosen(old, allowed)
                if chosen is None and count:
                    self.conflicts.append(
                        f"{count} issue(s) of type “{types.get(type_id, type_id)}” are in “{old.name}”: say where they "
                        f'go with --map "{old.name}=<status>"'
                    )
                if chosen is not None:
                    moves.append(
                        StatusMove(
                            issue_type_id=type_id,
                            issue_type=types.get(type_id, type_id),
                            old_id=old.id,
                            old=old.name,
                            new=chosen.id,
                            new_name=chosen.name,
                            issues=count,
                        )
                    )
        return tuple(moves)

    def _chosen(self, old: SiteStatus, allowed: list[SiteStatus]) -> SiteStatus | None:
        told = self.told.get(folded(old.name))
        if told is not None:
            return named(allowed, told)
        return next((s for s in allowed if s.category is old.category), None)

    def _workflows(self, used: set[str]) -> list[SiteWorkflow]:
        """Deletes our workflows that no remaining scheme has; gives those that stay."""
        staying: list[SiteWorkflow] = []
        for workflow in self.state.workflows:
            if self._mine(workflow) and workflow.name not in used and workflow.name != SYSTEM_WORKFLOW:
                self.changes.append(Delete(kind=Kind.WORKFLOW, id=workflow.id, name=workflow.name))
                continue
            staying.append(workflow)
            if self._mine(workflow):
                self.notes.append(f"the workflow “{workflow.name}” stays: other projects follow it")
        return staying

    def _statuses(self, staying: list[SiteWorkflow]) -> None:
        used = {status: workflow.name for workflow in staying for status in workflow.statuses}
        for status in filter(self._mine, self.state.statuses):
            if status.id in used:
                self.notes.append(f"the status “{status.name}” stays: the workflow “{used[status.id]}” has it")
            else:
                self.changes.append(Delete(kind=Kind.STATUS, id=status.id, name=status.name))

    def _screens(self, staying: list[SiteWorkflow]) -> None:
        used = {transition.screen for workflow in staying for transition in workflow.transitions}
        for screen in self.state.screens:
            if self._mine(screen) and screen.id not in used:
                self.changes.append(Delete(kind=Kind.SCREEN, id=screen.id, name=screen.name))

    def _used_by_issues(self, staying: list[SiteWorkflow], mapped: set[str]) -> None:
        """Resolutions and issue types go only where no workflow sets them and no issue of the site has them."""
        values = {
            value for w in staying for t in w.transitions for rule in t.rules for _, value in rule.parameters if value
        }
        for resolution in filter(self._mine, self.state.resolutions):
            change = Delete(kind=Kind.RESOLUTION, id=resolution.id, name=resolution.name)
            self._unless_used(change, self.uses.resolutions, elsewhere=resolution.id in values)
        for issue_type in filter(self._mine, self.state.issue_types):
            change = Delete(kind=Kind.ISSUE_TYPE, id=issue_type.id, name=issue_type.name)
            self._request_types(issue_type.id)
            self._unless_used(change, self.uses.issue_types, elsewhere=issue_type.id in mapped)

    def _request_types(self, issue_type: str) -> None:
        """Without its issue type a request type could make no request."""
        if self.uses.issue_types.get(issue_type, 0):
            return
        for one in self.project.request_types:
            if one.issue_type == issue_type:
                self.changes.append(Delete(kind=Kind.REQUEST_TYPE, id=one.id, name=one.name))

    def _unless_used(self, change: Delete, counts: Mapping[str, int], *, elsewhere: bool) -> None:
        issues = counts.get(change.id, 0)
        if elsewhere:
            self.notes.append(f"the {change.noun} stays: other projects use it")
        elif issues:
            self.notes.append(f"the {change.noun} stays: {issues} issue(s) have it")
        else:
            self.changes.append(change)

    def _kept(self) -> None:
        """Fields and priorities stay: requests have them, and they hold what people wrote."""
        for noun, objects in (("field", self.state.fields), ("priority", self.state.priorities)):
            names = [f"“{found.name}”" for found in objects if self._mine(found)]
            if names:
                self.notes.append(f"the {noun} {', '.join(names)} stays with what people wrote in it")

    def _adopted(self) -> None:
        """What we took under management and somebody else made stays as it is."""
        objects: tuple[tuple[Kind, Sequence[Object]], ...] = (
            (Kind.STATUS, self.state.statuses),
            (Kind.WORKFLOW, self.state.workflows),
            (Kind.RESOLUTION, self.state.resolutions),
        )
        for kind, found in objects:
            recorded = self.project.recorded(kind).values()
            names = [f"“{o.name}”" for o in found if o.id in recorded and marked_by(o.description) is None]
            if names:
                self.notes.append(f"{NOUNS[kind]} {', '.join(names)}: here before us, and left as it is")
