"""What an app's call costs, as Atlassian's page on rate limiting says; this page's own reading of it."""

from __future__ import annotations

import re

from jira_sandbox.state.shapes import Value

_DEAR = re.compile(r"/(users?|groups?|role|myself|(my)?permissions(/check)?|watchers|participant|customer)$")
_POSTED_READS = re.compile(r"/(search/jql|issue/bulkfetch|permissions/check|expression/evaluate)$")


def points(method: str, template: str, body: Value) -> int:
    """One for the call; for a read one more for each object returned, two for people, groups, roles and permissions."""
    if method != "GET" and not _POSTED_READS.search(template):
        return 1
    path = re.sub(r"/\{[^}]*\}$", "", template)
    return 1 + _returned(body) * (2 if _DEAR.search(path) else 1)


def _returned(body: Value) -> int:
    if isinstance(body, list):
        return len(body)
    if not isinstance(body, dict):
        return 0
    permissions = body.get("permissions")
    if isinstance(permissions, dict):
        return len(permissions)
    listed = [value for value in body.values() if isinstance(value, list) and all(isinstance(v, dict) for v in value)]
    return 1 if "id" in body or "accountId" in body or not listed else max(len(value) for value in listed)
