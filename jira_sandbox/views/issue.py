"""An issue in Jira's JSON, in the words of API v3 (documents) or v2 and webhooks (texts)."""

from __future__ import annotations

from collections.abc import Iterable

from jira_sandbox import adf
from jira_sandbox.state.configuration import Field
from jira_sandbox.state.issues import Issue, IssueLink
from jira_sandbox.state.people import Person
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views import basics, desk
from jira_sandbox.views.remarks import comment, worklog

_ONLY_ON_REQUEST = {"comment", "worklog"}


def text(document: Json | None, version: str) -> Value:
    """A rich text in the form of an API version: a document in v3, wiki text in v2; None stays None."""
    return adf.to_text(document) if version == "2" and document is not None else document


def issue_view(
    site: Site,
    issue: Issue,
    *,
    version: str = "3",
    wanted: Iterable[str] = ("*all",),
    viewer: Person | None = None,
) -> Json:
    """An issue with the fields asked for (ids, `*all`, `*navigable`, `-id`)."""
    return {
        "id": issue.id,
        "self": basics.link(site, version, f"issue/{issue.id}"),
        "key": issue.key,
        "fields": select(all_fields(site, issue, version, viewer), wanted),
    }


def select(fields: Json, wanted: Iterable[str]) -> Json:
    """The fields a client asked for, in Jira's little language."""
    names = [name.strip() for part in wanted for name in part.split(",") if name.strip()]
    if not names:
        return fields
    chosen: Json = {}
    if all(name.startswith("-") for name in names):
        chosen = dict(fields)
    for name in names:
        if name == "*all":
            chosen |= fields
        elif name == "*navigable":
            chosen |= {key: value for key, value in fields.items() if key not in _ONLY_ON_REQUEST}
        elif name.startswith("-"):
            chosen.pop(name[1:], None)
        elif name in fields:
            chosen[name] = fields[name]
    return chosen


def webhook_issue(site: Site, issue: Issue) -> Json:
    """An issue as webhooks carry it: v2, navigable fields."""
    return issue_view(site, issue, version="2", wanted=("*navigable",))


def brief(site: Site, issue: Issue, version: str = "3") -> Json:
    """An issue as its parent, its sub-tasks and its links show it."""
    priority = site.priorities.get(issue.priority_id or "")
    fields: Json = {
        "summary": issue.summary,
        "status": basics.status(site, site.statuses[issue.status_id], version),
        "issuetype": basics.issue_type(site, site.issue_types[issue.type_id], version),
    }
    if priority:
        fields["priority"] = basics.priority(site, priority, version)
    return {
        "id": issue.id,
        "key": issue.key,
        "self": basics.link(site, version, f"issue/{issue.id}"),
        "fields": fields,
    }


def all_fields(site: Site, issue: Issue, version: str, viewer: Person | None) -> Json:
    """Every field of an issue; empty ones are null."""
    status = site.statuses[issue.status_id]
    priority = site.priorities.get(issue.priority_id or "")
    resolution = site.resolutions.get(issue.resolution_id or "")
    fields: Json = {
        "summary": issue.summary,
        "description": text(issue.description, version),
        "environment": text(issue.environment, version),
        "issuetype": basics.issue_type(site, site.issue_types[issue.type_id], version),
        "project": basics.project_brief(site, site.project_of(issue), version),
        "status": basics.status(site, status, version),
        "statusCategory": basics.category(site, status.category, version),
        "statuscategorychangedate": basics.stamp(site, issue.category_changed),
        "priority": basics.priority(site, priority, version) if priority else None,
        "resolution": basics.resolution(site, resolution, version) if resolution else None,
        "resolutiondate": basics.stamp(site, issue.resolved) if issue.resolved else None,
        "assignee": basics.user(site, issue.assignee, version),
        "reporter": basics.user(site, issue.reporter, version),
        "creator": basics.user(site, issue.creator, version),
        "created": basics.stamp(site, issue.created),
        "updated": basics.stamp(site, issue.updated),
        "duedate": issue.due,
        "labels": list(issue.labels),
        "components": [],
        "fixVersions": [],
        "versions": [],
        "attachment": [],
        "security": None,
        "lastViewed": None,
        "issuelinks": _links(site, issue, version),
        "subtasks": [brief(site, child, version) for child in site.subtasks(issue)],
        "watches": _watches(site, issue, version, viewer),
        "votes": {"self": basics.link(site, version, f"issue/{issue.key}/votes"), "votes": 0, "hasVoted": False},
        "comment": _comments(site, issue, version),
        "worklog": _worklogs(site, issue, version),
    }
    if issue.parent_id and issue.parent_id in site.issues:
        fields["parent"] = brief(site, site.issues[issue.parent_id], version)
    return fields | _times(site, issue) | _custom(site, issue, version)


def _watches(site: Site, issue: Issue, version: str, viewer: Person | None) -> Json:
    return {
        "self": basics.link(site, version, f"issue/{issue.key}/watchers"),
        "watchCount": len(issue.watchers),
        "isWatching": viewer is not None and viewer.account_id in issue.watchers,
    }


def _comments(site: Site, issue: Issue, version: str) -> Json:
    return {
        "comments": [comment(site, issue, item, version) for item in issue.comments],
        "self": basics.link(site, version, f"issue/{issue.id}/comment"),
        "maxResults": len(issue.comments),
        "total": len(issue.comments),
        "startAt": 0,
    }


def _worklogs(site: Site, issue: Issue, version: str) -> Json:
    return {
        "startAt": 0,
        "maxResults": 20,
        "total": len(issue.worklogs),
        "worklogs": [worklog(site, issue, item, version) for item in issue.worklogs[:20]],
    }


def _times(site: Site, issue: Issue) -> Json:
    family = [issue, *site.subtasks(issue)]
    spent = issue.spent or None
    tracking: Json = {}
    if issue.original_estimate is not None:
        tracking |= {
            "originalEstimate": basics.duration(issue.original_estimate),
            "originalEstimateSeconds": issue.original_estimate,
        }
    if issue.remaining_estimate is not None:
        tracking |= {
            "remainingEstimate": basics.duration(issue.remaining_estimate),
            "remainingEstimateSeconds": issue.remaining_estimate,
        }
    if spent:
        tracking |= {"timeSpent": basics.duration(spent), "timeSpentSeconds": spent}
    total = (spent or 0) + (issue.remaining_estimate or 0)
    whole = sum(member.spent for member in family)
    return {
        "timetracking": tracking,
        "timespent": spent,
        "timeestimate": issue.remaining_estimate,
        "timeoriginalestimate": issue.original_estimate,
        "aggregatetimespent": whole or None,
        "aggregatetimeestimate": _sum(member.remaining_estimate for member in family),
        "aggregatetimeoriginalestimate": _sum(member.original_estimate for member in family),
        "progress": {"progress": spent or 0, "total": total},
        "aggregateprogress": {"progress": whole, "total": whole + (_sum(m.remaining_estimate for m in family) or 0)},
        "workratio": -1 if not issue.original_estimate else (spent or 0) * 100 // issue.original_estimate,
    }


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _links(site: Site, issue: Issue, version: str) -> list[Json]:
    return [
        link_view(site, item, issue, version)
        for item in site.links.values()
        if issue.id in (item.source, item.destination)
    ]


def link_view(site: Site, item: IssueLink, seen_from: Issue | None, version: str = "3") -> Json:
    """A link as one of its two issues shows it, or both ends when seen from none."""
    kind = site.link_types[item.type_id]
    view: Json = {
        "id": item.id,
        "self": basics.link(site, version, f"issueLink/{item.id}"),
        "type": {
            "id": kind.id,
            "name": kind.name,
            "inward": kind.inward,
            "outward": kind.outward,
            "self": basics.link(site, version, f"issueLinkType/{kind.id}"),
        },
    }
    if seen_from is None or seen_from.id == item.source:
        view["outwardIssue"] = brief(site, site.issues[item.destination], version)
    if seen_from is None or seen_from.id == item.destination:
        view["inwardIssue"] = brief(site, site.issues[item.source], version)
    return view


def _custom(site: Site, issue: Issue, version: str) -> Json:
    view: Json = {}
    for field in site.fields.values():
        if not field.custom:
            continue
        kind = str(field.schema.get("custom", ""))
        if kind.startswith("com.atlassian.servicedesk:"):
            view[field.id] = desk.field_value(site, issue, field, kind.partition(":")[2])
        else:
            view[field.id] = _custom_value(site, issue, field, version)
    return view


def _custom_value(site: Site, issue: Issue, field: Field, version: str) -> Value:
    value = issue.custom.get(field.id)
    if value is None:
        return None
    if str(field.schema.get("custom", "")).endswith(":textarea"):
        return text(value, version)
    if field.schema.get("type") == "user":
        return basics.user(site, value.get("accountId") if isinstance(value, dict) else str(value), version)
    return value
