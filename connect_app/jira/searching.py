"""Finds issues by coarse JQL; never by `updated`, and never trusted without reading the issue itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connect_app.jira.client import JiraClient

PAGE = 1000
MOST_PAGES = 1000


def quoted(words: str) -> str:
    """A JQL string literal."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def open_issue_ids(client: JiraClient, project_key: str, statuses: Iterable[str] = ()) -> Iterator[str]:
    """Ids of the project's issues that are not sub-tasks and not done, or that sit in one of these Jira status ids."""
    clause = "statusCategory != Done"
    named = ", ".join(statuses)
    if named:
        clause = f"status in ({named})"
    jql = f"project = {quoted(project_key)} AND {clause} ORDER BY id ASC"
    yield from _ids(client, jql)


def _ids(client: JiraClient, jql: str) -> Iterator[str]:
    """Ids page by page: stops when there is no token, when it repeats, or at an empty page (jira-rest.md §b.1)."""
    token: str | None = None
    for _ in range(MOST_PAGES):
        body: dict[str, object] = {"jql": jql, "maxResults": PAGE, "fields": ["issuetype"]}
        if token is not None:
            body["nextPageToken"] = token
        page = client.request("POST", "rest/api/3/search/jql", body=body).body
        issues = page.get("issues") or []
        yield from (str(issue["id"]) for issue in issues if not _is_subtask(issue))
        following = page.get("nextPageToken")
        if not issues or following is None or following == token:
            return
        token = following


def _is_subtask(issue: dict[str, Any]) -> bool:
    return bool(((issue.get("fields") or {}).get("issuetype") or {}).get("subtask"))
