"""A project is read a page at a time, to a bound, whatever the search answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from connect_app.errors import Refused
from connect_app.jira.client import JiraClient
from connect_app.jira.project_reading import Standing, read_project, read_standing
from tests.connect_app.jira.conftest import SITE

SEARCH = f"{SITE}/rest/api/3/search/jql"
CHECK = f"{SITE}/rest/api/3/permissions/check"


def issue(number: int, **more: Any) -> dict[str, Any]:
    fields = {"summary": None, "status": {"id": "1", "name": "Open"}, "created": "2026-11-02T09:00:00.000+0100"}
    return {"id": str(number), "key": f"SUP-{number}", "fields": fields, **more}


def page(*numbers: int, following: str | None = None) -> dict[str, Any]:
    return {"issues": [issue(n) for n in numbers], **({"nextPageToken": following} if following else {"isLast": True})}


def sent(jira: responses.RequestsMock) -> list[dict[str, Any]]:
    return [json.loads(call.request.body or "") for call in jira.calls]


def test_pages_are_followed_and_a_token_that_comes_back_ends_them(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    for answer in (page(1, 2, following="a"), page(3, following="b"), page(4, following="a"), page(9)):
        jira.post(SEARCH, json=answer)
    read = read_project(client, 'S"UP', days=185)
    assert ([one.key for one in read.open], read.read) == (["SUP-1", "SUP-2", "SUP-3", "SUP-4"], 5)
    assert (read.open_left_out, read.done_left_out) == (False, False)
    bodies = sent(jira)
    assert [body.get("nextPageToken") for body in bodies] == [None, "a", "b", None]
    assert all(len(body["properties"]) <= 5 for body in bodies)
    assert bodies[0]["jql"].startswith('project = "S\\"UP" AND ')
    assert 'updated >= "-185d"' in bodies[-1]["jql"]


def test_never_more_is_read_than_the_bound_and_the_page_can_say_so(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    jira.post(SEARCH, json=page(*range(1, 101), following="a"))
    jira.post(SEARCH, json=page(*range(101, 201), following="b"))
    jira.post(SEARCH, json=page(*range(1, 11)))
    read = read_project(client, "SUP", days=1, most_open=150, most_done=10)
    assert (len(read.open), read.open_left_out, read.done_left_out, read.read) == (150, True, False, 160)


def test_properties_that_are_none_of_ours_are_left_out(jira: responses.RequestsMock, client: JiraClient) -> None:
    odd = [issue(1, properties={"relance.sla": "x"}), issue(2, properties={"relance.sla": {"response": {}}}), issue(3)]
    jira.post(SEARCH, json={"issues": odd})
    jira.post(SEARCH, json={})
    assert read_project(client, "SUP", days=1).clocks == ({"response": {}},)


@pytest.mark.parametrize(
    ("granted", "standing"),
    [
        ([], Standing(agent=False, administrator=False)),
        (["SERVICEDESK_AGENT"], Standing(agent=True, administrator=False)),
        (["ADMINISTER_PROJECTS"], Standing(agent=False, administrator=True)),
    ],
)
def test_what_somebody_holds_in_this_project_counts_and_in_another_not(
    jira: responses.RequestsMock, client: JiraClient, granted: list[str], standing: Standing
) -> None:
    held = [{"permission": name, "projects": [10001], "issues": []} for name in granted]
    others = [{"permission": name, "projects": [10002]} for name in ("SERVICEDESK_AGENT", "ADMINISTER_PROJECTS")]
    jira.post(CHECK, json={"globalPermissions": [], "projectPermissions": [*held, *others]})
    assert read_standing(client, "10001", "abc") == standing


def test_an_account_that_is_gone_is_nobody_and_a_refusal_is_told(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    jira.post(CHECK, status=400, json={"errorMessages": ["The user does not exist."]})
    assert read_standing(client, "10001", "gone") == Standing(agent=False, administrator=False)
    jira.post(CHECK, status=403, json={})
    with pytest.raises(Refused):
        read_standing(client, "10001", "abc")
