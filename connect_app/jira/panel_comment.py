"""Rewrites the one internal comment that stands in for a panel; it never becomes a public one."""

from __future__ import annotations

from connect_app.errors import NotFound
from connect_app.jira.acting import AudienceMismatch
from connect_app.jira.adf import document
from connect_app.jira.client import JiraClient
from connect_app.jira.marks import COMMENT_MARK, INTERNAL
from connect_app.jira.own_actions import TRACE_PREFIX


def rewrite(client: JiraClient, issue_id: str, comment_id: str, text: str, *, key: str) -> bool:
    """Gives an internal comment of ours other words, without a mail; False when somebody deleted it.

    Raises `AudienceMismatch`, once it is deleted, when Jira shows it to customers, and what the client raises.
    """
    path = f"rest/api/3/issue/{issue_id}/comment/{comment_id}"
    properties = [
        {"key": INTERNAL, "value": {"internal": True}},
        {"key": COMMENT_MARK, "value": {"key": key, "rule": "panel"}},
    ]
    try:
        answer = client.request(
            "PUT",
            path,
            params={"notifyUsers": "false"},
            body={"body": document(text), "properties": properties},
            trace=f"{TRACE_PREFIX}{key}",
        )
        if answer.body.get("jsdPublic") is True:
            client.request("DELETE", path)
            raise AudienceMismatch(f"the panel comment of issue {issue_id} was shown to customers and was deleted")
    except NotFound:
        return False
    return True
