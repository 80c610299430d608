"""A customer escalates a request: written on the issue itself, so that the rule finds it in the history (C28)."""

from __future__ import annotations

import uuid

from connect_app.errors import NotFound
from connect_app.jira.marks import ESCALATIONS
from connect_app.jira.people import may_see
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request

LONGEST_REASON = 2000
MOST_KEPT = 20
"""Escalations kept on one issue: a property holds 32,768 characters, reasons included."""


def escalate(parts: Parts, site: OpenSite, issue: str, account_id: str, reason: str) -> str:
    """Records an escalation by somebody who may see the request, and returns the issue's id.

    `NotFound` for whoever may not: never a hint that it exists. The rule decides what follows (cool-down, who is told).
    """
    request = read_request(parts, site, issue)
    if isinstance(request, NotOurs):
        raise NotFound(f"no request {issue} here", status=404)
    organizations = request.bound.vocabulary.organizations_field
    if not may_see(site.client, account_id, request.raw.issue, organizations):
        raise NotFound(f"no request {issue} for this account", status=404)
    listed = list((request.raw.properties.get(ESCALATIONS) or {}).get("list") or ())
    now = parts.clock.now()
    entry = {"id": uuid.uuid4().hex, "at": now.isoformat(), "by": account_id, "reason": reason[:LONGEST_REASON]}
    path = f"rest/api/3/issue/{request.issue.id}/properties/{ESCALATIONS}"
    site.client.request("PUT", path, body={"list": [*listed, entry][-MOST_KEPT:]})
    return request.issue.id
