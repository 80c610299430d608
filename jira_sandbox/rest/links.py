"""Links between issues."""

from __future__ import annotations

from jira_sandbox.changes import announce
from jira_sandbox.changes.remarks import add_comment
from jira_sandbox.errors import not_found
from jira_sandbox.rest.comments import new_comment
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.issues import IssueLink
from jira_sandbox.state.permissions import browsable_issue
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics
from jira_sandbox.views.issue import link_view

routes = Routes()


def link(call: Call, body: Json) -> None:
    """Links two issues as a client asked; linking them again the same way changes nothing."""
    site = call.site
    wanted = body.get("type") or {}
    kind = next(
        (k for k in site.link_types.values() if k.id == str(wanted.get("id")) or k.name == wanted.get("name")), None
    )
    if kind is None:
        raise not_found(f"No issue link type with name '{wanted.get('name')}' found.")
    ends = [body.get(name) or {} for name in ("inwardIssue", "outwardIssue")]
    source, destination = (browsable_issue(site, call.person, str(end.get("id") or end.get("key"))) for end in ends)
    known = {(item.type_id, item.source, item.destination) for item in site.links.values()}
    if (kind.id, source.id, destination.id) in known:
        return
    made = IssueLink(id=site.ids.id("issuelink"), type_id=kind.id, source=source.id, destination=destination.id)
    site.links[made.id] = made
    announce.issue_linked(site, made, call.actor)
    comment = body.get("comment")
    if comment:
        add_comment(site, source, call.actor, new_comment(call, source, comment))


@routes.on("POST", "/rest/api/{v}/issueLink")
def link_issues(call: Call) -> Answer:
    """Links two issues: the inward one is the source."""
    link(call, call.json)
    return Answer(status=201)


@routes.on("GET", "/rest/api/{v}/issueLink/{linkId}")
def get_link(call: Call) -> Answer:
    """Reads a link."""
    found = call.site.links.get(call.param("linkId"))
    if found is None:
        raise not_found("No issue link with id exists.")
    return Answer(body=link_view(call.site, found, None, call.version))


@routes.on("DELETE", "/rest/api/{v}/issueLink/{linkId}")
def delete_link(call: Call) -> Answer:
    """Removes a link."""
    found = call.site.links.pop(call.param("linkId"), None)
    if found is None:
        raise not_found("No issue link with id exists.")
    announce.issue_linked(call.site, found, call.actor, event="issuelink_deleted")
    return no_content()


@routes.on("GET", "/rest/api/{v}/issueLinkType")
def link_types(call: Call) -> Answer:
    """The kinds of links."""
    kinds = [
        {
            "id": kind.id,
            "name": kind.name,
            "inward": kind.inward,
            "outward": kind.outward,
            "self": basics.link(call.site, call.version, f"issueLinkType/{kind.id}"),
        }
        for kind in call.site.link_types.values()
    ]
    return Answer(body={"issueLinkTypes": kinds})
