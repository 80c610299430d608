"""Search: token pages without a total, the fields asked for and no more, an index that lags when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta

from jira_sandbox.clock import epoch_ms
from jira_sandbox.errors import Refusal, bad_request
from jira_sandbox.jql import evaluation
from jira_sandbox.rest.issues import add_expansions
from jira_sandbox.routing import Answer, Call, Routes
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.permissions import browses, has_in_project
from jira_sandbox.state.shapes import Json
from jira_sandbox.views.issue import issue_view

routes = Routes()
_LIGHT = {"id", "key"}
_TOKEN_LIFE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What a search asks for."""

    jql: str
    fields: list[str]
    size: int
    token: str | None = None
    expand: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    reconcile: list[str] = field(default_factory=list)


@routes.on("POST", "/rest/api/3/search/jql")
def search_by_post(call: Call) -> Answer:
    """Searches by a body."""
    body = call.json
    return _search(
        call,
        _Wish(
            jql=body.get("jql") or "",
            fields=body.get("fields") or ["id"],
            size=int(body.get("maxResults") or 50),
            token=body.get("nextPageToken"),
            expand=(body.get("expand") or "").split(","),
            properties=body.get("properties") or [],
            reconcile=[str(item) for item in body.get("reconcileIssues") or []],
        ),
    )


@routes.on("GET", "/rest/api/3/search/jql")
def search_by_get(call: Call) -> Answer:
    """Searches by query parameters."""
    return _search(
        call,
        _Wish(
            jql=call.text("jql"),
            fields=call.many("fields") or ["id"],
            size=call.number("maxResults", 50),
            token=call.query.get("nextPageToken"),
            expand=call.many("expand"),
            properties=call.many("properties"),
            reconcile=call.many("reconcileIssues"),
        ),
    )


def _search(call: Call, wish: _Wish) -> Answer:
    if len(wish.reconcile) > 50 or len(wish.properties) > 5:
        raise bad_request("At most 50 issues can be reconciled and 5 properties returned.")
    found = _visible(call, wish.jql, wish.reconcile)
    light = set(wish.fields) <= _LIGHT
    size = max(1, min(wish.size, 5000 if light else 100))
    start = _offset(call, wish)
    shown = found[start : start + size]
    body: Json = {"issues": [_issue(call, wish, issue) for issue in shown], "isLast": start + size >= len(found)}
    if not body["isLast"]:
        body["nextPageToken"] = _token(call, wish, start + size)
    return Answer(body=body)


def _visible(call: Call, jql: str, reconcile: list[str]) -> list[Issue]:
    for key in call.person.hidden_projects:
        if re.search(rf"\bproject\b.*\b{re.escape(key)}\b", jql):
            raise bad_request(f"The value '{key}' does not exist for the field 'project'.")
    found = evaluation.search(call.site, call.person, jql, call.site.indexed(reconcile))
    return [issue for issue in found if browses(call.person, call.site.project_of(issue))]


def _issue(call: Call, wish: _Wish, issue: Issue) -> Json:
    wanted = [name for name in wish.fields if name not in _LIGHT]
    if not wanted:
        view: Json = {"id": issue.id}
        if "key" in wish.fields:
            whole = issue_view(call.site, issue, version=call.version, wanted=("key",))
            view |= {"key": issue.key, "self": whole["self"]}
        return view
    view = issue_view(call.site, issue, version=call.version, wanted=wanted, viewer=call.person)
    add_expansions(call, issue, view, wish.expand)
    if wish.properties:
        view["properties"] = {key: issue.properties[key] for key in wish.properties if key in issue.properties}
    return view


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:16]


def _token(call: Call, wish: _Wish, start: int) -> str:
    until = epoch_ms(call.site.now() + _TOKEN_LIFE)
    return base64.urlsafe_b64encode(json.dumps([_digest(wish.jql), start, until]).encode()).decode()


def _offset(call: Call, wish: _Wish) -> int:
    if not wish.token:
        return 0
    try:
        digest, start, until = json.loads(base64.urlsafe_b64decode(wish.token))
    except ValueError:
        raise bad_request("The nextPageToken is not valid.") from None
    if digest != _digest(wish.jql) or until < epoch_ms(call.site.now()):
        raise bad_request("The nextPageToken does not belong to this query or has expired.")
    return int(start)


@routes.on("POST", "/rest/api/3/search/approximate-count")
def approximate_count(call: Call) -> Answer:
    """How many issues match, as the index sees it."""
    return Answer(body={"count": len(_visible(call, call.json.get("jql") or "", []))})


@routes.on("POST", "/rest/api/3/issue/bulkfetch")
def bulk_fetch(call: Call) -> Answer:
    """Up to 100 issues by id or key, by ascending id; missing ones are silently absent."""
    body = call.json
    wanted = body.get("issueIdsOrKeys") or []
    if not 1 <= len(wanted) <= 100:
        raise bad_request("Between 1 and 100 issue ids or keys are required.")
    found = {issue.id: issue for item in wanted if (issue := call.site.find_issue(str(item)))}
    shown = sorted(found.values(), key=lambda issue: int(issue.id))
    if not has_in_project(call.person, "BROWSE_PROJECTS"):
        shown = []
    wish = _Wish(
        jql="",
        fields=body.get("fields") or ["*navigable"],
        size=100,
        expand=body.get("expand") or [],
        properties=body.get("properties") or [],
    )
    return Answer(body={"issues": [_issue(call, wish, issue) for issue in shown], "issueErrors": []})


@routes.on("POST", "/rest/api/3/jql/match")
def jql_match(call: Call) -> Answer:
    """Which of the given issues match each query."""
    issues = [issue for item in call.json.get("issueIds") or [] if (issue := call.site.find_issue(str(item)))]
    views: list[Json] = []
    for jql in call.json.get("jqls") or []:
        try:
            found = evaluation.search(call.site, call.person, jql, issues)
            views.append({"matchedIssues": [int(issue.id) for issue in found], "errors": []})
        except Refusal as refusal:
            views.append({"matchedIssues": [], "errors": refusal.messages})
    return Answer(body={"matches": views})


@routes.on("GET", "/rest/api/{v}/search")
@routes.on("POST", "/rest/api/{v}/search")
def gone(_call: Call) -> Answer:
    """The old search is gone."""
    raise Refusal(
        410,
        ["The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."],
    )
