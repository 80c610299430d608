"""The agents' view: projects, requests by status, and one request with all that is known of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from jira_sandbox.pages.app_frames import PROJECT_PAGES
from jira_sandbox.pages.keys import is_issue_key, is_project_key
from jira_sandbox.pages.site_rest import PLATFORM, Refused, Rest
from jira_sandbox.pages.texts import document, shown
from jira_sandbox.pages.viewing import Desk

Page = tuple[str, int]

LISTED = ["summary", "status", "assignee", "reporter", "created", "issuetype", "parent"]
# Shown elsewhere on the page, or of no use to a person.
_ELSEWHERE = frozenset(
    {"summary", "description", "comment", "worklog", "subtasks", "status", "parent", "attachment", "issuelinks"}
    | {"watches", "votes", "workratio", "statuscategorychangedate", "statusCategory", "lastViewed", "project"}
)


def add_agent_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Adds the routes under /agent/."""

    @blueprint.get("/agent/")
    def projects() -> Page:
        found = desk.rest().platform_values(f"{PLATFORM}/project/search")
        return desk.page("agent_projects", projects=found)

    @blueprint.get("/agent/project/<key>")
    def requests(key: str) -> Page:
        if not is_project_key(key):
            abort(404)
        found = _by_status(desk.rest(), key)
        return desk.page(
            "agent_requests", project_key=key, groups=found, app_modules=desk.frames().modules(*PROJECT_PAGES)
        )

    @blueprint.get("/agent/issue/<key>")
    def issue(key: str) -> Page:
        if not is_issue_key(key):
            abort(404)
        rest = desk.rest()
        about = _about(rest, key)
        frames = desk.frames().of("jiraIssueContexts", issue=key)
        return desk.page("agent_issue", frames=frames, **about)

    @blueprint.post("/agent/issue/<key>/<action>")
    def act(key: str, action: str) -> Response:
        if not is_issue_key(key) or action not in _ACTIONS:
            abort(404)
        _ACTIONS[action](desk.rest(), f"{PLATFORM}/issue/{key}")
        return redirect(url_for("pages.issue", key=key), 303)


def _by_status(rest: Rest, project_key: str) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for issue in rest.search(f'project = "{project_key}" ORDER BY created DESC', LISTED):
        if not issue["fields"].get("parent"):
            groups.setdefault(shown(issue["fields"].get("status")), []).append(issue)
    return sorted(groups.items())


def _about(rest: Rest, key: str) -> dict[str, Any]:
    path = f"{PLATFORM}/issue/{key}"
    issue = rest.get(path, fields="*all", expand="names")
    names, fields = issue.get("names") or {}, issue["fields"]
    listed = [(names.get(each, each), shown(value)) for each, value in fields.items() if each not in _ELSEWHERE]
    history = rest.platform_values(f"{path}/changelog")
    return {
        "issue": issue,
        "fields": fields,
        "listed": sorted((name, text) for name, text in listed if text),
        "transitions": rest.get(f"{path}/transitions", expand="transitions.fields").get("transitions", []),
        "comments": rest.platform_values(f"{path}/comment", "comments"),
        "worklogs": rest.platform_values(f"{path}/worklog", "worklogs"),
        "history": sorted(history, key=lambda entry: int(entry["id"]), reverse=True),
        "properties": _properties(rest, path),
    }


def _properties(rest: Rest, path: str) -> list[dict[str, Any]]:
    keys = rest.get(f"{path}/properties").get("keys", [])
    found = []
    for each in keys:
        try:
            found.append(rest.get(f"{path}/properties/{quote(each['key'], safe='')}"))
        except Refused as refused:
            if refused.status != 404:  # deleted in between
                raise
    return found


def _transition(rest: Rest, path: str) -> None:
    body: dict[str, Any] = {"transition": {"id": request.form.get("id", "")}}
    if request.form.get("resolution"):
        body["fields"] = {"resolution": {"id": request.form["resolution"]}}
    rest.post(f"{path}/transitions", body)


def _comment(rest: Rest, path: str) -> None:
    body: dict[str, Any] = {"body": document(request.form.get("text", ""))}
    if request.form.get("audience") == "internal":
        body["properties"] = [{"key": "sd.public.comment", "value": {"internal": True}}]
    rest.post(f"{path}/comment", body)


def _worklog(rest: Rest, path: str) -> None:
    body: dict[str, Any] = {"timeSpent": request.form.get("time_spent", "")}
    if request.form.get("text", "").strip():
        body["comment"] = document(request.form["text"])
    rest.post(f"{path}/worklog", body)


_ACTIONS = {"transition": _transition, "comment": _comment, "worklog": _worklog}
