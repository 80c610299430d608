"""Finds issues by coarse JQL; never by `updated`, and never trusted without reading the issue itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from connect_app.jira.client import JiraClient

PAGE = 1000
MOST_PAGES = 1000
MOST_TITLES = 100


def quoted(words: str) -> str:
    """A JQL string literal."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True)
class Found:
    """One issue as the search knows it: `updated` tells whether it changed since it was last read, nothing else.

    `done` is true where Jira counts its status among the done ones.
    """

    id: str
    updated: str
    done: bool = False


def open_or_recent(client: JiraClient, project_key: str, *, days: int = 2) -> Iterator[Found]:
    """The project's issues that are not done, and those that changed in the last `days`, sub-tasks included.

    A done request may have been answered while we were away, hence the second half: it finds changes, measures nothing.
    """
    recent = f'updated >= "-{days}d"'
    jql = f"project = {quoted(project_key)} AND (statusCategory != Done OR {recent}) ORDER BY id ASC"
    yield from _found(client, jql)


def whole_project(client: JiraClient, project_key: str) -> Iterator[Found]:
    """Every issue of a project, sub-tasks and what was done long ago included."""
    yield from _found(client, f"project = {quoted(project_key)} ORDER BY id ASC")


def of_type(client: JiraClient, project_key: str, issue_type: str) -> Iterator[Found]:
    """Every issue of one type (Jira's name) of a project."""
    yield from _found(client, f"project = {quoted(project_key)} AND issuetype = {quoted(issue_type)} ORDER BY id ASC")


def changed_since(client: JiraClient, project_key: str, day: date) -> Iterator[Found]:
    """The project's issues that changed on a day or later, sub-tasks included.

    The day begins in the time zone of who asks: for an instant, ask from the day before the day before.
    """
    yield from _found(client, f'project = {quoted(project_key)} AND updated >= "{day:%Y-%m-%d}" ORDER BY id ASC')


def titles(client: JiraClient, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The key and the summary of issues by their ids, a hundred at most; those hidden from us are left out."""
    wanted = [issue_id for issue_id in dict.fromkeys(ids) if issue_id.isdigit()][:MOST_TITLES]
    if not wanted:
        return {}
    body = {"jql": f"id in ({', '.join(wanted)})", "maxResults": MOST_TITLES, "fields": ["summary"]}
    found = client.request("POST", "rest/api/3/search/jql", body=body).body.get("issues") or []
    return {str(i["id"]): (str(i["key"]), str(i["fields"].get("summary") or "")) for i in found}


def _found(client: JiraClient, jql: str) -> Iterator[Found]:
    """Issues page by page: stops when there is no token, when it repeats, or at an empty page (jira-rest.md §b.1)."""
    token: str | None = None
    used: set[str] = set()
    for _ in range(MOST_PAGES):
        body: dict[str, object] = {"jql": jql, "maxResults": PAGE, "fields": ["updated", "status"]}
        if token is not None:
            body["nextPageToken"] = token
        page = client.request("POST", "rest/api/3/search/jql", body=body).body
        issues = page.get("issues") or []
        yield from map(_read, issues)
        following = page.get("nextPageToken")
        if not issues or following is None or following in used:
            return
        used.add(following)
        token = following


def _read(issue: dict[str, Any]) -> Found:
    fields = issue["fields"]
    category = ((fields.get("status") or {}).get("statusCategory") or {}).get("key")
    return Found(str(issue["id"]), str(fields.get("updated") or ""), done=category == "done")
