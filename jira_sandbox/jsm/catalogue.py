"""Every JSM operation the sandbox knows."""

from __future__ import annotations

from jira_sandbox.jsm import approvals, conversation, desks, people, requests

COLLECTIONS = [
    approvals.routes,
    conversation.routes,
    desks.routes,
    people.routes,
    requests.routes,
]
"""All collections of the JSM API."""
