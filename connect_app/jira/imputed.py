"""Reads the time logged in a project: many issues in one request, every worklog of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from connect_app.jira.client import JiraClient
from connect_app.jira.marks import IMPUTATION
from connect_app.jira.reading import JsonObject, RawIssue, read_worklogs
from connect_app.jira.searching import of_type

AT_ONCE = 100
"""As many as Jira gives in one `bulkfetch`."""

LIGHT_FIELDS = ("summary", "status", "issuetype", "project", "parent", "created", "updated", "reporter", "subtasks")


@dataclass(frozen=True, kw_only=True)
class Imputed:
    """One imputation sub-task with all its worklogs; `month` is None for one that is not marked as ours."""

    key: str
    id: str
    parent_id: str
    month: str | None
    worklogs: tuple[JsonObject, ...]


def read_imputed(client: JiraClient, project_key: str, issue_type: str) -> Iterator[Imputed]:
    """Every imputation sub-task of a project with its time.

    All of them, whenever they changed: time may be logged in advance, so no date of Jira's bounds it. A worklog costs
    no request of its own: a sub-task with more than Jira embeds (twenty) costs one per hundred.
    """
    ids = (found.id for found in of_type(client, project_key, issue_type))
    for issue in read_many(client, ids, ("parent", "worklog"), properties=(IMPUTATION,)):
        parent = issue["fields"].get("parent")
        if parent is None:
            continue
        mark = (issue.get("properties") or {}).get(IMPUTATION)
        month = mark.get("month") if isinstance(mark, dict) else None
        yield Imputed(
            key=str(issue["key"]),
            id=str(issue["id"]),
            parent_id=str(parent["id"]),
            month=str(month) if month else None,
            worklogs=_every_worklog(client, issue),
        )


def read_requests(client: JiraClient, ids: Iterable[str], extra_fields: Iterable[str] = ()) -> Iterator[RawIssue]:
    """Issues with their own worklogs, without comments and history: what is billed on time needs neither."""
    for issue in read_many(client, ids, (*LIGHT_FIELDS, "worklog", *extra_fields)):
        worklogs = _every_worklog(client, issue)
        yield RawIssue(issue=issue, histories=(), comments=(), worklogs=worklogs, imputations={})


def read_many(
    client: JiraClient, ids: Iterable[str], fields: tuple[str, ...], *, properties: tuple[str, ...] = ()
) -> Iterator[JsonObject]:
    """Issues by id, a hundred at a time; one that is gone or hidden from us is left out, as Jira does."""
    waiting = iter(ids)
    while batch := list(islice(waiting, AT_ONCE)):
        body = {"issueIdsOrKeys": batch, "fields": list(fields), "properties": list(properties)}
        answer = client.request("POST", "rest/api/3/issue/bulkfetch", body=body).body or {}
        yield from answer.get("issues") or ()


def _every_worklog(client: JiraClient, issue: JsonObject) -> tuple[JsonObject, ...]:
    """What came with the issue when that is all, else every page; none where time tracking is off."""
    embedded = issue["fields"].get("worklog")
    if embedded is None:
        return ()
    listed = tuple(embedded.get("worklogs") or ())
    complete = "total" in embedded and int(embedded["total"]) <= len(listed)
    return listed if complete else read_worklogs(client, str(issue["id"]))
