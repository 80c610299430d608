"""Approvals of requests: who is asked, and their answers."""

from __future__ import annotations

from jira_sandbox.changes import approvals, transitions
from jira_sandbox.errors import forbidden, not_found
from jira_sandbox.jsm.paging import cut, paged, request_of
from jira_sandbox.routing import Answer, Call, Routes
from jira_sandbox.state.issues import Approval, Issue
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import desk

routes = Routes()
_ALL = "/rest/servicedeskapi/request/{issueIdOrKey}/approval"


def _view(call: Call, issue: Issue, item: Approval) -> Json:
    site, asked = call.site, approvals.approvers(call.site, issue)
    people = list(dict.fromkeys([*item.answers, *(asked if item.outcome == "pending" else [])]))
    view: Json = {
        "id": item.id,
        "name": "Approval",
        "finalDecision": item.outcome,
        "canAnswerApproval": item.outcome == "pending" and call.person.account_id in asked,
        "approvers": [
            {
                "approver": desk.person(site, site.people[account_id]),
                "approverDecision": item.answers.get(account_id, "pending"),
            }
            for account_id in people
        ],
        "createdDate": desk.date(site, item.created),
        "_links": {"self": desk.desk_link(site, f"request/{issue.id}/approval/{item.id}")},
    }
    return view | ({"completedDate": desk.date(site, item.completed)} if item.completed else {})


@routes.on("GET", _ALL)
def of_request(call: Call) -> Answer:
    """The approvals of a request, the present one included."""
    issue = request_of(call)
    approvals.current(call.site, issue)
    return paged(call, [_view(call, issue, item) for item in cut(call, issue.approvals)], len(issue.approvals))


def _one(call: Call, issue: Issue) -> Approval:
    approvals.current(call.site, issue)
    for item in issue.approvals:
        if item.id == call.param("approvalId"):
            return item
    raise not_found("The approval does not exist.")


@routes.on("GET", _ALL + "/{approvalId}")
def get(call: Call) -> Answer:
    """One approval."""
    issue = request_of(call)
    return Answer(body=_view(call, issue, _one(call, issue)))


@routes.on("POST", _ALL + "/{approvalId}")
def answer(call: Call) -> Answer:
    """Answers an approval; once enough have, the workflow moves the request, whatever its conditions say."""
    issue = request_of(call)
    item = _one(call, issue)
    if item.outcome != "pending" or call.person.account_id not in approvals.approvers(call.site, issue):
        raise forbidden("You are not permitted to answer this approval.")
    approves = call.json.get("decision") == "approve"
    taken = approvals.answer(call.site, issue, call.person.account_id, approves=approves)
    if taken is not None:
        order = transitions.Order(transition_id=taken, version="portal")
        transitions.perform(call.site, issue, call.actor, order, transitions.from_here(call.site, issue))
    return Answer(body=_view(call, issue, item))
