"""Statuses that forbid editing, and who may edit all the same."""

from __future__ import annotations

from jira_sandbox.errors import bad_request
from jira_sandbox.routing import Call
from jira_sandbox.state.issues import Issue


def refuse_locked(call: Call, issue: Issue) -> None:
    """400 when the status says the issue is not editable, unless an administrator or app overrides it."""
    layout = next(
        (item for item in call.site.workflow_of(issue).statuses if item["statusReference"] == issue.status_id), {}
    )
    if (layout.get("properties") or {}).get("jira.issue.editable") != "false":
        return
    if call.flag("overrideEditableFlag") and (call.person.is_admin or call.person.is_app):
        return
    raise bad_request("The issue is not editable in its current status.")
