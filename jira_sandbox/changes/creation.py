"""Creates and deletes issues, on the platform and through the portal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jira_sandbox.changes import announce
from jira_sandbox.changes.editing import settings
from jira_sandbox.changes.fields import READERS, Context
from jira_sandbox.changes.rules import Attempt, post_functions, validate
from jira_sandbox.errors import bad_request, field_error
from jira_sandbox.state.configuration import IssueType, Project
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Actor
from jira_sandbox.state.permissions import has_in_project
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

_FIXED = ("project", "issuetype", "parent")


CHANNEL_PROPERTY = "request.channel.type"
"""Where JSM keeps how a request came in, so that queues and automation can ask."""


@dataclass(frozen=True, kw_only=True)
class NewIssue:
    """An issue about to be created, as a client asked for it.

    A portal request carries its request type; `complete` adds what no field carries before anybody hears of the issue.
    """

    fields: Json
    update: Json = field(default_factory=dict)
    version: str = "3"
    properties: dict[str, Value] = field(default_factory=dict)
    request_type: str | None = None
    complete: Callable[[Issue], None] = lambda _issue: None


def create(site: Site, actor: Actor, new: NewIssue) -> Issue:
    """Creates an issue; every bad field is a 400 by name."""
    project = _project(site, new.fields)
    kind = _type(site, project, new.fields)
    parent = _parent(site, project, kind, new.fields)
    if new.request_type is None and not has_in_project(actor.person, "CREATE_ISSUES"):
        raise field_error("project", "You do not have permission to create issues in this project.")
    if "summary" not in new.fields:
        raise field_error("summary", "You must specify a summary of the issue.")
    workflow = site.workflow_for(project, kind.id)
    initial = next(item for item in workflow.transitions if item["type"] == "INITIAL")
    issue = _blank(site, actor, project, kind, str(initial["toStatusReference"]))
    issue.parent_id = parent.id if parent else None
    issue.request_type_id = new.request_type
    issue.channel = "jira" if new.request_type is None else "portal"
    issue.properties = dict(new.properties)
    if new.request_type is not None:
        issue.properties.setdefault(CHANNEL_PROPERTY, {"value": issue.channel})
    _fill(site, actor, issue, new, initial)
    new.complete(issue)
    issue.id = site.ids.id("issue")
    project.next_number += 1
    site.add_issue(issue)
    announce.issue_created(site, issue, actor)
    return issue


def _blank(site: Site, actor: Actor, project: Project, kind: IssueType, status_id: str) -> Issue:
    """An issue with its defaults; it gets its id when nothing can refuse it any more."""
    now = site.now()
    return Issue(
        id="",
        key=f"{project.key}-{project.next_number}",
        project_id=project.id,
        type_id=kind.id,
        status_id=status_id,
        summary="",
        creator=actor.person.account_id,
        reporter=actor.person.account_id,
        assignee=project.lead if project.assignee_type == "PROJECT_LEAD" else None,
        priority_id=next((item.id for item in site.priorities.values() if item.is_default), None),
        watchers=[actor.person.account_id],
        created=now,
        updated=now,
        category_changed=now,
    )


def _fill(site: Site, actor: Actor, issue: Issue, new: NewIssue, initial: Json) -> None:
    """Sets the fields, asks the validators of the initial transition, runs its post functions."""
    context = Context(site=site, issue=issue, version=new.version)
    allowed = _allowed(site, site.project_of(issue))
    for item in settings(context, new.fields, new.update, allowed=allowed, fixed=_FIXED):
        item.apply(issue)
    for rule in initial.get("validators") or []:
        validate(Attempt(site=site, issue=issue, person=actor.person), rule)
    for item in post_functions(context, actor, initial.get("actions") or []):
        item.apply(issue)


def _allowed(site: Site, project: Project) -> set[str]:
    return {*site.screens[project.screen_id].fields, *(name for name in READERS if name != "resolution")}


def _project(site: Site, fields: Json) -> Project:
    given = fields.get("project")
    wanted = str(given.get("id") or given.get("key") or "") if isinstance(given, dict) else ""
    project = site.projects.get(wanted) or site.project_by_key(wanted)
    if project is None:
        raise field_error("project", "Specify a valid project ID or key")
    return project


def _type(site: Site, project: Project, fields: Json) -> IssueType:
    given = fields.get("issuetype")
    wanted = given if isinstance(given, dict) else {}
    for kind in site.types_of(project):
        if kind.id == str(wanted.get("id")) or kind.name == wanted.get("name"):
            return kind
    raise field_error("issuetype", "Specify a valid issue type")


def _parent(site: Site, project: Project, kind: IssueType, fields: Json) -> Issue | None:
    given = fields.get("parent")
    if given is None:
        if kind.subtask:
            raise bad_request(parent="Issue type is a sub-task but parent issue key or id not specified.")
        return None
    wanted = str(given.get("id") or given.get("key") or "") if isinstance(given, dict) else ""
    parent = site.find_issue(wanted)
    if parent is None:
        raise bad_request(parent="Could not find issue by id or key.")
    if not kind.subtask:
        raise bad_request(parent="Given parent issue does not belong to appropriate hierarchy.")
    if parent.project_id != project.id:
        raise bad_request(parent="Parent issue must be in the same project as the sub-task.")
    if site.issue_types[parent.type_id].subtask:
        raise bad_request(parent="Given parent issue is a sub-task.")
    return parent


def delete(site: Site, issue: Issue, actor: Actor, *, with_subtasks: bool) -> None:
    """Deletes an issue; 400 when it has sub-tasks and they may not go with it."""
    children = site.subtasks(issue)
    if children and not with_subtasks:
        raise bad_request(
            f"The issue '{issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this "
            "issue and all its subtasks."
        )
    for child in children:
        delete(site, child, actor, with_subtasks=False)
    announce.issue_deleted(site, issue, actor)
    site.remove_issue(issue)
