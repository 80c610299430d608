"""Reads from a webhook which issue it hints at; everything else it says is left aside (contract §4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Request

from connect_app.doors.caller import ISSUE_ID
from connect_app.errors import Malformed
from connect_app.store.inbox import Delivery

IDENTIFIER_HEADER = "X-Atlassian-Webhook-Identifier"

_IDENTIFIER = re.compile(r"[\x21-\x7e]{1,200}")
_PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,63}")

_ISSUE_PLACES = (("issue", "id"), ("worklog", "issueId"), ("issueLink", "sourceIssueId"))
_PROJECT_PLACES = (("issue", "fields", "project", "key"), ("project", "key"))


def announced_delivery(request: Request) -> str | None:
    """What a request says to be the delivery it brings, before anybody has proved anything; for the log alone."""
    identifier = request.headers.get(IDENTIFIER_HEADER, "")
    return identifier if _IDENTIFIER.fullmatch(identifier) else None


def read_delivery(event: str, body: Any, *, identifier: str | None, raw_body: bytes, received_at: datetime) -> Delivery:
    """The hint of one webhook; `Malformed` when the body is not an object or its issue id is no id.

    `event` is that of the route, which the token signs; the body is not signed. Without Jira's identifier the body
    itself identifies the delivery.
    """
    if not isinstance(body, Mapping):
        raise Malformed("a webhook's body is an object")
    if identifier is None:
        identifier = f"sha256/{hashlib.sha256(raw_body).hexdigest()}"
    elif not _IDENTIFIER.fullmatch(identifier):
        raise Malformed("the webhook identifier is odd")
    return Delivery(
        identifier=identifier,
        event=event,
        issue_id=_issue_id(body),
        project_key=_project_key(body),
        received_at=received_at,
    )


def _issue_id(body: Mapping[str, Any]) -> str | None:
    for place in _ISSUE_PLACES:
        found = _at(body, place)
        if found is None:
            continue
        text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
        if not ISSUE_ID.fullmatch(text):
            raise Malformed("the issue id is no id")
        return text
    return None


def _project_key(body: Mapping[str, Any]) -> str | None:
    for place in _PROJECT_PLACES:
        found = _at(body, place)
        if isinstance(found, str) and _PROJECT_KEY.fullmatch(found):
            return found
    return None


def _at(body: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
