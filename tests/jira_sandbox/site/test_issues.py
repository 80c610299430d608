"""Issues: creating, editing, what Jira refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.jira_sandbox.site.client import SiteUnderTest, adf


def test_an_issue_starts_with_jira_s_defaults(site: SiteUnderTest) -> None:
    fields = site.fields(site.issue(description=adf("Bonjour")))
    assert fields["status"]["name"] == "Waiting for support"
    assert fields["priority"]["name"] == "Medium"
    assert fields["resolution"] is None
    assert fields["reporter"]["accountId"] == site.admin.account_id
    assert fields["created"].endswith(("+0100", "+0200"))


def test_keys_are_numbered_by_project(site: SiteUnderTest) -> None:
    assert [site.issue(), site.issue()] == ["SUP-1", "SUP-2"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "a\nb"}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"description": "plain"}, "description"),
        ({"description": {"type": "doc", "version": 1, "content": [{"type": "text", "text": "x"}]}}, "description"),
        ({"labels": ["two words"]}, "labels"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
        ({"issuetype": {"name": "Epic"}}, "issuetype"),
        ({"project": {"key": "NO"}}, "project"),
        ({"resolution": {"name": "Done"}}, "resolution"),
        ({"customfield_99999": 1}, "customfield_99999"),
        ({"parent": {"key": "SUP-1"}}, "parent"),
    ],
)
def test_a_bad_field_is_refused_by_name(site: SiteUnderTest, fields: dict[str, Any], field: str) -> None:
    good = {"project": {"key": "SUP"}, "issuetype": {"name": "Incident"}, "summary": "ok"}
    answer = site.admin.send("POST", "/rest/api/3/issue", {"fields": good | fields})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_refused_issue_leaves_no_trace(site: SiteUnderTest) -> None:
    body = {"fields": {"project": {"key": "SUP"}, "issuetype": {"name": "Incident"}, "summary": ""}}
    assert site.admin.status("POST", "/rest/api/3/issue", body) == 400
    made = site.admin.post("/rest/api/3/issue", {"fields": body["fields"] | {"summary": "ok"}})
    assert (made["id"], made["key"]) == ("10001", "SUP-1")


def test_a_sub_task_belongs_to_its_parent(site: SiteUnderTest) -> None:
    parent = site.issue()
    child = site.issue("#1 - Panne", "Sub-task", parent={"key": parent}, timetracking={"originalEstimate": "2h"})
    assert [item["key"] for item in site.fields(parent)["subtasks"]] == [child]
    assert site.fields(child)["timeoriginalestimate"] == 7200
    orphan = {"project": {"key": "SUP"}, "issuetype": {"name": "Sub-task"}, "summary": "x"}
    assert "parent" in site.admin.send("POST", "/rest/api/3/issue", {"fields": orphan}).json()["errors"]
    below = orphan | {"parent": {"key": child}}
    assert "parent" in site.admin.send("POST", "/rest/api/3/issue", {"fields": below}).json()["errors"]


def test_an_edit_keeps_its_history(site: SiteUnderTest) -> None:
    key = site.issue()
    site.admin.put(
        f"/rest/api/3/issue/{key}",
        {"fields": {"priority": {"name": "High"}}, "update": {"labels": [{"add": "escalade"}]}},
    )
    entry = site.admin.get(f"/rest/api/3/issue/{key}/changelog")["values"][0]
    assert {item["fieldId"] for item in entry["items"]} == {"priority", "labels"}
    assert entry["author"]["accountId"] == site.admin.account_id


def test_the_resolution_is_not_on_the_edit_screen(site: SiteUnderTest) -> None:
    answer = site.admin.send("PUT", f"/rest/api/3/issue/{site.issue()}", {"fields": {"resolution": {"name": "Done"}}})
    assert answer.status_code == 400
    assert answer.json()["errors"]["resolution"].startswith("Field 'resolution' cannot be set.")


def test_a_field_cannot_be_in_fields_and_update(site: SiteUnderTest) -> None:
    body = {"fields": {"labels": []}, "update": {"labels": [{"add": "a"}]}}
    assert site.admin.status("PUT", f"/rest/api/3/issue/{site.issue()}", body) == 400


def test_assigning_takes_null_and_the_default(site: SiteUnderTest) -> None:
    key = site.issue()
    for wanted, expected in ((site.agent.account_id, site.agent.account_id), (None, None), ("-1", None)):
        site.admin.put(f"/rest/api/3/issue/{key}/assignee", {"accountId": wanted})
        assignee = site.fields(key)["assignee"]
        assert (assignee and assignee["accountId"]) == expected
    customer = {"accountId": site.customer.account_id}
    assert site.admin.status("PUT", f"/rest/api/3/issue/{key}/assignee", customer) == 400


def test_properties_are_created_then_updated(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/properties/relance"
    before = site.fields("SUP-1")["updated"]
    site.advance(minutes=5)
    assert [site.admin.status("PUT", path, {"n": n}) for n in (1, 2)] == [201, 200]
    assert site.admin.get(path)["value"] == {"n": 2}
    assert site.fields("SUP-1")["updated"] == before, "a property does not move `updated`"
    assert [site.admin.status("DELETE", path) for _ in range(2)] == [204, 404]
    assert site.admin.status("PUT", path, "x" * 40000) == 400


def test_links_and_watchers(site: SiteUnderTest) -> None:
    one, two = site.issue(), site.issue()
    body = {"type": {"name": "Blocks"}, "inwardIssue": {"key": one}, "outwardIssue": {"key": two}}
    assert site.admin.status("POST", "/rest/api/3/issueLink", body) == 201
    assert site.fields(one)["issuelinks"][0]["outwardIssue"]["key"] == two
    site.admin.post(f"/rest/api/3/issue/{one}/watchers", site.agent.account_id)
    assert site.admin.get(f"/rest/api/3/issue/{one}/watchers")["watchCount"] == 2


def test_notify_needs_somebody_else(site: SiteUnderTest) -> None:
    path = f"/rest/api/3/issue/{site.issue()}/notify"
    body: dict[str, Any] = {
        "subject": "Escalade",
        "textBody": "x",
        "to": {"users": [{"accountId": site.agent.account_id}]},
    }
    assert site.admin.status("POST", path, body) == 204
    assert site.control("GET", f"/sites/{site.name}/snapshot")["mails"][0]["to"] == [site.agent.account_id]
    alone = {"to": {"users": [{"accountId": site.admin.account_id}]}}
    assert site.admin.status("POST", path, alone) == 400


def test_version_two_speaks_text(site: SiteUnderTest) -> None:
    key = site.issue(description=adf("Bonjour"))
    assert site.admin.get(f"/rest/api/2/issue/{key}")["fields"]["description"] == "Bonjour"
    made = site.admin.post(f"/rest/api/2/issue/{key}/comment", {"body": "*gras*"})
    assert made["body"] == "*gras*"


def test_deleting_takes_the_sub_tasks_only_when_told(site: SiteUnderTest) -> None:
    parent = site.issue()
    site.issue("s", "Sub-task", parent={"key": parent})
    assert site.admin.status("DELETE", f"/rest/api/3/issue/{parent}") == 400
    assert site.admin.status("DELETE", f"/rest/api/3/issue/{parent}?deleteSubtasks=true") == 204
    assert site.admin.status("GET", "/rest/api/3/issue/SUP-2") == 404
