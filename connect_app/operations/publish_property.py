"""Writes to Jira what stands on a request for others to read: a property that nobody's work hangs on."""

from __future__ import annotations

from typing import Any

from automation_rules.facts import Issue
from connect_app.errors import Refused
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite

log = logger(__name__)


def publish_property(site: OpenSite, issue: Issue, name: str, value: Any, *, trace: str | None = None) -> None:
    """Writes an issue property; a refusal is logged, no more. Raises `Temporary` for what must be asked again later."""
    try:
        site.client.request("PUT", f"rest/api/3/issue/{issue.id}/properties/{name}", body=value, trace=trace)
    except Refused as refusal:
        log.warning("property refused", issue=issue.id, issue_key=issue.key, name=name, error=str(refusal))
