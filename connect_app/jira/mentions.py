"""Finds the other requests a new one names in its customer's words, and links it to those that are closed (D29)."""

from __future__ import annotations

import re
from typing import Any

from automation_rules.actions import LinkTo
from automation_rules.facts import Issue
from connect_app.errors import NotFound
from connect_app.jira.adf import plain
from connect_app.jira.client import JiraClient
from connect_app.jira.links import is_done
from connect_app.jira.reading import RawIssue

MOST = 3
"""How many requests are linked: whoever names more of them than this writes a list."""

RELATES = "Relates"
"""Jira's own kind of link without a direction."""

_NAMED = re.compile(r"(?<![\w#-])(?:([A-Za-z][A-Za-z0-9_]*)-|#)([1-9][0-9]{0,8})(?![\w-])")


def mentions(raw: RawIssue) -> tuple[str, ...]:
    """The keys of other requests of the project, named by key (`FRAM-1898`) or number (`#1898`), as first named."""
    fields, project = raw.issue["fields"], raw.project_key
    words = f"{fields.get('summary') or ''}\n{plain(fields.get('description'))}"
    keys = (f"{project}-{number}" for key, number in _NAMED.findall(words) if not key or key.upper() == project)
    return tuple(key for key in dict.fromkeys(keys) if key != raw.issue["key"])[:MOST]


def link(client: JiraClient, issue: Issue, action: LinkTo, trace: str) -> dict[str, Any]:
    """Links the issue to another that is closed; says why not of one that is open, gone or somewhere else.

    Jira keeps one link of a kind between two issues, so that repeating it changes nothing.
    """
    try:
        other = client.get(f"rest/api/3/issue/{action.other}", {"fields": "status"})
        if other["key"] != action.other or not is_done(other):
            return {"linked": False, "because": f"{action.other} is no closed request of this project"}
        ends = {"inwardIssue": {"key": issue.key}, "outwardIssue": {"key": action.other}}
        client.request("POST", "rest/api/3/issueLink", body={"type": {"name": RELATES}, **ends}, trace=trace)
    except NotFound as missing:
        return {"linked": False, "because": "; ".join(missing.errors) or "Jira does not know it"}
    return {"linked": True}
