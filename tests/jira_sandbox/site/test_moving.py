"""What the pages of the sandbox do not offer and its control does: an issue moves house, an account is deleted."""

from __future__ import annotations

import pytest

from jira_sandbox.happening import Happening
from tests.jira_sandbox.site.client import DESK, SiteUnderTest, adf


def other_project(site: SiteUnderTest) -> None:
    body = {
        "key": "OPS",
        "name": "Exploitation",
        "projectTypeKey": "business",
        "leadAccountId": site.admin.account_id,
    }
    site.admin.post("/rest/api/3/project", body)


def moves(site: SiteUnderTest, key: str, project: str, **more: object) -> dict[str, str]:
    body = {"project": project, "accountId": site.admin.account_id}
    found: dict[str, str] = site.control("POST", f"/sites/{site.name}/issues/{key}/move", body, **more)  # type: ignore[arg-type] # an expected status
    return found


def test_a_moved_issue_keeps_its_id_and_is_found_by_its_old_key(site: SiteUnderTest) -> None:
    other_project(site)
    key = site.issue("Panne", kind="Incident")
    child = {"project": {"key": "SUP"}, "issuetype": {"name": "Sub-task"}, "summary": "Part", "parent": {"key": key}}
    site.admin.post("/rest/api/3/issue", {"fields": child})
    heard: list[Happening] = []
    site.running.site.notices.subscribe(heard.append)
    before = site.admin.get(f"/rest/api/3/issue/{key}")
    told = moves(site, key, "OPS")
    after = site.admin.get(f"/rest/api/3/issue/{key}")
    assert (after["id"], after["key"], told["key"]) == (before["id"], "OPS-1", "OPS-1")
    assert after["fields"]["project"]["key"] == "OPS"
    assert [child["key"] for child in after["fields"]["subtasks"]] == ["OPS-2"]
    history = site.admin.get("/rest/api/3/issue/OPS-1/changelog")["values"][-1]
    lines = {item["field"]: (item["fromString"], item["toString"]) for item in history["items"]}
    assert lines["Key"] == (key, "OPS-1")
    assert lines["project"][1] == "Exploitation"
    assert [(h.event, h.body["issue_event_type_name"], h.body["issue"]["key"]) for h in heard] == [
        ("jira:issue_updated", "issue_moved", "OPS-1"),
        ("jira:issue_updated", "issue_moved", "OPS-2"),
    ]
    assert site.issue("La suivante") != key, "a key is never given twice"


def test_a_status_the_other_workflow_lacks_becomes_its_first(site: SiteUnderTest) -> None:
    other_project(site)
    key = site.issue()
    site.move(key, "Respond to customer")
    told = moves(site, key, "OPS")
    assert told["status"] in {
        s["name"] for t in site.admin.get("/rest/api/3/project/OPS/statuses") for s in t["statuses"]
    }
    assert told["status"] != "Waiting for customer"


@pytest.mark.parametrize("project", ["SUP", "NONE"])
def test_a_move_that_leads_nowhere_is_refused(site: SiteUnderTest, project: str) -> None:
    key = site.issue()
    moves(site, key, project, expect=400 if project == "SUP" else 404)
    assert site.admin.get(f"/rest/api/3/issue/{key}")["key"] == key


def test_a_deleted_account_is_a_former_user_nobody_can_ask_about(site: SiteUnderTest) -> None:
    leaver = site.person("Ancien", roles=["agent"])
    key = site.issue()
    leaver.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("Au revoir")})
    site.control("DELETE", f"/sites/{site.name}/people/{leaver.account_id}")
    (comment,) = site.admin.get(f"/rest/api/3/issue/{key}/comment")["comments"]
    author = comment["author"]
    assert (author["accountId"], author["displayName"], author["active"]) == (leaver.account_id, "Former user", False)
    assert site.admin.status("GET", f"/rest/api/3/user?accountId={leaver.account_id}") == 404
    body = {"accountId": leaver.account_id, "projectPermissions": [{"permissions": ["SERVICEDESK_AGENT"]}]}
    assert site.admin.status("POST", "/rest/api/3/permissions/check", body) == 400
    assign = {"accountId": leaver.account_id}
    assert site.admin.status("PUT", f"/rest/api/3/issue/{key}/assignee", assign) in {400, 404}
    assert leaver.status("GET", f"{DESK}/request") == 401
    to = {"subject": "s", "textBody": "t", "to": {"users": [{"accountId": leaver.account_id}]}}
    assert site.admin.status("POST", f"/rest/api/3/issue/{key}/notify", to) == 400
