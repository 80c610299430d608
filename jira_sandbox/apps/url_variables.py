"""Fills the variables of a URL, such as {issue.id}, from what a webhook or a page is about (contract §2.1, §2.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

# Descriptors write {issue.id}; the admin screen for webhooks writes ${issue.id}.
_VARIABLE = re.compile(r"\$?\{([A-Za-z][A-Za-z0-9._]*)\}")


def fill(url: str, values: Mapping[str, str]) -> str:
    """Replaces every variable by its percent-encoded value; those without one become empty."""
    return _VARIABLE.sub(lambda found: quote(values.get(found[1], ""), safe="-._~"), url)


def sendable(url: str) -> str:
    """The URL exactly as it travels: what is signed must be what the receiver sees, encodings included."""
    return requests.Request("POST", url).prepare().url or url


def issue_values(issue: Mapping[str, Any]) -> dict[str, str]:
    """The variables an issue's REST representation gives: issue, issue type and project."""
    fields = issue.get("fields") or {}
    found = {"issue.id": issue.get("id"), "issue.key": issue.get("key")}
    for name, prefix in (("project", "project"), ("issuetype", "issuetype")):
        part = fields.get(name) or {}
        found[f"{prefix}.id"] = part.get("id")
        found[f"{prefix}.key"] = part.get("key")
    return {name: str(value) for name, value in found.items() if value is not None}


def request_values(issue: Mapping[str, Any]) -> dict[str, str]:
    """The variables of an issue seen as a request; its desk and type when the representation has them (§2.6)."""
    found = {"requestId": issue.get("id")} | {name: issue.get(name) for name in ("serviceDeskId", "requestTypeId")}
    desk = {f"servicedesk.{name}": str(value) for name, value in found.items() if value is not None}
    return issue_values(issue) | desk


def webhook_values(body: Mapping[str, Any], issue_id: str | None, project_key: str | None) -> dict[str, str]:
    """The variables a webhook body gives; the issue and project the event names fill what the body lacks."""
    values: dict[str, str] = {}
    if issue_id is not None:
        values["issue.id"] = issue_id
    if project_key is not None:
        values["project.key"] = project_key
    for name in ("comment", "worklog", "project", "attachment", "version", "property"):
        part = body.get(name)
        if isinstance(part, Mapping):
            values |= {f"{name}.{key}": str(part[key]) for key in ("id", "key") if part.get(key) is not None}
    issue = body.get("issue")
    return values | (issue_values(issue) if isinstance(issue, Mapping) else {})
