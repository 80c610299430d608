"""Compares workflows, and says where issues go whose status leaves theirs."""

from __future__ import annotations

from workflows.changes import StatusMove, Update
from workflows.comparison import Comparison, found_type, scheme_name
from workflows.difference import Design, Difference, difference
from workflows.graph import folded
from workflows.model import Workflow
from workflows.moves import target
from workflows.site import Kind, Shape, SiteWorkflow, named


def design(c: Comparison, workflow: Workflow) -> Design:
    """What a workflow of the pack is to be on this site."""
    plan = c.blueprint
    screens = frozenset(screen.id for screen in c.state.screens)
    return Design(plan.shapes(workflow), plan.sources(workflow), plan.approvals(workflow), screens)


def compare_workflows(c: Comparison) -> None:
    """Workflows to make, to adopt or to change."""
    for workflow in c.pack.workflows:
        _compare(c, workflow)
    _tell_levels(c)


def _compare(c: Comparison, workflow: Workflow) -> None:
    wanted = design(c, workflow)
    found = named(c.state.workflows, workflow.name)
    size = f"{len(wanted.statuses)} statuses, {len(wanted.shapes) - 1} transitions"
    if not c.made(Kind.WORKFLOW, workflow.id, workflow.name, found, size) or found is None:
        return
    differs = difference(wanted, found)
    if differs:
        _tell_users(c, found)
        c.changes.append(
            Update(
                kind=Kind.WORKFLOW,
                id=workflow.id,
                name=found.name,
                details=_told(c, differs),
                moves=moves_of(c, workflow) if c.follows_ours() else (),
                removals=len(differs.removed) + len(differs.statuses_removed),
            )
        )


def _tell_users(c: Comparison, workflow: SiteWorkflow) -> None:
    ours = folded(scheme_name(c.pack, c.project.key))
    others = sorted(
        s.name
        for s in c.state.schemes
        if folded(s.name) != ours and workflow.name in {s.default_workflow, *s.mappings.values()}
    )
    if others:
        told = f"the workflow “{workflow.name}” is also used by {', '.join(others)}"
        c.notes.append(f"{told}: their projects change with it")


def _tell_levels(c: Comparison) -> None:
    """A level nobody embodies on the site cannot be asked for: its transitions stay open to every agent."""
    used = {t.level for w in c.pack.workflows for t in w.transitions}
    for level in c.pack.levels:
        if c.pack.enforcement.levels and level.id in used and not c.blueprint.groups.get(level.id):
            told = f"no group is called “{level.name.fr}”"
            c.notes.append(f"{told}: the moves of that level stay open to every agent until there is one")


def _told(c: Comparison, differs: Difference) -> tuple[str, ...]:
    names = {s.id: s.name for s in c.state.statuses}
    names |= {f"new:{status.id}": status.jira_name for status in c.pack.statuses}

    def words(shape: Shape) -> str:
        return f"“{shape.name}” to “{names.get(shape.to, shape.to)}”"

    return (
        *(f"status “{names.get(status, status)}” added" for status in sorted(differs.statuses_added)),
        *(f"status “{names.get(status, status)}” removed" for status in sorted(differs.statuses_removed)),
        *(f"transition {words(shape)} added" for shape in differs.added),
        *(f"transition {words(shape)} changed" for shape in differs.changed),
        *(f"transition {words(shape)} removed" for shape in differs.removed),
        *(f"approval of “{names.get(status, status)}” changed" for status in sorted(differs.approvals)),
    )


def moves_of(c: Comparison, workflow: Workflow) -> tuple[StatusMove, ...]:
    """Where issues go from statuses the workflow does not have; what nobody can say is a conflict."""
    kept = c.blueprint.sources(workflow)
    found: list[StatusMove] = []
    for request in c.pack.request_types:
        issue_type = found_type(request.issue_type, c.state)
        if request.workflow != workflow.id or issue_type is None:
            continue
        leaving = [old for old in c.project.statuses.get(issue_type.id, ()) if old not in kept]
        found += [_move(c, workflow, (issue_type.id, issue_type.name), old) for old in leaving]
    return tuple(dict.fromkeys(found))


def _move(c: Comparison, workflow: Workflow, issue_type: tuple[str, str], old: str) -> StatusMove:
    issues = c.project.issues.get((issue_type[0], old), 0)
    name = next((s.name for s in c.state.statuses if s.id == old), old)
    new = target(c.pack, workflow, name, c.told)
    if new is None and issues:
        c.conflict(
            f"{issues} issue(s) of type “{issue_type[1]}” are in the status “{name}”, which the workflow does not "
            f'have: say where they go with --map "{name}=<status>"'
        )
    chosen = c.pack.status(new or workflow.initial)
    return StatusMove(
        issue_type_id=issue_type[0],
        issue_type=issue_type[1],
        old_id=old,
        old=name,
        new=chosen.id,
        new_name=chosen.jira_name,
        issues=issues,
    )
