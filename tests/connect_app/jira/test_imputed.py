"""The time of a project is read whole: past Jira's twenty embedded worklogs, past a hundred issues."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from connect_app.jira.client import JiraClient, admin_client
from connect_app.jira.imputed import read_imputed, read_requests

SITE = "https://acme.atlassian.net"
Answer = tuple[int, dict[str, str], str]


def worklogs(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": str(n), "started": "2026-10-05T10:00:00.000+0200"} for n in range(first, first + count)]


def issue(number: int, total: int) -> dict[str, Any]:
    embedded = {"startAt": 0, "maxResults": 20, "total": total, "worklogs": worklogs(0, min(total, 20))}
    return {
        "id": str(number),
        "key": f"SUP-{number}",
        "fields": {"parent": {"id": "1"}, "worklog": embedded},
        "properties": {"relance.imputation": {"month": "2026-10"}} if number % 2 else {},
    }


@pytest.fixture
def client() -> JiraClient:
    return admin_client(SITE, "alice@acme.test", "token")


def test_every_worklog_of_every_sub_task_is_read(jira: responses.RequestsMock, client: JiraClient) -> None:
    def search(request: PreparedRequest) -> Answer:
        asked = json.loads(request.body or "{}")
        assert asked["jql"].startswith('project = "SUP" AND issuetype = "Imputation"')
        start = int(asked.get("nextPageToken") or 0)
        page: dict[str, Any] = {
            "issues": [{"id": str(n), "fields": {}} for n in range(start + 1, min(start + 81, 231))]
        }
        if start + 80 < 230:
            page["nextPageToken"] = str(start + 80)
        return 200, {}, json.dumps(page)

    def fetch(request: PreparedRequest) -> Answer:
        ids = json.loads(request.body or "{}")["issueIdsOrKeys"]
        assert len(ids) <= 100
        return 200, {}, json.dumps({"issues": [issue(int(n), 250 if n == "7" else 3) for n in ids if n != "9"]})

    def page(request: PreparedRequest) -> Answer:
        start = int(parse_qs(urlsplit(request.url or "").query)["startAt"][0])
        body = {"startAt": start, "maxResults": 100, "total": 250, "worklogs": worklogs(start, min(100, 250 - start))}
        return 200, {}, json.dumps(body)

    jira.add_callback("POST", f"{SITE}/rest/api/3/search/jql", search)
    jira.add_callback("POST", f"{SITE}/rest/api/3/issue/bulkfetch", fetch)
    jira.add_callback("GET", f"{SITE}/rest/api/3/issue/7/worklog", page)
    found = {imputed.id: imputed for imputed in read_imputed(client, "SUP", "Imputation")}
    assert len(found) == 229, "one was deleted between the search and the reading"
    assert [w["id"] for w in found["7"].worklogs] == [str(n) for n in range(250)]
    assert (len(found["8"].worklogs), found["8"].month, found["7"].month) == (3, None, "2026-10")
    assert sum("bulkfetch" in (call.request.url or "") for call in jira.calls) == 3


def test_no_time_tracking_is_no_time(jira: responses.RequestsMock, client: JiraClient) -> None:
    body = {"issues": [{"id": "1", "key": "SUP-1", "fields": {"project": {"key": "SUP"}}}]}
    jira.add("POST", f"{SITE}/rest/api/3/issue/bulkfetch", json=body)
    (raw,) = read_requests(client, ["1"])
    assert raw.worklogs == ()
