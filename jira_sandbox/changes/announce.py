"""Puts what has just been done into webhook bodies (contract §4.3 and §4.4)."""

from __future__ import annotations

from urllib.parse import quote

from jira_sandbox.clock import epoch_ms
from jira_sandbox.state.configuration import Project
from jira_sandbox.state.issues import Comment, History, Issue, IssueLink, Worklog
from jira_sandbox.state.people import Actor
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views import basics, remarks
from jira_sandbox.views.issue import webhook_issue


def _envelope(site: Site, event: str) -> Json:
    return {"timestamp": epoch_ms(site.now()), "webhookEvent": event}


def _user(site: Site, actor: Actor) -> Json:
    view = basics.person_view(site, actor.person, "2")
    view["self"] = basics.link(site, "2", f"user?accountId={quote(actor.person.account_id, safe='')}")
    return view


def issue_created(site: Site, issue: Issue, actor: Actor) -> None:
    """Says that an issue exists; a sub-task also raises the link to its parent."""
    body = _envelope(site, "jira:issue_created") | {
        "issue_event_type_name": "issue_created",
        "user": _user(site, actor),
        "issue": webhook_issue(site, issue),
    }
    site.emit("jira:issue_created", body, issue=issue, trace=actor.trace)
    if issue.parent_id:
        _subtask_linked(site, issue, actor)


def _subtask_linked(site: Site, issue: Issue, actor: Actor) -> None:
    link: Json = {
        "id": site.ids.number("issuelink"),
        "sourceIssueId": int(issue.parent_id or 0),
        "destinationIssueId": int(issue.id),
        "issueLinkType": {
            "id": 10002,
            "name": "jira_subtask_link",
            "outwardName": "jira_subtask_outward",
            "inwardName": "jira_subtask_inward",
            "isSubTaskLinkType": True,
            "isSystemLinkType": True,
        },
        "sequence": len(site.subtasks(site.issues[issue.parent_id or ""])) - 1,
        "systemLink": True,
    }
    body = _envelope(site, "issuelink_created") | {"issueLink": link}
    site.emit("issuelink_created", body, issue=issue, trace=actor.trace)


def issue_linked(site: Site, link: IssueLink, actor: Actor, *, event: str = "issuelink_created") -> None:
    """Says that two issues are linked, or no longer."""
    kind = site.link_types[link.type_id]
    view: Json = {
        "id": int(link.id),
        "sourceIssueId": int(link.source),
        "destinationIssueId": int(link.destination),
        "issueLinkType": {
            "id": int(kind.id),
            "name": kind.name,
            "outwardName": kind.outward,
            "inwardName": kind.inward,
            "isSubTaskLinkType": False,
            "isSystemLinkType": False,
        },
        "sequence": 0,
        "systemLink": False,
    }
    body = _envelope(site, event) | {"issueLink": view}
    site.emit(event, body, issue=site.issues.get(link.source), trace=actor.trace)


def issue_updated(  # noqa: PLR0913 - a webhook has that many parts
    site: Site,
    issue: Issue,
    actor: Actor,
    kind: str,
    *,
    history: History | None = None,
    comment: Comment | None = None,
) -> None:
    """Says that an issue changed; without a history when only a comment moved it."""
    body = _envelope(site, "jira:issue_updated") | {
        "issue_event_type_name": kind,
        "user": _user(site, actor),
        "issue": webhook_issue(site, issue),
    }
    if history is not None:
        body["changelog"] = {"id": history.id, "items": [remarks.change(item) for item in history.changes]}
    if comment is not None:
        body["comment"] = remarks.comment(site, issue, comment, "2")
    site.emit("jira:issue_updated", body, issue=issue, trace=actor.trace)


def issue_deleted(site: Site, issue: Issue, actor: Actor) -> None:
    """Says that an issue is gone, with its last state; its comments and worklogs follow as consequences."""
    body = _envelope(site, "jira:issue_deleted") | {
        "issue_event_type_name": "issue_deleted",
        "user": _user(site, actor),
        "issue": webhook_issue(site, issue),
    }
    site.emit("jira:issue_deleted", body, issue=issue, trace=actor.trace)
    for comment in issue.comments:
        comment_event(site, issue, comment, actor, "comment_deleted", secondary=True)
    for worklog in issue.worklogs:
        worklog_event(site, issue, worklog, actor, "worklog_deleted", secondary=True)


def comment_event(  # noqa: PLR0913 - a webhook has that many parts
    site: Site, issue: Issue, comment: Comment, actor: Actor, event: str, *, secondary: bool = False
) -> None:
    """Says what happened to a comment; no user on top, few fields of the issue."""
    fields = webhook_issue(site, issue)["fields"]
    kept = ("summary", "issuetype", "project", "assignee", "priority", "status")
    body = _envelope(site, event) | {
        "comment": remarks.comment(site, issue, comment, "2"),
        "issue": {
            "id": issue.id,
            "self": basics.link(site, "2", f"issue/{issue.id}"),
            "key": issue.key,
            "fields": {name: fields[name] for name in kept},
        },
        "eventType": "primaryAction",
    }
    site.emit(event, body, issue=issue, trace=actor.trace, secondary=secondary)


def worklog_event(  # noqa: PLR0913 - a webhook has that many parts
    site: Site, issue: Issue, worklog: Worklog, actor: Actor, event: str, *, secondary: bool = False
) -> None:
    """Says what happened to a worklog; without its issue."""
    body = _envelope(site, event) | {"worklog": remarks.worklog(site, issue, worklog, "2")}
    site.emit(event, body, issue=issue, trace=actor.trace, secondary=secondary)


def property_event(site: Site, issue: Issue, actor: Actor, event: str, entry: tuple[str, Value]) -> None:
    """Says that an issue property was set or deleted."""
    body = _envelope(site, event) | {
        "property": {"key": entry[0], "value": entry[1]},
        "issue": {"id": issue.id, "self": basics.link(site, "2", f"issue/{issue.id}"), "key": issue.key},
        "user": _user(site, actor),
    }
    site.emit(event, body, issue=issue, trace=actor.trace)


def project_event(site: Site, project: Project, actor: Actor, event: str) -> None:
    """Says what happened to a project."""
    view = {
        "self": basics.link(site, "2", f"project/{project.id}"),
        "id": int(project.id),
        "key": project.key,
        "name": project.name,
        "avatarUrls": basics.avatars(site, project.key),
        "projectLead": basics.user(site, project.lead, "2"),
        "assigneeType": "admin.assignee.type.unassigned",
    }
    site.emit(event, _envelope(site, event) | {"project": view}, project_key=project.key, trace=actor.trace)
