"""Says what a call costs: its endpoint's burst limit, and its points by Atlassian's tariff (contract §5.1)."""

from __future__ import annotations

import re
from typing import Any

METHOD_BURSTS = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
"""Calls a second on one endpoint of one site, by method."""

SPECIAL_BURSTS = {
    "GET rest/api/3/issue/{}": 150,
    "GET rest/api/3/user": 150,
    "GET rest/api/3/issue/{}/changelog": 200,
    "POST rest/api/3/expression/evaluate": 150,
    "GET rest/servicedeskapi/servicedesk/{}/customer": 5,
}
READING_POSTS = frozenset(
    {
        "POST rest/api/3/search/jql",
        "POST rest/api/3/issue/bulkfetch",
        "POST rest/api/3/permissions/check",
        "POST rest/api/3/expression/evaluate",
    }
)
"""Posts that change nothing: they cost what reads cost."""

_WORDS = frozenset(
    [
        "rest",
        "api",
        "servicedeskapi",
        "webhooks",
        "issue",
        "issuelink",
        "bulkfetch",
        "changelog",
        "comment",
        "worklog",
        "transitions",
        "properties",
        "watchers",
        "assignee",
        "notify",
        "search",
        "jql",
        "project",
        "statuses",
        "status",
        "field",
        "myself",
        "mypermissions",
        "permissions",
        "check",
        "serverinfo",
        "user",
        "groups",
        "group",
        "role",
        "servicedesk",
        "request",
        "participant",
        "sla",
        "customer",
        "organization",
        "queue",
        "approval",
        "requesttype",
        "expression",
        "evaluate",
        "webhook",
        "info",
    ]
)
_VERSION = re.compile(r"[0-9](\.[0-9])?")
_LISTS = ("issues", "values", "histories", "comments", "worklogs", "transitions", "groups", "watchers", "projects")
_PEOPLE = frozenset({"user", "groups", "group", "role", "permissions", "check", "mypermissions", "myself", "watchers"})
_PEOPLE_OF_A_DESK = frozenset({"participant", "customer"})


def endpoint_of(method: str, path: str) -> str:
    """The operation of a call, ids and names replaced by `{}`: of these there are few, whatever is asked."""
    kept = []
    for place, part in enumerate(path.partition("?")[0].strip("/").split("/")):
        known = part.lower() in _WORDS and not part.isupper()
        kept.append(part if known or (place == 2 and _VERSION.fullmatch(part)) else "{}")
    return f"{method} {'/'.join(kept)}"


def burst_of(endpoint: str) -> int:
    """Calls a second that Jira lets through on an endpoint of one site."""
    return SPECIAL_BURSTS.get(endpoint) or METHOD_BURSTS.get(endpoint.partition(" ")[0], 50)


def is_read(endpoint: str) -> bool:
    """Whether a call changes nothing."""
    return endpoint.startswith("GET ") or endpoint in READING_POSTS


def points_of(endpoint: str, body: Any) -> int:
    """What a call costs: 1, and for a read 1 for each object of the answer, or 2 where these are people and rights.

    Which objects count is Atlassian's to know; what an answer lists is taken for them, so this errs on the safe side.
    """
    if not is_read(endpoint):
        return 1
    last = [part for part in endpoint.split("/") if part != "{}"][-1]
    return 1 + _objects(body) * (2 if last in _PEOPLE | _PEOPLE_OF_A_DESK else 1)


def _objects(body: Any) -> int:
    if isinstance(body, list):
        return len(body)
    if not isinstance(body, dict):
        return 0
    if isinstance(body.get("permissions"), dict):
        return len(body["permissions"])
    return next((len(body[name]) for name in _LISTS if isinstance(body.get(name), list)), 1)
