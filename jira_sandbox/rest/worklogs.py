"""Worklogs: logging time, and the lists an export reads."""

from __future__ import annotations

from datetime import datetime

from jira_sandbox import adf
from jira_sandbox.changes import remarks as verbs
from jira_sandbox.changes.fields import seconds
from jira_sandbox.clock import epoch_ms
from jira_sandbox.errors import bad_request, field_error, forbidden, not_found
from jira_sandbox.rest.locks import refuse_locked
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.issues import Issue, Worklog
from jira_sandbox.state.permissions import browsable_issue, has_in_project, require
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.views import basics, remarks

routes = Routes()


def _issue(call: Call) -> Issue:
    return browsable_issue(call.site, call.person, call.param("issueIdOrKey"))


def _worklog(issue: Issue, worklog_id: str) -> Worklog:
    found = next((item for item in issue.worklogs if item.id == worklog_id), None)
    if found is None:
        raise not_found(f"Cannot find worklog with id: '{worklog_id}'.")
    return found


def _started(call: Call, value: Value) -> datetime:
    if value is None:
        return call.site.now()
    try:
        return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        raise field_error("started", f"Error parsing date string: {value}") from None


def _text(call: Call, value: Value) -> Json | None:
    if value is None:
        return None
    if call.version == "2":
        return adf.from_text(str(value))
    adf.check(value, "comment")
    checked: Json = value
    return checked


def _spent(body: Json) -> int:
    given = [name for name in ("timeSpent", "timeSpentSeconds") if body.get(name) is not None]
    if len(given) != 1:
        raise bad_request("Worklog must have exactly one of timeSpent and timeSpentSeconds.")
    spent = seconds(body["timeSpent"], "timeSpent") if given == ["timeSpent"] else int(body["timeSpentSeconds"])
    if spent < 60:
        raise bad_request("Worklog must be at least one minute.")
    return spent


def _remaining(call: Call, issue: Issue, spent: int) -> int | None:
    mode = call.text("adjustEstimate", "auto")
    if mode == "leave":
        return None
    if mode == "new":
        return seconds(call.text("newEstimate"), "newEstimate")
    less = seconds(call.text("reduceBy"), "reduceBy") if mode == "manual" else spent
    return None if issue.remaining_estimate is None else max(issue.remaining_estimate - less, 0)


def log_work(call: Call, issue: Issue, body: Json) -> Worklog:
    """Logs time as a client sent it."""
    spent = _spent(body)
    new = verbs.NewWorklog(
        started=_started(call, body.get("started")),
        seconds=spent,
        comment=_text(call, body.get("comment")),
        properties={item["key"]: item["value"] for item in body.get("properties") or []},
        visibility=body.get("visibility"),
        remaining=_remaining(call, issue, spent),
    )
    return verbs.add_worklog(call.site, issue, call.actor, new)


def _view(call: Call, issue: Issue, worklog: Worklog) -> Json:
    return remarks.worklog(call.site, issue, worklog, call.version, expand=call.text("expand"))


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/worklog")
def get_worklogs(call: Call) -> Answer:
    """The worklogs of an issue, optionally started after or before an epoch in milliseconds."""
    issue = _issue(call)
    after, before = call.number("startedAfter", -1), call.number("startedBefore", 1 << 62)
    items = [item for item in issue.worklogs if after < epoch_ms(item.started) < before]
    envelope, shown = page(call, items, name="worklogs", most=5000, last=False)
    envelope["worklogs"] = [_view(call, issue, item) for item in shown]
    return Answer(body=envelope)


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/worklog")
def post_worklog(call: Call) -> Answer:
    """Logs time."""
    issue = _issue(call)
    require(call.person, "WORK_ON_ISSUES", "You do not have permission to work on this issue.")
    refuse_locked(call, issue)
    return Answer(status=201, body=_view(call, issue, log_work(call, issue, call.json)))


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/worklog/{id}")
def get_worklog(call: Call) -> Answer:
    """Reads a worklog."""
    issue = _issue(call)
    return Answer(body=_view(call, issue, _worklog(issue, call.param("id"))))


def _require_author(call: Call, worklog: Worklog, verb: str) -> None:
    own = worklog.author == call.person.account_id
    if not has_in_project(call.person, f"{verb}_OWN_WORKLOGS" if own else f"{verb}_ALL_WORKLOGS"):
        raise forbidden(f"You do not have permission to {verb.lower()} this worklog.")


@routes.on("PUT", "/rest/api/{v}/issue/{issueIdOrKey}/worklog/{id}")
def put_worklog(call: Call) -> Answer:
    """Edits a worklog."""
    issue = _issue(call)
    worklog = _worklog(issue, call.param("id"))
    _require_author(call, worklog, "EDIT")
    refuse_locked(call, issue)
    body, before = call.json, issue.spent
    if body.get("timeSpent") is not None or body.get("timeSpentSeconds") is not None:
        worklog.seconds = _spent(body)
    if "started" in body:
        worklog.started = _started(call, body["started"])
    if "comment" in body:
        worklog.comment = _text(call, body["comment"])
    verbs.edit_worklog(call.site, issue, call.actor, worklog, before)
    return Answer(body=_view(call, issue, worklog))


@routes.on("DELETE", "/rest/api/{v}/issue/{issueIdOrKey}/worklog/{id}")
def delete_worklog(call: Call) -> Answer:
    """Deletes a worklog."""
    issue = _issue(call)
    worklog = _worklog(issue, call.param("id"))
    _require_author(call, worklog, "DELETE")
    refuse_locked(call, issue)
    verbs.delete_worklog(call.site, issue, call.actor, worklog)
    return no_content()


@routes.on("GET", "/rest/api/{v}/worklog/updated")
def updated_worklogs(call: Call) -> Answer:
    """Ids of worklogs touched since an epoch in milliseconds; the last minute is left out, as in Jira."""
    since, until = call.number("since", 0), epoch_ms(call.site.now()) - 60_000
    touched = sorted(
        (epoch_ms(worklog.updated), worklog.id) for issue in call.site.issues.values() for worklog in issue.worklogs
    )
    found = [(at, worklog_id) for at, worklog_id in touched if since <= at <= until][:1000]
    body: Json = {
        "values": [{"worklogId": int(item), "updatedTime": at, "properties": []} for at, item in found],
        "since": since,
        "until": found[-1][0] if found else until,
        "self": basics.link(call.site, call.version, f"worklog/updated?since={since}"),
        "lastPage": len(found) < 1000,
    }
    return Answer(body=body)


@routes.on("POST", "/rest/api/{v}/worklog/list")
def list_worklogs(call: Call) -> Answer:
    """Worklogs by id."""
    wanted = {str(item) for item in call.json.get("ids") or []}
    if len(wanted) > 1000:
        raise bad_request("Up to 1000 worklog ids are allowed.")
    found = [
        _view(call, issue, worklog)
        for issue in call.site.issues.values()
        for worklog in issue.worklogs
        if worklog.id in wanted and has_in_project(call.person, "BROWSE_PROJECTS")
    ]
    return Answer(body=found)
