"""Compares what a whole site shares: resolutions, priorities, issue types and statuses."""

from __future__ import annotations

from workflows.blueprint import found_resolution, found_status, status_description
from workflows.changes import Create, Update
from workflows.comparison import Comparison, found_type, wanted_types
from workflows.model import Status
from workflows.site import Kind, SiteStatus, mark, marked_by, named


def compare_resolutions(c: Comparison) -> None:
    """Resolutions to make or to adopt."""
    for resolution in c.pack.resolutions:
        found = found_resolution(resolution, c.state)
        c.made(Kind.RESOLUTION, resolution.id, resolution.name.fr, found)


def compare_priorities(c: Comparison) -> None:
    """Priorities to make; one of the same name is used as it is, whoever made it, since we never change it (B19)."""
    for priority in c.pack.priorities:
        if named(c.state.priorities, priority.name.fr) is None:
            c.changes.append(Create(kind=Kind.PRIORITY, id=priority.id, name=priority.name.fr))


def compare_issue_types(c: Comparison) -> None:
    """Issue types to make and to add to the project."""
    absent: list[str] = []
    for name, subtask in wanted_types(c.pack).items():
        found = found_type(name, c.state)
        if found is None:
            kind = ("sub-task",) if subtask else ()
            c.changes.append(Create(kind=Kind.ISSUE_TYPE, id=name, name=name, details=kind))
        elif found.subtask != subtask:
            is_one = "is a sub-task type" if found.subtask else "is no sub-task type"
            c.conflict(f"the issue type “{found.name}” {is_one}: rename it in Jira, or change the pack")
        if found is None or found.id not in c.project.issue_types:
            absent.append(name)
    if absent:
        details = tuple(f"issue type “{name}” added" for name in absent)
        c.changes.append(Update(kind=Kind.ISSUE_TYPE_SCHEME, id=c.project.key, name=c.project.key, details=details))


def compare_statuses(c: Comparison) -> None:
    """Statuses to make, to adopt or to describe anew."""
    for status in c.pack.statuses:
        found = found_status(status, c.state)
        if c.made(Kind.STATUS, status.id, status.jira_name, found) and found is not None:
            _tell_shared(c, status, found)
            _compare_details(c, status, found)


def _tell_shared(c: Comparison, status: Status, found: SiteStatus) -> None:
    if found.name != status.jira_name:
        c.notes.append(f"the status “{status.jira_name}” is spelled “{found.name}” in Jira, and stays so")
    ours = {w.name for w in c.pack.workflows}
    users = sorted(w.name for w in c.state.workflows if found.id in w.statuses and w.name not in ours)
    if users:
        c.notes.append(f"the status “{found.name}” is shared with {len(users)} other workflow(s): {users[0]}…")


def _compare_details(c: Comparison, status: Status, found: SiteStatus) -> None:
    mine = marked_by(found.description) == c.pack.id
    if found.category is not status.jira_category:
        words = f"category {found.category} instead of {status.jira_category}"
        if not mine:
            c.conflict(f"the status “{found.name}” has {words}: change it in Jira, or rename it in the pack")
            return
        c.changes.append(Update(kind=Kind.STATUS, id=status.id, name=found.name, details=(words,)))
    elif mine and found.description != status_description(status, mark(c.pack.id)):
        c.changes.append(Update(kind=Kind.STATUS, id=status.id, name=found.name, details=("its description",)))
