"""Finds issues by coarse JQL; never by `updated`, and never trusted without reading the issue itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connect_app.jira.client import JiraClient

PAGE = 1000
MOST_PAGES = 1000


def quoted(words: str) -> str:
    """A JQL string literal."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True)
class Found:
    """One issue as the search knows it: `updated` tells whether it changed since it was last read, nothing else."""

    id: str
    updated: str


def open_or_recent(client: JiraClient, project_key: str) -> Iterator[Found]:
    """The project's issues that are not done, and those that changed in the last two days, sub-tasks included.

    A done request may have been answered while we were away, hence the second half: it finds changes, measures nothing.
    """
    jql = f'project = {quoted(project_key)} AND (statusCategory != Done OR updated >= "-2d") ORDER BY id ASC'
    yield from _found(client, jql)


def _found(client: JiraClient, jql: str) -> Iterator[Found]:
    """Issues page by page: stops when there is no token, when it repeats, or at an empty page (jira-rest.md §b.1)."""
    token: str | None = None
    used: set[str] = set()
    for _ in range(MOST_PAGES):
        body: dict[str, object] = {"jql": jql, "maxResults": PAGE, "fields": ["updated"]}
        if token is not None:
            body["nextPageToken"] = token
        page = client.request("POST", "rest/api/3/search/jql", body=body).body
        issues = page.get("issues") or []
        yield from (Found(str(issue["id"]), str(issue["fields"].get("updated") or "")) for issue in issues)
        following = page.get("nextPageToken")
        if not issues or following is None or following in used:
            return
        used.add(following)
        token = following
