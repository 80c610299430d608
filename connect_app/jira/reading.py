"""Reads one issue with its whole history from Jira: one request, more only where Jira pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connect_app.errors import NotFound
from connect_app.jira.client import JiraClient
from connect_app.jira.marks import ESCALATIONS, IMPUTATION, LEVEL, MOVE_MARK, REPRIEVES, SLA_PROPERTY, STATE_PROPERTY

FIELDS = (
    "summary",
    "description",
    "status",
    "issuetype",
    "project",
    "parent",
    "created",
    "updated",
    "reporter",
    "assignee",
    "priority",
    "resolution",
    "labels",
    "comment",
    "subtasks",
    "worklog",
    "issuelinks",
)
CHANNEL = "request.channel.type"
"""Issue property in which JSM keeps how a request came in (portal, email …)."""

PROPERTIES = (ESCALATIONS, LEVEL, REPRIEVES, SLA_PROPERTY, STATE_PROPERTY, MOVE_MARK, CHANNEL)
PAGE = 100
JsonObject = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RawIssue:
    """One issue in Jira's own JSON, with every history entry, comment and worklog; `months` by sub-task id."""

    issue: JsonObject
    histories: tuple[JsonObject, ...]
    comments: tuple[JsonObject, ...]
    worklogs: tuple[JsonObject, ...]
    imputations: dict[str, JsonObject]

    @property
    def id(self) -> str:
        """Jira's id of the issue."""
        return str(self.issue["id"])

    @property
    def updated(self) -> str:
        """When it last changed, in Jira's own writing: two readings of one version have the same."""
        return str(self.issue["fields"].get("updated") or "")

    @property
    def project_key(self) -> str:
        """The key of its project."""
        return str(self.issue["fields"]["project"]["key"])

    @property
    def project_id(self) -> str:
        """The id of its project, which stays when the key is changed; empty when Jira does not say."""
        return str(self.issue["fields"]["project"].get("id") or "")

    @property
    def parent_id(self) -> str | None:
        """The id of its parent when it is a sub-task."""
        parent = self.issue["fields"].get("parent")
        subtask = (self.issue["fields"].get("issuetype") or {}).get("subtask")
        return str(parent["id"]) if parent and subtask else None

    @property
    def properties(self) -> JsonObject:
        """The issue properties that were asked for."""
        properties: JsonObject = self.issue.get("properties") or {}
        return properties


def read_issue(
    client: JiraClient, issue: str, *, extra_fields: Iterable[str] = (), extra_properties: Iterable[str] = ()
) -> RawIssue:
    """One issue by id or key; `NotFound` when it is gone or hidden from us."""
    answer: JsonObject = client.get(
        f"rest/api/3/issue/{issue}",
        {
            "fields": ",".join((*FIELDS, *extra_fields)),
            "expand": "changelog",
            "properties": ",".join((*PROPERTIES, *extra_properties)),
        },
    )
    fields = answer["fields"]
    issue_id = answer["id"]
    return RawIssue(
        issue=answer,
        histories=_all(
            client, f"rest/api/3/issue/{issue_id}/changelog", answer.get("changelog"), "histories", "values"
        ),
        comments=_all(client, f"rest/api/3/issue/{issue_id}/comment", fields.get("comment"), "comments", "comments"),
        worklogs=_worklogs(client, issue_id, fields.get("worklog")),
        imputations={},
    )


def read_imputation(client: JiraClient, subtask: str) -> JsonObject | None:
    """Our mark on a sub-task (`parent`, `month`, `billable`, `key`), or None when it is not an imputation of ours."""
    try:
        answer = client.get(f"rest/api/3/issue/{subtask}/properties/{IMPUTATION}")
    except NotFound:
        return None
    value = (answer or {}).get("value")
    return value if isinstance(value, dict) else None


def read_worklogs(client: JiraClient, issue: str) -> tuple[JsonObject, ...]:
    """Every worklog of one issue."""
    return tuple(_pages(client, f"rest/api/3/issue/{issue}/worklog", "worklogs"))


def read_comments(client: JiraClient, issue: str) -> tuple[JsonObject, ...]:
    """Every comment of one issue with its properties, to find our marks."""
    return tuple(_pages(client, f"rest/api/3/issue/{issue}/comment", "comments", expand="properties"))


def _worklogs(client: JiraClient, issue_id: str, embedded: JsonObject | None) -> tuple[JsonObject, ...]:
    """Every worklog; none when the field is absent, as it is where time tracking is off and the pages answer 404."""
    if embedded is None:
        return ()
    return _all(client, f"rest/api/3/issue/{issue_id}/worklog", embedded, "worklogs", "worklogs")


def _all(
    client: JiraClient, path: str, embedded: JsonObject | None, embedded_name: str, page_name: str
) -> tuple[JsonObject, ...]:
    """What came with the issue when it is complete, else every page (Jira embeds only the newest ones).

    Nothing at all is not the same as an empty list: an issue whose history we did not see must not look untouched.
    """
    embedded = embedded or {}
    items: list[JsonObject] = embedded.get(embedded_name) or []
    if "total" in embedded and int(embedded["total"]) <= len(items):
        return tuple(items)
    return tuple(_pages(client, path, page_name))


def _pages(client: JiraClient, path: str, name: str, **params: str) -> Iterator[JsonObject]:
    start = 0
    while True:
        page = client.get(path, {"startAt": start, "maxResults": PAGE, **params}) or {}
        items = page.get(name) or []
        yield from items
        start += len(items)
        if not items or page.get("isLast") is True or start >= int(page.get("total", start + 1)):
            return
