from __future__ import annotations

from typing import Any

import pytest
import responses
from responses import matchers

from automation_rules.facts import Side
from connect_app.errors import NotFound, Temporary
from connect_app.jira.client import JiraClient
from connect_app.jira.marks import COMMENT_MARK, IMPUTATION
from connect_app.jira.people import People, holds_global
from connect_app.jira.reading import PAGE, read_comments, read_imputation, read_issue, read_worklogs
from connect_app.jira.searching import Found, open_or_recent, quoted
from tests.connect_app.jira.conftest import SITE
from tests.connect_app.jira.issues import comment, history, issue, listed

ISSUE = f"{SITE}/rest/api/3/issue/10088"
SEARCH = f"{SITE}/rest/api/3/search/jql"
CHECK = f"{SITE}/rest/api/3/permissions/check"
AT = "2026-11-03T10:00:00.000+0100"


def page(jira: responses.RequestsMock, path: str, start: int, body: dict[str, Any]) -> None:
    query = {"startAt": str(start), "maxResults": str(PAGE)}
    jira.get(f"{ISSUE}/{path}", json=body, match=[matchers.query_param_matcher(query, strict_match=False)])


def test_an_issue_that_came_whole_costs_one_request(jira: responses.RequestsMock, client: JiraClient) -> None:
    told = issue(
        changelog=listed("histories", [history(1, AT)]),
        comment=listed("comments", [comment(1, AT, "a")]),
        worklog=listed("worklogs", [{"id": "1"}]),
    )
    jira.get(f"{SITE}/rest/api/3/issue/SUP-88", json=told)
    raw = read_issue(client, "SUP-88", extra_fields=("customfield_1",))
    assert (raw.id, raw.project_key, len(raw.histories), len(raw.comments), len(raw.worklogs)) == (
        "10088",
        "SUP",
        1,
        1,
        1,
    )
    asked = jira.calls[0].request.params  # type: ignore[attr-defined]  # responses adds it
    assert asked["fields"].endswith(",worklog,issuelinks,customfield_1")
    assert asked["expand"] == "changelog"


def test_lists_that_came_cut_are_read_page_by_page(jira: responses.RequestsMock, client: JiraClient) -> None:
    histories = [history(n, AT) for n in range(150)]
    comments = [comment(n, AT, str(n)) for n in range(3)]
    told = issue(
        changelog=listed("histories", histories[100:], total=150),
        comment=listed("comments", comments[1:], total=3),
        worklog=listed("worklogs", [], total=1),
    )
    jira.get(ISSUE, json=told)
    page(jira, "changelog", 0, {"values": histories[:100], "total": 150, "isLast": False})
    page(jira, "changelog", 100, {"values": histories[100:], "total": 150, "isLast": True})
    page(jira, "comment", 0, {"comments": comments, "total": 3})
    page(jira, "worklog", 0, {"worklogs": [{"id": "7"}], "total": 1})
    raw = read_issue(client, "10088")
    assert [entry["id"] for entry in raw.histories] == [str(n) for n in range(150)]
    assert [said["id"] for said in raw.comments] == ["0", "1", "2"]
    assert raw.worklogs == ({"id": "7"},)


def test_a_history_that_did_not_come_is_asked_for(jira: responses.RequestsMock, client: JiraClient) -> None:
    """An issue whose history we did not see must not look as if nobody ever touched it."""
    told = issue()
    del told["changelog"], told["fields"]["comment"], told["fields"]["worklog"]
    jira.get(ISSUE, json=told)
    page(jira, "changelog", 0, {"values": [history(1, AT)], "isLast": True})
    page(jira, "comment", 0, {"comments": [comment(1, AT, "a")], "total": 1})
    raw = read_issue(client, "10088")
    assert (len(raw.histories), len(raw.comments), raw.worklogs) == (1, 1, ())


@pytest.mark.parametrize(
    "pages",
    [
        [{"worklogs": [{"id": "1"}]}, {"worklogs": [{"id": "2"}]}, {"worklogs": []}],
        [
            {"worklogs": [{"id": "1"}], "total": 5},
            {"worklogs": [{"id": "2"}], "total": 5},
            {"worklogs": [], "total": 5},
        ],
        [{"worklogs": [{"id": "1"}], "isLast": False}, {"worklogs": [{"id": "2"}], "isLast": True}],
        [{"worklogs": [{"id": "1"}], "total": 2}, {"worklogs": [{"id": "2"}], "total": 2}],
    ],
)
def test_pages_end_where_they_end(
    jira: responses.RequestsMock, client: JiraClient, pages: list[dict[str, Any]]
) -> None:
    for start, told in enumerate(pages):
        page(jira, "worklog", start, told)
    assert [w["id"] for w in read_worklogs(client, "10088")] == ["1", "2"]


def test_an_issue_that_is_gone_is_not_found(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(ISSUE, status=404)
    with pytest.raises(NotFound):
        read_issue(client, "10088")


def test_comments_are_read_with_their_marks(jira: responses.RequestsMock, client: JiraClient) -> None:
    marked = comment(1, AT, "a", properties=[{"key": COMMENT_MARK, "value": {"key": "k"}}])
    jira.get(
        f"{ISSUE}/comment",
        json=listed("comments", [marked]),
        match=[matchers.query_param_matcher({"expand": "properties"}, strict_match=False)],
    )
    assert read_comments(client, "10088") == (marked,)


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        ({"json": {"key": IMPUTATION, "value": {"month": "2026-11"}}}, {"month": "2026-11"}),
        ({"json": {"key": IMPUTATION, "value": "x"}}, None),
        ({"status": 404}, None),
    ],
)
def test_an_imputation_is_known_by_its_mark(
    jira: responses.RequestsMock, client: JiraClient, answer: dict[str, Any], mark: dict[str, Any] | None
) -> None:
    jira.get(f"{SITE}/rest/api/3/issue/SUP-90/properties/{IMPUTATION}", **answer)
    assert read_imputation(client, "SUP-90") == mark


def found(*numbers: int, following: str | None = None, **more: Any) -> dict[str, Any]:
    issues = [{"id": str(n), "fields": {"updated": f"u{n}"}} for n in numbers]
    return {"issues": issues, **({"nextPageToken": following} if following else {}), **more}


TRAPS: dict[str, list[dict[str, Any]]] = {
    "no token": [found(1, 2)],
    "isLast is wrong": [found(1, following="a", isLast=True), found(2, isLast=False)],
    "a null token": [found(1, following="a"), {**found(2), "nextPageToken": None}],
    "the token repeats": [found(1, following="a"), found(2, following="a")],
    "the tokens go round": [found(1, following="a"), found(2, following="b"), found(following="a")],
    "round with issues": [found(1, following="a"), found(2, following="a")],
    "an empty page": [found(1, following="a"), found(2, following="b"), found(following="c")],
}


@pytest.mark.parametrize("pages", TRAPS.values(), ids=TRAPS)
def test_a_search_ends_whatever_jira_says(
    jira: responses.RequestsMock, client: JiraClient, pages: list[dict[str, Any]]
) -> None:
    for told in pages:
        jira.post(SEARCH, json=told)
    assert list(open_or_recent(client, "SUP")) == [Found("1", "u1"), Found("2", "u2")]
    assert len(jira.calls) == len(pages)


def test_tokens_that_go_round_and_round_end_too(jira: responses.RequestsMock, client: JiraClient) -> None:
    for told in (found(1, following="a"), found(2, following="b"), found(1, following="a")):
        jira.post(SEARCH, json=told)
    assert len(list(open_or_recent(client, "SUP"))) == 3
    assert len(jira.calls) == 3


def test_a_project_key_cannot_break_out_of_the_query(jira: responses.RequestsMock, client: JiraClient) -> None:
    assert quoted('a"b\\') == '"a\\"b\\\\"'
    jira.post(SEARCH, json=found())
    list(open_or_recent(client, 'X" OR project != "'))
    assert b'project = \\"X\\\\\\" OR project != \\\\\\"\\" AND' in (jira.calls[0].request.body or b"").encode()  # type: ignore[union-attr]  # a text


@pytest.mark.parametrize(
    ("account", "kind", "side"),
    [
        ("app-1", "atlassian", Side.RELANCE),
        ("app-2", "app", Side.OTHER_APP),
        ("c-1", "customer", Side.CUSTOMER),
    ],
)
def test_most_sides_cost_no_request(client: JiraClient, account: str, kind: str, side: Side) -> None:
    assert People().side_of(client, "10000", account, kind, "app-1") is side


def test_an_agent_is_who_may_work_in_that_project_and_jira_is_asked_once_an_hour(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    now = [0.0]
    people = People(lambda: now[0])

    def side(account: str, project: str = "10000") -> Side:
        return people.side_of(client, project, account, "atlassian", "app-1")

    agent = {"projectPermissions": [{"permission": "SERVICEDESK_AGENT", "issues": [], "projects": [10000]}]}
    jira.post(CHECK, json=agent)
    assert side("a-1") is Side.AGENT
    now[0] = 3599.0
    assert side("a-1") is Side.AGENT
    assert len(jira.calls) == 1
    jira.post(CHECK, json={"projectPermissions": [], "globalPermissions": []})
    assert side("a-1", "10001") is Side.CUSTOMER
    now[0] = 3600.0
    assert side("a-1") is Side.CUSTOMER
    assert len(jira.calls) == 3


@pytest.mark.parametrize("status", [400, 404])
def test_an_account_that_is_gone_counts_as_a_human(
    jira: responses.RequestsMock, client: JiraClient, status: int
) -> None:
    """Were it `NotFound`, the issue itself would be taken for gone."""
    jira.post(CHECK, status=status, json={"errorMessages": ["no such account"]})
    assert People().side_of(client, "10000", "gone", "atlassian", "app-1") is Side.CUSTOMER


def test_a_failure_to_ask_is_not_remembered(jira: responses.RequestsMock, client: JiraClient) -> None:
    people = People()
    jira.post(CHECK, status=503)
    with pytest.raises(Temporary):
        people.side_of(client, "10000", "a-1", None, "app-1")
    jira.replace("POST", CHECK, json={"projectPermissions": [{"permission": "SERVICEDESK_AGENT", "projects": [10000]}]})
    assert people.side_of(client, "10000", "a-1", None, "app-1") is Side.AGENT


@pytest.mark.parametrize(("granted", "holds"), [(["ADMINISTER"], True), ([], False)])
def test_a_global_permission_is_held_or_not(
    jira: responses.RequestsMock, client: JiraClient, granted: list[str], *, holds: bool
) -> None:
    jira.post(CHECK, json={"globalPermissions": granted, "projectPermissions": []})
    assert holds_global(client, "a-1", "ADMINISTER") is holds
