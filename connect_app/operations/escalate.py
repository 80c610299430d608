"""A customer escalates a request: written on the issue itself, so that the rule finds it in the history (C28)."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

from automation_rules.model import EscalationRule
from connect_app.errors import NotFound, Temporary
from connect_app.jira.marks import ESCALATIONS
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.see_request import see_request

LONGEST_REASON = 2000
LONGEST_PROPERTY = 30_000
"""Characters the list may take: Jira holds 32,768 in one property."""

MOST_WRITES = 5
"""How often an entry that somebody else's list replaced is written again."""

_writing = threading.Lock()


def escalate(parts: Parts, site: OpenSite, issue: str, account_id: str, reason: str) -> str:
    """Records an escalation by somebody who may see the request, and returns the issue's id.

    `NotFound` for whoever may not: never a hint that it exists; and where the document knows no escalation. The rule
    decides what follows (cool-down, who is told).
    """
    request = see_request(parts, site, issue, account_id).request
    if not any(isinstance(rule, EscalationRule) for rule in request.policy.document.rules):
        raise NotFound(f"nobody would hear of an escalation of {issue}", status=404)
    entry = {
        "id": uuid.uuid4().hex,
        "at": parts.clock.now().isoformat(),
        "by": account_id,
        "reason": reason[:LONGEST_REASON],
    }
    # The property is read, extended and written as a whole: one at a time here, and read again for other processes.
    with _writing:
        for _ in range(MOST_WRITES):
            listed = _listed(site, request.issue.id)
            if any(isinstance(one, dict) and one.get("id") == entry["id"] for one in listed):
                return request.issue.id
            path = f"rest/api/3/issue/{request.issue.id}/properties/{ESCALATIONS}"
            site.client.request("PUT", path, body={"list": fitting([*listed, entry])})
    raise Temporary("the escalation could not be written down")


def fitting(listed: list[Any]) -> list[Any]:
    """The list within what a property holds: the reasons of old escalations go first, then the oldest themselves.

    Every instant is kept as long as it fits: a cool-down that forgot when the alarm was raised would raise it again.
    """
    kept = list(listed)
    for place, one in enumerate(kept[:-1]):
        if len(json.dumps(kept)) <= LONGEST_PROPERTY:
            return kept
        if isinstance(one, dict):
            kept[place] = {**one, "reason": ""}
    while len(json.dumps(kept)) > LONGEST_PROPERTY and len(kept) > 1:
        kept.pop(0)
    return kept


def _listed(site: OpenSite, issue_id: str) -> list[Any]:
    answer = site.client.get(f"rest/api/3/issue/{issue_id}", {"fields": "status", "properties": ESCALATIONS})
    written = (answer.get("properties") or {}).get(ESCALATIONS)
    listed = written.get("list") if isinstance(written, dict) else None
    return listed if isinstance(listed, list) else []
