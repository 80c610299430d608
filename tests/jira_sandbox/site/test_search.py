"""Search: JQL, pages, what is returned, the lag of the index."""

from __future__ import annotations

import pytest

from tests.jira_sandbox.site.client import SiteUnderTest

JQL = "/rest/api/3/search/jql"


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = SUP ORDER BY key", "1 2 3 4"),
        ("project = SUP ORDER BY id DESC", "4 3 2 1"),
        ("project in (SUP, 10000) AND labels = a", "2"),
        ("labels != a", ""),
        ("labels is EMPTY", "1 3 4"),
        ('status = "Waiting for customer"', "3"),
        ("statusCategory = Done", "4"),
        ("statusCategory != Done AND NOT key = SUP-1", "2 3"),
        ("resolution = Unresolved", "1 2 3"),
        ("resolution is not EMPTY", "4"),
        ("assignee = currentUser()", ""),
        ("assignee is EMPTY AND issuetype in (Incident)", "1 2 3 4"),
        ("project = SUP AND issuetype in standardIssueTypes()", "1 2 3 4"),
        ("project = SUP AND issuetype in subtaskIssueTypes()", ""),
        ("key in (SUP-1, 10003)", "1 3"),
        ('status CHANGED TO "Waiting for customer" BEFORE "-3d"', "3"),
        ('status CHANGED TO "Waiting for customer" AFTER "-3d"', ""),
        ('status CHANGED FROM "Waiting for support" BY currentUser()', "3 4"),
        ('status WAS "Waiting for support"', "1 2 3 4"),
        ('status WAS NOT "Waiting for customer" AND project = SUP', "1 2 4"),
        ("issue.property[relance].state = waiting", "2"),
        ("issue.property[relance].n >= 3", "2"),
        ("issue.property[relance].none is EMPTY AND project = SUP", "1 2 3 4"),
        ("updated <= -3d", "1 2 3 4"),
        ("created > -3d", ""),
        ('summary ~ "panne 2"', "2"),
        ("(labels = a OR statusCategory = Done) AND priority = Medium", "2 4"),
        ("key >= SUP-3", "3 4"),
        ("reporter = currentUser() AND parent is EMPTY", "1 2 3 4"),
    ],
)
def test_jql(site: SiteUnderTest, jql: str, keys: str) -> None:
    for number in range(1, 5):
        site.issue(f"Panne {number}", labels=["a"] if number == 2 else [])
    site.admin.put("/rest/api/3/issue/SUP-2/properties/relance", {"state": "waiting", "n": 3})
    site.move("SUP-3", "Respond to customer")
    site.move("SUP-4", "Resolve this issue")
    site.advance(days=4)
    ordered = jql if "ORDER" in jql else f"{jql} ORDER BY key ASC"
    assert site.admin.search(ordered) == [f"SUP-{number}" for number in keys.split()]


@pytest.mark.parametrize(
    "jql",
    [
        "",
        "ORDER BY key",
        "project = NOPE",
        "status = Nowhere",
        "colour = red",
        "key = SUP-99",
        "project = SUP AND",
        "project = SUP AND (",
        "status WAS 10001",
        "created = yesterday",
        "issuetype in someIssueTypes()",
        "labels > a",
        "project = SUP ORDER BY colour",
        "project = SUP ORDER BY key, id, created, updated, status, labels, assignee, reporter",
    ],
)
def test_jql_that_jira_refuses(site: SiteUnderTest, jql: str) -> None:
    site.issue()
    answer = site.admin.send("POST", JQL, {"jql": jql})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_dates_are_read_in_the_caller_s_zone(site: SiteUnderTest) -> None:
    site.issue()
    created = site.fields("SUP-1", "created")["created"]
    local = created[:10] + " " + created[11:16]
    far = site.person("Loin", roles=["agent"], timeZone="Pacific/Kiritimati")
    assert site.agent.search(f'created >= "{local}"') == ["SUP-1"]
    later = site.agent.search(f'created > "{local}" AND created != "{local}"')
    assert later == []
    assert far.search(f'created >= "{local}"') == ["SUP-1"], "read fourteen hours ahead, it lies earlier"
    assert far.search(f'created <= "{local}"') == []


def test_pages_have_tokens_and_no_total(site: SiteUnderTest) -> None:
    for _ in range(5):
        site.issue()
    found: list[str] = []
    body = {"jql": "project = SUP ORDER BY id", "maxResults": 2}
    while True:
        page = site.admin.post(JQL, body)
        assert "total" not in page
        found += [item["id"] for item in page["issues"]]
        assert all(set(item) == {"id"} for item in page["issues"]), "the default field is id"
        if "nextPageToken" not in page:
            break
        body = body | {"nextPageToken": page["nextPageToken"]}
    assert page["isLast"] is True
    assert found == [str(number) for number in range(10001, 10006)]
    assert site.admin.status("POST", JQL, {"jql": "project = SUP", "nextPageToken": "x"}) == 400


def test_the_index_lags_until_told_to_reconcile(site: SiteUnderTest) -> None:
    site.faults(searchLag=60)
    key = site.issue(labels=["neuf"])
    assert site.admin.search("labels = neuf") == []
    assert site.admin.search("labels = neuf", reconcileIssues=[10001]) == [key]
    site.advance(seconds=61)
    assert site.admin.search("labels = neuf") == [key]
    site.move(key, "Respond to customer")
    assert site.admin.search('status = "Waiting for support"') == [key]
    assert site.fields(key)["status"]["name"] == "Waiting for customer", "GET issue is strongly consistent"


def test_other_ways_to_read_many(site: SiteUnderTest) -> None:
    site.issue()
    assert site.admin.post("/rest/api/3/search/approximate-count", {"jql": "project = SUP"}) == {"count": 1}
    body = {"issueIdsOrKeys": ["SUP-1", "SUP-9"], "fields": ["summary"]}
    assert [item["key"] for item in site.admin.post("/rest/api/3/issue/bulkfetch", body)["issues"]] == ["SUP-1"]
    for method in ("GET", "POST"):
        assert site.admin.status(method, "/rest/api/3/search", None if method == "GET" else {"jql": "x"}) == 410


def test_customers_find_nothing_on_the_platform(site: SiteUnderTest) -> None:
    site.issue()
    assert site.customer.search("project = SUP") == []
    assert site.customer.status("GET", "/rest/api/3/issue/SUP-1") == 404
