"""The canonical picture of a site's issues, made to compare two runs: no ids but keys, no addresses."""

from __future__ import annotations

from jira_sandbox import adf
from jira_sandbox.clock import iso
from jira_sandbox.state.issues import Comment, History, Issue, Worklog
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def snapshot(site: Site) -> Json:
    """Issues in the order of their keys, and the mails sent; hold the site's lock."""
    issues = sorted(site.issues.values(), key=lambda issue: (site.project_of(issue).key, issue.number))
    return {"site": site.name, "issues": [_issue(site, issue) for issue in issues], "mails": list(site.mails)}


def _name(site: Site, account_id: str | None) -> str | None:
    return site.people[account_id].display_name if account_id else None


def _issue(site: Site, issue: Issue) -> Json:
    resolution = site.resolutions.get(issue.resolution_id or "")
    priority = site.priorities.get(issue.priority_id or "")
    parent = site.issues.get(issue.parent_id or "")
    return {
        "key": issue.key,
        "type": site.issue_types[issue.type_id].name,
        "summary": issue.summary,
        "status": site.statuses[issue.status_id].name,
        "resolution": resolution.name if resolution else None,
        "priority": priority.name if priority else None,
        "assignee": _name(site, issue.assignee),
        "reporter": _name(site, issue.reporter),
        "parent": parent.key if parent else None,
        "labels": list(issue.labels),
        "created": iso(issue.created),
        "updated": iso(issue.updated),
        "participants": [_name(site, item) for item in issue.participants],
        "organizations": [site.organizations[item].name for item in issue.organizations],
        "watchers": sorted(str(_name(site, item)) for item in issue.watchers),
        "links": _links(site, issue),
        "subtasks": [child.key for child in site.subtasks(issue)],
        "comments": [_comment(site, item) for item in issue.comments],
        "worklogs": [_worklog(site, item) for item in issue.worklogs],
        "properties": dict(issue.properties),
        "changelog": [_history(site, item) for item in issue.histories],
    }


def _links(site: Site, issue: Issue) -> list[str]:
    """What the issue is linked to, in the words of the link's type seen from here."""
    found = []
    for link in site.links.values():
        kind = site.link_types[link.type_id]
        if link.source == issue.id:
            found.append(f"{kind.outward} {site.issues[link.destination].key}")
        if link.destination == issue.id:
            found.append(f"{kind.inward} {site.issues[link.source].key}")
    return sorted(found)


def _comment(site: Site, item: Comment) -> Json:
    return {
        "author": _name(site, item.author),
        "public": item.public,
        "text": adf.to_text(item.body),
        "created": iso(item.created),
        "properties": dict(item.properties),
    }


def _worklog(site: Site, item: Worklog) -> Json:
    return {
        "author": _name(site, item.author),
        "seconds": item.seconds,
        "started": iso(item.started),
        "comment": adf.to_text(item.comment),
    }


def _history(site: Site, item: History) -> Json:
    return {
        "author": _name(site, item.author),
        "created": iso(item.created),
        "items": [{"field": line.field, "from": line.before_text, "to": line.after_text} for line in item.changes],
    }
