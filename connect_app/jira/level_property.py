"""Keeps the level of a request in an issue property, where the site has no field for it (A11, A24, A37)."""

from __future__ import annotations

import threading
from typing import Any

from automation_rules.actions import SetLevel
from connect_app.jira.client import JiraClient
from connect_app.jira.marks import LEVEL

MOST_KEPT = 100
"""Changes of level kept in the property: it holds 32,768 characters, a change takes about 150."""

_writing = threading.Lock()


def set_level(client: JiraClient, issue_id: str, action: SetLevel, field: str | None, trace: str) -> None:
    """Gives the issue to a level: in the site's field, else in the property; doing it twice changes nothing."""
    if field is not None:
        change = {
            "fields": {field: {"value": action.option}},
            "historyMetadata": {"type": f"relance:{action.rule}", "description": action.summary},
        }
        client.request("PUT", f"rest/api/3/issue/{issue_id}", body=change, trace=trace)
        return
    # The property is read, extended and written as a whole: one at a time here.
    with _writing:
        written = read_level(client, issue_id)
        history = [entry for entry in _history(written) if entry.get("id") != action.key]
        entry = {
            "id": action.key,
            "at": action.at.isoformat(),
            "by": action.by,
            "from": written.get("level"),
            "to": action.level,
        }
        if len(history) < len(_history(written)):
            return
        body = {"level": action.level, "history": [*history, entry][-MOST_KEPT:]}
        client.request("PUT", f"rest/api/3/issue/{issue_id}/properties/{LEVEL}", body=body, trace=trace)


def read_level(client: JiraClient, issue_id: str) -> dict[str, Any]:
    """What the property holds; empty when there is none, or when it is no writing of ours."""
    answer = client.get(f"rest/api/3/issue/{issue_id}", {"fields": "status", "properties": LEVEL})
    written = (answer.get("properties") or {}).get(LEVEL)
    return written if isinstance(written, dict) else {}


def _history(written: dict[str, Any]) -> list[dict[str, Any]]:
    listed = written.get("history")
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
