"""Reads what a project's figures are made of: a hundred requests in one call, and never more than a fixed number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from connect_app.jira.client import JiraClient
from connect_app.jira.facts import instant
from connect_app.jira.marks import SLA_PROPERTY
from connect_app.jira.people import AGENT_PERMISSION, held_on
from connect_app.jira.searching import quoted

PAGE = 100
MOST_OPEN = 5000
MOST_DONE = 3000
"""Requests read at most: each costs a point of the app's hourly quota (contract §5.1)."""

ADMINISTERS = "ADMINISTER_PROJECTS"


@dataclass(frozen=True, kw_only=True)
class OpenIssue:
    """One request that is not done; status as Jira's id and name."""

    id: str
    key: str
    summary: str
    status_id: str
    status_name: str
    created: datetime


@dataclass(frozen=True, kw_only=True)
class ProjectIssues:
    """The requests of a project: those that are not done, and the published clocks of all that matter.

    `open_left_out` and `done_left_out` tell that there were more than are read; of the done ones the newest are read.
    """

    open: tuple[OpenIssue, ...]
    clocks: tuple[Mapping[str, Any], ...]
    read: int
    open_left_out: bool = False
    done_left_out: bool = False


@dataclass(frozen=True)
class Standing:
    """What somebody is to a project."""

    agent: bool
    administrator: bool


def read_project(
    client: JiraClient, project_key: str, *, days: int, most_open: int = MOST_OPEN, most_done: int = MOST_DONE
) -> ProjectIssues:
    """Every request that is not done, and those done ones that changed in the last `days`; no sub-tasks.

    A clock that ended in that time changed its request then, so nothing that counts is missed; requests that changed
    for another reason are read in vain. Raises as the client does.
    """
    place = f"project = {quoted(project_key)} AND issuetype in standardIssueTypes()"
    fields = ("summary", "status", "created")
    still_open = _some(client, f"{place} AND statusCategory != Done ORDER BY id ASC", fields, most_open)
    recent = f'{place} AND statusCategory = Done AND updated >= "-{days}d" ORDER BY id DESC'
    done = _some(client, recent, ("created",), most_done)
    published = ((issue.get("properties") or {}).get(SLA_PROPERTY) for issue in (*still_open[0], *done[0]))
    return ProjectIssues(
        open=tuple(map(_open_issue, still_open[0])),
        clocks=tuple(clocks for clocks in published if isinstance(clocks, Mapping)),
        read=len(still_open[0]) + len(done[0]),
        open_left_out=still_open[1],
        done_left_out=done[1],
    )


def read_standing(client: JiraClient, project_id: str, account_id: str) -> Standing:
    """Whether an account works in a project or administers it; nobody for one that is gone (contract §3.7)."""
    held = held_on(client, account_id, [AGENT_PERMISSION, ADMINISTERS], "projects", project_id)
    return Standing(agent=AGENT_PERMISSION in held, administrator=ADMINISTERS in held)


def _some(client: JiraClient, jql: str, fields: tuple[str, ...], most: int) -> tuple[list[dict[str, Any]], bool]:
    """The first so many issues, and whether there are more."""
    found = list(islice(_pages(client, jql, fields, most // PAGE + 1), most + 1))
    return found[:most], len(found) > most


def _pages(client: JiraClient, jql: str, fields: tuple[str, ...], most: int) -> Iterator[dict[str, Any]]:
    """Issues page by page: stops when there is no token, when it repeats, or at an empty page (jira-rest.md §b.1)."""
    body: dict[str, object] = {"jql": jql, "maxResults": PAGE, "fields": list(fields), "properties": [SLA_PROPERTY]}
    used: set[str] = set()
    for _ in range(most):
        page = client.request("POST", "rest/api/3/search/jql", body=body).body or {}
        issues = page.get("issues") or []
        yield from issues
        following = page.get("nextPageToken")
        if not issues or following is None or following in used:
            return
        used.add(following)
        body["nextPageToken"] = following


def _open_issue(issue: Mapping[str, Any]) -> OpenIssue:
    fields = issue["fields"]
    status = fields.get("status") or {}
    return OpenIssue(
        id=str(issue["id"]),
        key=str(issue["key"]),
        summary=str(fields.get("summary") or ""),
        status_id=str(status.get("id") or ""),
        status_name=str(status.get("name") or ""),
        created=instant(fields["created"]),
    )
