"""Transitions on the platform: what is offered from here, and doing one."""

from __future__ import annotations

from jira_sandbox.changes import transitions as verbs
from jira_sandbox.errors import bad_request
from jira_sandbox.rest.comments import new_comment
from jira_sandbox.rest.issues import add_extras, field_meta, properties_of, read
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/transitions")
def get_transitions(call: Call) -> Answer:
    """The transitions the caller is offered; none is not an error."""
    issue = read(call)
    offered = verbs.offered(call.site, issue, call.person)
    shown = verbs.from_here(call.site, issue) if call.flag("includeUnavailableTransitions") else offered
    wanted = call.text("transitionId")
    views = [
        _view(call, issue, item, available=item in offered) for item in shown if not wanted or item["id"] == wanted
    ]
    return Answer(body={"expand": "transitions", "transitions": views})


def _view(call: Call, issue: Issue, item: Json, *, available: bool) -> Json:
    fields = verbs.screen_fields(call.site, item)
    target = call.site.statuses[verbs.target_of(item, issue)]
    view: Json = {
        "id": item["id"],
        "name": item["name"],
        "to": basics.status(call.site, target, call.version),
        "hasScreen": fields is not None,
        "isGlobal": item["type"] == "GLOBAL",
        "isInitial": False,
        "isAvailable": available,
        "isConditional": bool(item.get("conditions")),
        "looped": target.id == issue.status_id,
    }
    if "transitions.fields" in call.text("expand"):
        view["fields"] = {
            name: field_meta(call, name, required=name == "resolution")
            for name in fields or ()
            if name in call.site.fields
        }
    return view


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/transitions")
def post_transition(call: Call) -> Answer:
    """Does a transition."""
    issue = read(call)
    body = call.json
    transition = body.get("transition") or {}
    if not transition.get("id"):
        raise bad_request("Missing 'transition' identifier")
    update = body.get("update") or {}
    added = [operation["add"] for operation in update.get("comment") or [] if "add" in operation]
    order = verbs.Order(
        transition_id=str(transition["id"]),
        fields=body.get("fields") or {},
        update=update,
        comment=new_comment(call, issue, added[0]) if added else None,
        metadata=body.get("historyMetadata"),
        version=call.version,
    )
    offered = verbs.offered(call.site, issue, call.person)
    verbs.perform(call.site, issue, call.actor, order, offered)
    issue.properties |= properties_of(body)
    add_extras(call, issue, {name: value for name, value in update.items() if name in ("worklog", "issuelinks")})
    return no_content()
