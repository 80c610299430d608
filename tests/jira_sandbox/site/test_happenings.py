"""What the site says happened, in the words of webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from jira_sandbox.happening import Happening
from tests.jira_sandbox.site.client import DESK, SiteUnderTest, adf


@pytest.fixture
def heard(site: SiteUnderTest) -> list[Happening]:
    told: list[Happening] = []
    site.running.site.notices.subscribe(told.append)
    return told


def events(heard: list[Happening]) -> list[str]:
    return [item.event for item in heard]


def of(heard: list[Happening], event: str) -> dict[str, Any]:
    return next(item.body for item in heard if item.event == event)


def test_bodies_are_version_two_texts(site: SiteUnderTest, heard: list[Happening]) -> None:
    site.issue(description=adf("Bonjour"))
    assert events(heard) == ["jira:issue_created"]
    body = of(heard, "jira:issue_created")
    assert body["issue"]["fields"]["description"] == "Bonjour"
    assert "/rest/api/2/" in body["issue"]["self"]
    assert body["user"]["accountId"] == site.admin.account_id
    assert "emailAddress" not in body["user"]
    assert "comment" not in body["issue"]["fields"]


def test_a_comment_is_two_events_and_no_changelog(site: SiteUnderTest, heard: list[Happening]) -> None:
    key = site.issue()
    heard.clear()
    site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("a")})
    assert events(heard) == ["comment_created", "jira:issue_updated"]
    created, updated = heard[0].body, heard[1].body
    assert (created["comment"]["body"], created["comment"]["jsdPublic"]) == ("a", True)
    assert "user" not in created
    assert "reporter" not in created["issue"]["fields"]
    assert (updated["issue_event_type_name"], "changelog" in updated) == ("issue_commented", False)


def test_a_transition_with_a_comment(site: SiteUnderTest, heard: list[Happening]) -> None:
    body = {"serviceDeskId": "1", "requestTypeId": "1", "requestFieldValues": {"summary": "x"}}
    key = site.customer.post(f"{DESK}/request", body)["issueKey"]
    site.move(key, "Respond to customer")
    heard.clear()
    site.customer.post(f"{DESK}/request/{key}/transition", {"id": "31", "additionalComment": {"body": "oui"}})
    assert events(heard) == ["comment_created", "jira:issue_updated"]
    updated = heard[1].body
    item = updated["changelog"]["items"][0]
    assert (item["fieldId"], item["toString"]) == ("status", "Waiting for support")
    assert item["to"].isdigit()
    assert updated["comment"]["body"] == "oui"
    assert updated["user"]["accountType"] == "customer"


def test_worklogs_and_sub_tasks(site: SiteUnderTest, heard: list[Happening]) -> None:
    parent = site.issue()
    heard.clear()
    child = site.issue("s", "Sub-task", parent={"key": parent})
    assert events(heard) == ["jira:issue_created", "issuelink_created"]
    link = of(heard, "issuelink_created")["issueLink"]
    assert (link["sourceIssueId"], link["destinationIssueId"]) == (10001, 10002)
    heard.clear()
    site.admin.post(f"/rest/api/3/issue/{child}/worklog", {"timeSpentSeconds": 3600})
    assert events(heard) == ["worklog_created", "jira:issue_updated"]
    assert of(heard, "worklog_created")["worklog"]["issueId"] == "10002"
    assert "issue" not in of(heard, "worklog_created")
    fields = {item["field"] for item in of(heard, "jira:issue_updated")["changelog"]["items"]}
    assert {"timespent", "WorklogId"} <= fields


def test_the_trace_comes_back(site: SiteUnderTest, heard: list[Happening]) -> None:
    key = site.issue()
    heard.clear()
    site.admin.send("PUT", f"/rest/api/3/issue/{key}/properties/p", {"a": 1}, X_Atlassian_Webhook_Trace="sf1:x")
    assert [(item.event, item.trace) for item in heard] == [("issue_property_set", "sf1:x")]


def test_a_deletion_and_its_consequences(site: SiteUnderTest, heard: list[Happening]) -> None:
    key = site.issue()
    site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("a")})
    heard.clear()
    site.admin.delete(f"/rest/api/3/issue/{key}")
    assert [(item.event, item.flow) for item in heard] == [
        ("jira:issue_deleted", "Primary"),
        ("comment_deleted", "Secondary"),
    ]


def test_a_refused_request_says_nothing(site: SiteUnderTest, heard: list[Happening]) -> None:
    key = site.issue()
    heard.clear()
    site.admin.status("POST", f"/rest/api/3/issue/{key}/comment", {"body": "plain"})
    site.admin.status("POST", f"/rest/api/3/issue/{key}/transitions", {"transition": {"id": "81"}})
    assert heard == []


def test_the_site_can_be_asked_while_it_tells(site: SiteUnderTest) -> None:
    seen: list[bool] = []

    def ask(happening: Happening) -> None:
        seen.append(site.running.site.lock.acquire(blocking=False))
        assert happening.issue_id
        site.running.site.lock.release()

    site.running.site.notices.subscribe(ask)
    site.issue()
    assert seen == [True]
