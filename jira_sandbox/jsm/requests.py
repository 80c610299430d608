"""Requests as customers see them: raising, reading, listing, their status and SLAs."""

from __future__ import annotations

from jira_sandbox import adf
from jira_sandbox.changes import creation
from jira_sandbox.errors import Refusal, bad_request, not_found
from jira_sandbox.jsm.desks import desk_view, find_desk, request_type_of
from jira_sandbox.jsm.paging import cut, paged, request_of, require_agent
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.permissions import is_customer_of, organizations_of
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.sla import status_periods
from jira_sandbox.views import desk

routes = Routes()
_API = "/rest/servicedeskapi/request"
_ONE = _API + "/{issueIdOrKey}"


def _view(call: Call, issue: Issue) -> Json:
    site = call.site
    project = site.project_of(issue)
    expand = call.many("expand")
    view: Json = {
        "_expands": ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"],
        "issueId": issue.id,
        "issueKey": issue.key,
        "summary": issue.summary,
        "requestTypeId": issue.request_type_id,
        "serviceDeskId": project.desk_id,
        "createdDate": desk.date(site, issue.created),
        "currentStatus": desk.status_word(site, issue),
        "requestFieldValues": _values(issue),
        "_links": {
            "jiraRest": f"{site.base_url}/rest/api/2/issue/{issue.id}",
            "web": f"{site.base_url}/servicedesk/customer/portal/{project.desk_id}/{issue.key}",
            "self": desk.desk_link(site, f"request/{issue.id}"),
            "agent": f"{site.base_url}/browse/{issue.key}",
        },
    }
    if issue.reporter:
        view["reporter"] = desk.person(site, site.people[issue.reporter])
    if "requestType" in expand:
        view["requestType"] = desk.request_type(site, project, request_type_of(project, issue.request_type_id or ""))
    if "serviceDesk" in expand:
        view["serviceDesk"] = desk_view(call, project)
    if "participant" in expand:
        people = [desk.person(site, site.people[item]) for item in issue.participants]
        view["participants"] = _inner(people)
    if "status" in expand:
        view["status"] = _inner(_statuses(call, issue))
    if "sla" in expand and call.person.is_agent:
        view["sla"] = _inner([desk.sla_view(site, issue, item) for item in site.slas])
    return view


def _inner(values: list[Json]) -> Json:
    return {
        "_expands": [],
        "size": len(values),
        "start": 0,
        "limit": 50,
        "isLastPage": True,
        "_links": {},
        "values": values,
    }


def _values(issue: Issue) -> list[Json]:
    values: list[Json] = [{"fieldId": "summary", "label": "Summary", "value": issue.summary}]
    if issue.description:
        values.append({"fieldId": "description", "label": "Description", "value": adf.to_text(issue.description)})
    return values


@routes.on("POST", _API)
def raise_request(call: Call) -> Answer:
    """Raises a request, as oneself or, for agents, on behalf of a customer."""
    body, site = call.json, call.site
    project = find_desk(call, str(body.get("serviceDeskId")))
    kind = request_type_of(project, str(body.get("requestTypeId")))
    reporter = _reporter(call, body)
    values: dict[str, Value] = dict(body.get("requestFieldValues") or {})
    fields: Json = values | {
        "project": {"id": project.id},
        "issuetype": {"id": kind.issue_type_id},
        "reporter": {"accountId": reporter},
    }
    new = creation.NewIssue(
        fields=fields,
        version="3" if body.get("isAdfRequest") else "2",
        request_type=kind.id,
        complete=lambda issue: _share(call, issue, body),
    )
    return Answer(status=201, body=_view(call, creation.create(site, call.actor, new)))


def _reporter(call: Call, body: Json) -> str:
    wanted = body.get("raiseOnBehalfOf")
    if wanted is None:
        return call.person.account_id
    if not call.person.is_agent:
        raise Refusal(403, ["You do not have permission to raise requests on behalf of others."])
    if wanted not in call.site.people:
        raise bad_request("The customer to raise the request for does not exist.")
    return str(wanted)


def _share(call: Call, issue: Issue, body: Json) -> None:
    """Adds the participants asked for; shares with the reporter's organisation when the desk has just that one."""
    for account_id in body.get("requestParticipants") or []:
        issue.participants.append(call.site.person(account_id).account_id)
    attached = call.site.project_of(issue).organizations
    mine = [item.id for item in organizations_of(call.site, issue.reporter or "") if item.id in attached]
    if len(mine) == 1:
        issue.organizations = mine


@routes.on("GET", _API)
def list_requests(call: Call) -> Answer:
    """The requests a customer may see: own and participated unless asked otherwise."""
    site, me = call.site, call.person.account_id
    ownership = call.many("requestOwnership") or ["OWNED_REQUESTS", "PARTICIPATED_REQUESTS"]
    mine = {item.id for item in organizations_of(site, me)}

    def owned(issue: Issue) -> bool:
        shared = bool(mine & set(issue.organizations))
        tests = {
            "OWNED_REQUESTS": issue.reporter == me,
            "PARTICIPATED_REQUESTS": me in issue.participants,
            "ORGANIZATION": call.text("organizationId") in mine and call.text("organizationId") in issue.organizations,
            "ALL_ORGANIZATIONS": shared,
            "ALL_REQUESTS": is_customer_of(site, call.person, issue),
        }
        return any(tests.get(word, False) for word in ownership)

    found = [issue for issue in site.issues.values() if issue.request_type_id and owned(issue) and _fits(call, issue)]
    found.sort(key=lambda issue: int(issue.id), reverse=True)
    return paged(call, [_view(call, issue) for issue in cut(call, found)], len(found))


def _fits(call: Call, issue: Issue) -> bool:
    project = call.site.project_of(issue)
    status, term = call.text("requestStatus", "ALL_REQUESTS"), call.text("searchTerm").casefold()
    wanted_desk, wanted_type = call.text("serviceDeskId"), call.text("requestTypeId")
    return (
        (status != "OPEN_REQUESTS" or issue.resolution_id is None)
        and (status != "CLOSED_REQUESTS" or issue.resolution_id is not None)
        and (term in issue.summary.casefold() or term == issue.key.casefold())
        and (not wanted_desk or wanted_desk == project.desk_id)
        and (not wanted_type or wanted_type == issue.request_type_id)
    )


@routes.on("GET", _ONE)
def get_request(call: Call) -> Answer:
    """Reads a request."""
    return Answer(body=_view(call, request_of(call)))


def _statuses(call: Call, issue: Issue) -> list[Json]:
    words = {"TODO": "NEW", "IN_PROGRESS": "INDETERMINATE", "DONE": "DONE"}
    return [
        {
            "status": call.site.statuses[status_id].name,
            "statusCategory": words[call.site.statuses[status_id].category],
            "statusDate": desk.date(call.site, at),
        }
        for at, status_id in reversed(status_periods(call.site, issue))
    ]


@routes.on("GET", _ONE + "/status")
def statuses(call: Call) -> Answer:
    """The statuses a request went through, newest first."""
    views = _statuses(call, request_of(call))
    return paged(call, cut(call, views), len(views))


@routes.on("GET", _ONE + "/sla")
def slas(call: Call) -> Answer:
    """The SLAs of a request; agents only."""
    issue = request_of(call)
    require_agent(call)
    views = [desk.sla_view(call.site, issue, item) for item in call.site.slas]
    return paged(call, cut(call, views), len(views))


@routes.on("GET", _ONE + "/sla/{slaMetricId}")
def one_sla(call: Call) -> Answer:
    """One SLA of a request."""
    issue = request_of(call)
    require_agent(call)
    for item in call.site.slas:
        if item.id == call.param("slaMetricId"):
            return Answer(body=desk.sla_view(call.site, issue, item))
    raise not_found("The SLA does not exist.")


@routes.on("GET", _ONE + "/notification")
def get_notification(call: Call) -> Answer:
    """Whether the caller is notified of the request."""
    issue = request_of(call)
    return Answer(body={"subscribed": call.person.account_id not in issue.unsubscribed})


@routes.on("PUT", _ONE + "/notification")
def subscribe(call: Call) -> Answer:
    """Subscribes the caller."""
    issue = request_of(call)
    if call.person.account_id in issue.unsubscribed:
        issue.unsubscribed.remove(call.person.account_id)
    return no_content()


@routes.on("DELETE", _ONE + "/notification")
def unsubscribe(call: Call) -> Answer:
    """Unsubscribes the caller."""
    issue = request_of(call)
    if call.person.account_id not in issue.unsubscribed:
        issue.unsubscribed.append(call.person.account_id)
    return no_content()
