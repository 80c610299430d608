"""Compares what belongs to one project: its scheme, its request types, what is left over, and our record of it."""

from __future__ import annotations

from typing import Any

from workflows.blueprint import found_field, made_fields
from workflows.changes import Create, Delete, SwitchScheme, Update
from workflows.comparison import Comparison, found_request_type, found_type, scheme_name, wanted_types
from workflows.graph import folded
from workflows.site import Kind, SiteStatus, SiteWorkflow, marked_by, named
from workflows.survey_fields import unused_screens
from workflows.survey_workflows import moves_of

SYSTEM_WORKFLOW = "jira"
"""The workflow of every issue type in the site's default scheme."""


def wanted_scheme(c: Comparison) -> tuple[str, dict[str, str]]:
    """The default workflow and the issue types' workflows: ours for the pack's types, the present ones for others.

    An issue type that does not exist yet stands as `new:<name>`.
    """
    present = c.project.scheme
    default = present.default_workflow if present else SYSTEM_WORKFLOW
    mappings = dict(present.mappings) if present else {}
    workflows = {w.id: w for w in c.pack.workflows}
    for request in c.pack.request_types:
        found = found_type(request.issue_type, c.state)
        workflow = workflows[request.workflow]
        site = named(c.state.workflows, workflow.name)
        issue_type = found.id if found else f"new:{request.issue_type}"
        name = site.name if site else workflow.name
        if mappings.get(issue_type, default) != name:
            mappings[issue_type] = name
    return default, mappings


def compare_scheme(c: Comparison) -> None:
    """The scheme to make or to change, and the project to switch to it."""
    name = scheme_name(c.pack, c.project.key)
    found = c.scheme()
    default, mappings = wanted_scheme(c)
    moves = tuple(move for workflow in c.pack.workflows for move in moves_of(c, workflow))
    followed = {w.id: w.name for w in c.pack.workflows}
    details = tuple(f"{r.issue_type}: {followed[r.workflow]}" for r in c.pack.request_types)
    exists = c.made(Kind.SCHEME, c.pack.id, name, found, *details)
    if exists and found is not None and (found.default_workflow, dict(found.mappings)) != (default, mappings):
        moved = moves if c.follows_ours() else ()
        c.changes.append(Update(kind=Kind.SCHEME, id=c.pack.id, name=name, details=details, moves=moved))
    if not c.follows_ours():
        before = c.project.scheme.name if c.project.scheme else "the default scheme"
        c.changes.append(
            SwitchScheme(
                kind=Kind.PROJECT,
                id=c.project.key,
                name=c.project.key,
                details=(f"from {before} to {name}",),
                moves=moves,
                issues=sum(c.project.issues.values()),
            )
        )


def compare_request_types(c: Comparison) -> None:
    """Request types to make; one of the same name is used as it is, since its form and texts are the desk's own."""
    if not c.project.desk:
        return
    for wanted in c.pack.request_types:
        found = found_request_type(wanted, c.state)
        issue_type = found_type(wanted.issue_type, c.state)
        if found is None:
            details = (f"of issue type “{wanted.issue_type}”",)
            c.changes.append(Create(kind=Kind.REQUEST_TYPE, id=wanted.id, name=wanted.name.fr, details=details))
        elif issue_type is not None and found.issue_type != issue_type.id:
            c.conflict(f"the request type “{found.name}” makes no “{wanted.issue_type}”: rename one of the two in Jira")
        elif not found.grouped:
            told = f"the request type “{found.name}” is in no group"
            c.notes.append(f"{told}: customers see it once an administrator puts it into one")


def compare_leftovers(c: Comparison) -> None:
    """What this pack made and no longer has, and nothing uses any more; fields stay: they hold what people wrote."""
    wanted = {folded(w.name) for w in c.pack.workflows}
    default, mappings = wanted_scheme(c)
    ours = scheme_name(c.pack, c.project.key)
    used = {default, *mappings.values()}
    for scheme in c.state.schemes:
        if folded(scheme.name) != folded(ours):
            used |= {scheme.default_workflow, *scheme.mappings.values()}
    gone = [w for w in c.state.workflows if _mine(c, w) and folded(w.name) not in wanted and w.name not in used]
    staying = [w for w in c.state.workflows if w not in gone and folded(w.name) not in wanted]
    in_use = set(c.blueprint.statuses.values()).union(*(w.statuses for w in staying))
    for workflow in gone:
        c.changes.append(Delete(kind=Kind.WORKFLOW, id=workflow.id, name=workflow.name))
    for status in c.state.statuses:
        if _mine(c, status) and status.id not in in_use:
            c.changes.append(Delete(kind=Kind.STATUS, id=status.id, name=status.name))
    for screen in unused_screens(c):
        c.changes.append(Delete(kind=Kind.SCREEN, id=screen.id, name=screen.name))


def _mine(c: Comparison, found: SiteWorkflow | SiteStatus) -> bool:
    return marked_by(found.description) == c.pack.id


def wanted_record(c: Comparison) -> dict[str, Any]:
    """What the project's property is to say: the Jira id of everything the pack has, by pack id."""
    types = {name: found.id for name in wanted_types(c.pack) if (found := found_type(name, c.state))}
    workflows = {w.id: f.id for w in c.pack.workflows if (f := named(c.state.workflows, w.name))}
    fields = {f.id: own.id for f in made_fields(c.pack) if (own := found_field(f, c.state))}
    scheme = c.scheme()
    return {
        "pack": c.pack.id,
        Kind.STATUS.value: dict(c.blueprint.statuses),
        Kind.RESOLUTION.value: dict(c.blueprint.resolutions),
        Kind.ISSUE_TYPE.value: types,
        Kind.FIELD.value: fields,
        Kind.WORKFLOW.value: workflows,
        Kind.SCHEME.value: {c.pack.id: scheme.id} if scheme else {},
    }


def compare_record(c: Comparison) -> None:
    """The record to write, last of all."""
    if dict(c.project.record) != wanted_record(c) or c.changes:
        make = Update if c.project.record else Create
        c.changes.append(make(kind=Kind.RECORD, id=c.project.key, name=c.project.key))
