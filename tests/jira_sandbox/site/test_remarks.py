"""Comments and worklogs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jira_sandbox.adf import from_text, to_text
from jira_sandbox.changes.fields import seconds
from jira_sandbox.views.basics import duration
from tests.jira_sandbox.site.client import SiteUnderTest, adf

INTERNAL = [{"key": "sd.public.comment", "value": {"internal": True}}]


def test_a_comment_is_public_unless_its_property_says_otherwise(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/comment"
    public = site.admin.post(path, {"body": adf("a")})
    internal = site.admin.post(path, {"body": adf("b"), "properties": INTERNAL})
    role = {"type": "role", "value": "Administrators"}
    restricted = site.admin.post(path, {"body": adf("c"), "visibility": role})
    assert [item["jsdPublic"] for item in (public, internal, restricted)] == [True, False, True]
    edited = site.admin.put(f"{path}/{internal['id']}", {"body": adf("b2")})
    assert edited["jsdPublic"] is False, "an edit without properties keeps the audience"


def test_a_comment_moves_updated_and_no_history(site: SiteUnderTest) -> None:
    key = site.issue()
    before = site.fields(key)["updated"]
    site.advance(hours=1)
    site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("a")})
    assert site.fields(key)["updated"] > before
    assert site.admin.get(f"/rest/api/3/issue/{key}/changelog")["total"] == 0


@pytest.mark.parametrize("body", ["plain", None, adf(""), {"type": "doc", "version": 1, "content": []}])
def test_a_comment_must_be_a_document(site: SiteUnderTest, body: Any) -> None:
    answer = site.admin.send("POST", f"/rest/api/3/issue/{site.issue()}/comment", {"body": body})
    assert answer.status_code == 400
    assert "comment" in answer.json()["errors"]


def test_comments_are_listed_newest_first_on_demand(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/comment"
    ids = [site.admin.post(path, {"body": adf(str(n))})["id"] for n in range(3)]
    found = site.admin.get(f"{path}?orderBy=-created&maxResults=2")
    assert [item["id"] for item in found["comments"]] == [ids[2], ids[1]]
    assert found["total"] == 3
    assert len(site.admin.post("/rest/api/3/comment/list", {"ids": [int(item) for item in ids]})["values"]) == 3


def test_comment_properties_change_the_audience(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/comment"
    made = site.admin.post(path, {"body": adf("a")})
    properties = f"/rest/api/3/comment/{made['id']}/properties/sd.public.comment"
    assert site.admin.status("PUT", properties, {"internal": True}) == 201
    assert site.admin.get(f"{path}/{made['id']}")["jsdPublic"] is False


def test_agents_edit_and_delete_their_comments(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/comment"
    made = site.agent.post(path, {"body": adf("a")})
    assert site.agent.status("DELETE", f"{path}/{made['id']}") == 204
    other = site.admin.post(path, {"body": adf("b")})
    assert site.agent.status("DELETE", f"{path}/{other['id']}") == 403


def test_time_is_logged_and_exported(site: SiteUnderTest) -> None:
    key = site.issue()
    path = f"/rest/api/3/issue/{key}/worklog"
    started = "2026-01-17T12:34:00.000+0000"
    made = site.admin.post(f"{path}?adjustEstimate=leave", {"started": started, "timeSpentSeconds": 5400})
    assert made["timeSpent"] == "1h 30m"
    assert site.fields(key)["timespent"] == 5400
    updated = site.admin.get("/rest/api/3/worklog/updated")
    assert updated["values"] == [], "the last minute is left out"
    site.advance(minutes=2)
    assert site.admin.get("/rest/api/3/worklog/updated")["values"][0]["worklogId"] == int(made["id"])
    assert site.admin.post("/rest/api/3/worklog/list", {"ids": [int(made["id"])]})[0]["issueId"] == "10001"
    site.admin.put(f"{path}/{made['id']}", {"timeSpentSeconds": 60})
    assert site.fields(key)["timespent"] == 60
    site.admin.delete(f"{path}/{made['id']}")
    assert site.fields(key)["timespent"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"timeSpent": "1h", "timeSpentSeconds": 60},
        {"timeSpentSeconds": 5},
        {"timeSpentSeconds": 60, "started": "2026-01-17T12:34:00Z"},
        {"timeSpentSeconds": 60, "comment": "plain"},
    ],
)
def test_a_bad_worklog_is_refused(site: SiteUnderTest, body: Any) -> None:
    assert site.admin.status("POST", f"/rest/api/3/issue/{site.issue()}/worklog", body) == 400


def test_sub_tasks_count_in_the_total(site: SiteUnderTest) -> None:
    parent = site.issue()
    child = site.issue("s", "Sub-task", parent={"key": parent})
    for key, spent in ((parent, 3600), (child, 1800)):
        site.admin.post(f"/rest/api/3/issue/{key}/worklog", {"timeSpentSeconds": spent})
    assert site.fields(parent)["aggregatetimespent"] == 5400


@given(st.integers(min_value=1, max_value=10_000))
def test_durations_survive_being_written(minutes: int) -> None:
    assert seconds(duration(minutes * 60)) == minutes * 60


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=4))
def test_text_survives_being_a_document(lines: list[str]) -> None:
    assert to_text(from_text("\n".join(lines))) == "\n".join(lines)
