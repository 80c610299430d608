"""Reads from a Forge product event which issue it hints at; everything else it says is left aside (contract §6.3)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connect_app.doors.caller import ISSUE_ID
from connect_app.errors import Malformed

EVENTS: Mapping[str, str] = {
    "avi:jira:created:issue": "jira:issue_created",
    "avi:jira:updated:issue": "jira:issue_updated",
    "avi:jira:deleted:issue": "jira:issue_deleted",
    "avi:jira:commented:issue": "comment_created",
    "avi:jira:mentioned:comment": "comment_created",
    "avi:jira:deleted:comment": "comment_deleted",
    "avi:jira:created:worklog": "worklog_created",
    "avi:jira:updated:worklog": "worklog_updated",
    "avi:jira:deleted:worklog": "worklog_deleted",
    "avi:jira:deleted:project": "project_deleted",
}
"""Forge's names of the events we hear, and the names the other doors give the same."""

_PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,63}")


@dataclass(frozen=True, kw_only=True)
class Hint:
    """Where to look: the same as any webhook says. `identifier` is the same when Forge sends the event again.

    `trace` echoes what our own write carried, if a write of ours caused the event.
    """

    identifier: str
    event: str
    issue_id: str | None
    project_key: str | None
    trace: str | None = None


def read_event(body: Any) -> Hint | None:
    """The hint of one event, None for one we do not hear; `Malformed` when it is no event.

    Forge gives deliveries no name of their own: the event's canonical text is one.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("eventType"), str):
        raise Malformed("a Forge event is an object with an eventType")
    event = EVENTS.get(body["eventType"])
    if event is None:
        return None
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    trace = body.get("webhookTraceValue")
    return Hint(
        identifier=f"forge/{hashlib.sha256(canonical.encode('utf-8', 'surrogatepass')).hexdigest()}",
        event=event,
        issue_id=_issue_id(body),
        project_key=_project_key(body),
        trace=trace if isinstance(trace, str) else None,
    )


def _issue_id(body: Mapping[str, Any]) -> str | None:
    found = _at(body, "issue", "id")
    if found is None:
        found = _at(body, "worklog", "issueId")
    if found is None:
        return None
    text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    if not ISSUE_ID.fullmatch(text):
        raise Malformed("the issue id is no id")
    return text


def _project_key(body: Mapping[str, Any]) -> str | None:
    for place in (("issue", "fields", "project", "key"), ("project", "key")):
        found = _at(body, *place)
        if isinstance(found, str) and _PROJECT_KEY.fullmatch(found):
            return found
    return None


def _at(body: Any, *place: str) -> Any:
    for name in place:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
