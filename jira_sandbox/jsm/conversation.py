"""What customers and agents say to each other on a request, and the moves customers make."""

from __future__ import annotations

from jira_sandbox import adf
from jira_sandbox.changes import transitions
from jira_sandbox.changes.remarks import PUBLIC_PROPERTY, NewComment, add_comment
from jira_sandbox.errors import Refusal, bad_request, not_found
from jira_sandbox.jsm.paging import cut, paged, request_of
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.issues import Comment, Issue
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.views import desk

routes = Routes()
_ONE = "/rest/servicedeskapi/request/{issueIdOrKey}"


def _view(call: Call, issue: Issue, item: Comment) -> Json:
    site = call.site
    return {
        "_expands": ["attachment", "renderedBody"],
        "id": item.id,
        "body": adf.to_text(item.body),
        "public": item.public,
        "author": desk.person(site, site.people[item.author]),
        "created": desk.date(site, item.created),
        "_links": {"self": desk.desk_link(site, f"request/{issue.id}/comment/{item.id}")},
    }


def _seen(call: Call, issue: Issue) -> list[Comment]:
    """The comments the caller may see: customers never see internal ones."""
    return [item for item in issue.comments if item.public or call.person.is_agent]


@routes.on("GET", _ONE + "/comment")
def comments(call: Call) -> Answer:
    """The comments of a request, oldest first."""
    issue = request_of(call)
    public, internal = call.flag("public", default=True), call.flag("internal", default=True)
    found = [item for item in _seen(call, issue) if (public if item.public else internal)]
    return paged(call, [_view(call, issue, item) for item in cut(call, found)], len(found))


@routes.on("GET", _ONE + "/comment/{commentId}")
def comment(call: Call) -> Answer:
    """Reads a comment."""
    issue = request_of(call)
    for item in _seen(call, issue):
        if item.id == call.param("commentId"):
            return Answer(body=_view(call, issue, item))
    raise not_found("The comment does not exist or you do not have permission to view it.")


@routes.on("POST", _ONE + "/comment")
def add(call: Call) -> Answer:
    """Adds a comment in plain text; customers may only speak publicly."""
    issue, body = request_of(call), call.json
    text, public = body.get("body"), body.get("public")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("Comment body can not be empty!")
    if not isinstance(public, bool):
        raise bad_request("The 'public' flag must be given.")
    if not public and not call.person.is_agent:
        raise Refusal(403, ["You do not have permission to add internal comments."])
    item = add_comment(call.site, issue, call.actor, _new(text, public=public))
    return Answer(status=201, body=_view(call, issue, item))


def _new(text: str, *, public: bool) -> NewComment:
    properties: dict[str, Value] = {PUBLIC_PROPERTY: {"internal": not public}}
    return NewComment(body=adf.from_text(text), public=public, properties=properties)


def _moves(call: Call, issue: Issue) -> list[Json]:
    return transitions.on_portal(call.site, issue, call.person)


@routes.on("GET", _ONE + "/transition")
def offered(call: Call) -> Answer:
    """The moves the portal offers the caller."""
    found = _moves(call, request_of(call))
    return paged(call, [{"id": item["id"], "name": item["name"]} for item in cut(call, found)], len(found))


@routes.on("POST", _ONE + "/transition")
def move(call: Call) -> Answer:
    """Makes a move of the portal, with an optional public comment."""
    issue, body = request_of(call), call.json
    said = (body.get("additionalComment") or {}).get("body")
    order = transitions.Order(
        transition_id=str(body.get("id")),
        comment=_new(said, public=True) if said else None,
        version="portal",
    )
    transitions.perform(call.site, issue, call.actor, order, _moves(call, issue))
    return no_content()
