"""Makes issues as Jira Cloud writes them, for the tests that read."""

from __future__ import annotations

from typing import Any

AGENT = {"accountId": "agent-1", "accountType": "atlassian", "displayName": "Alice", "active": True}
CUSTOMER = {"accountId": "customer-1", "accountType": "customer", "displayName": "Chloé", "active": True}
RELANCE = {"accountId": "app-1", "accountType": "app", "displayName": "Relance", "active": True}
OTHER_APP = {"accountId": "app-2", "accountType": "app", "displayName": "Autre", "active": True}


def history(number: int, created: str, *items: dict[str, Any], author: dict[str, Any] | None = AGENT) -> dict[str, Any]:
    """One entry of the changelog; a deleted author is left out, as Jira does."""
    entry: dict[str, Any] = {"id": str(number), "created": created, "items": list(items)}
    return entry if author is None else {**entry, "author": author}


def status_item(old: tuple[str, str], new: tuple[str, str]) -> dict[str, Any]:
    """The change of a status, from (id, name) to (id, name)."""
    return {
        "field": "status",
        "fieldtype": "jira",
        "fieldId": "status",
        "from": old[0],
        "fromString": old[1],
        "to": new[0],
        "toString": new[1],
    }


def comment(number: int, created: str, text: str, *, public: bool | None = True, **more: Any) -> dict[str, Any]:
    """One comment; `public` None is a project that is no service desk."""
    body = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }
    made = {"id": str(number), "created": created, "updated": created, "author": CUSTOMER, "body": body, **more}
    return made if public is None else {**made, "jsdPublic": public}


def listed(name: str, items: list[dict[str, Any]], *, total: int | None = None) -> dict[str, Any]:
    """A list as it is embedded in an issue; `total` says how many there are in all."""
    return {name: items, "startAt": 0, "maxResults": len(items), "total": len(items) if total is None else total}


def issue(**fields: Any) -> dict[str, Any]:
    """An issue of the project SUP with its histories, comments and worklogs given in `fields` or empty."""
    changelog = fields.pop("changelog", listed("histories", []))
    properties = fields.pop("properties", {})
    return {
        "id": "10088",
        "key": "SUP-88",
        "self": "https://desk.atlassian.net/rest/api/3/issue/10088",
        "changelog": changelog,
        "properties": properties,
        "fields": {
            "summary": "Imprimante en panne",
            "status": {"id": "10012", "name": "En attente client", "statusCategory": {"key": "indeterminate"}},
            "issuetype": {"id": "10001", "name": "Demande", "subtask": False},
            "project": {"id": "10000", "key": "SUP"},
            "created": "2026-11-02T09:00:00.000+0100",
            "updated": "2026-11-20T09:00:00.000+0100",
            "reporter": CUSTOMER,
            "assignee": None,
            "priority": {"id": "3", "name": "Medium"},
            "resolution": None,
            "labels": [],
            "subtasks": [],
            "comment": listed("comments", []),
            "worklog": listed("worklogs", []),
            **fields,
        },
    }
