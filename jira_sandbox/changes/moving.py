"""Moves an issue to another project: its key and project change, its id stays, and its old key still finds it."""

from __future__ import annotations

from jira_sandbox.changes import announce
from jira_sandbox.changes.editing import record
from jira_sandbox.changes.transitions import move
from jira_sandbox.errors import bad_request
from jira_sandbox.state.configuration import IssueType, Project
from jira_sandbox.state.issues import Change, Issue
from jira_sandbox.state.people import Actor
from jira_sandbox.state.site import Site


def move_to_project(site: Site, issue: Issue, actor: Actor, project: Project) -> None:
    """Moves an issue with its sub-tasks, as an agent's *Move* does.

    The type keeps its name where the project has it, else becomes the project's default. A status the new workflow
    lacks becomes its first one. The request type does not go along: the desk has to give it one of its own.
    """
    if issue.parent_id is not None:
        raise bad_request("A sub-task moves with its parent.")
    if project.id == issue.project_id:
        raise bad_request(f"{issue.key} is in {project.key} already.")
    for member in (issue, *site.subtasks(issue)):
        _move(site, member, actor, project)


def _move(site: Site, issue: Issue, actor: Actor, project: Project) -> None:
    site.keep_version(issue)
    left, old_key = site.project_of(issue), issue.key
    kind = _type_there(site, issue, project)
    changes = [_change("project", left.id, left.name, project.id, project.name)]
    if kind.id != issue.type_id:
        before = site.issue_types[issue.type_id]
        changes.append(_change("issuetype", before.id, before.name, kind.id, kind.name))
    issue.project_id, issue.type_id, issue.request_type_id = project.id, kind.id, None
    issue.organizations = [item for item in issue.organizations if item in project.organizations]
    site.rename_issue(issue, f"{project.key}-{project.next_number}")
    project.next_number += 1
    changes.append(Change(field="Key", field_id="", before=None, before_text=old_key, after=None, after_text=issue.key))
    workflow = site.workflow_of(issue)
    if issue.status_id not in workflow.status_ids:
        first = next(item for item in workflow.transitions if item["type"] == "INITIAL")
        moved = move(site, issue, str(first["toStatusReference"]))
        if moved is not None:
            changes.append(moved)
    history = record(site, issue, actor, changes)
    announce.issue_updated(site, issue, actor, "issue_moved", history=history)


def _type_there(site: Site, issue: Issue, project: Project) -> IssueType:
    present = site.issue_types[issue.type_id]
    types = [kind for kind in site.types_of(project) if kind.subtask is present.subtask]
    if not types:
        raise bad_request(f"{project.key} has no type for {issue.key}.")
    scheme = site.issue_type_schemes[project.issue_type_scheme_id]
    by_default = next((kind for kind in types if kind.id == scheme.default_type), types[0])
    return next((kind for kind in types if kind.name == present.name), by_default)


def _change(field: str, before: str, before_text: str, after: str, after_text: str) -> Change:
    return Change(
        field=field, field_id=field, before=before, before_text=before_text, after=after, after_text=after_text
    )
