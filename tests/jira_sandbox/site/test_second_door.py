"""What an administrator has without any app: API tokens, and webhooks of the administration screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from tests.jira_sandbox.site.client import Client, SiteUnderTest

MYSELF = "/rest/api/3/myself"


def change(site: SiteUnderTest, **wanted: object) -> None:
    site.control("PUT", f"/sites/{site.name}/people/{site.agent.account_id}", wanted)


def test_a_token_opens_until_its_end_and_not_an_instant_longer(site: SiteUnderTest) -> None:
    now = site.running.site.now()
    change(site, tokenEnds=(now + timedelta(seconds=1)).isoformat())
    assert site.agent.status("GET", MYSELF) == 200
    change(site, tokenEnds=now.isoformat())
    refused = site.agent.send("GET", MYSELF)
    assert refused.status_code == 401
    assert refused.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_a_revoked_token_opens_nothing_and_many_attempts_lock_the_login(site: SiteUnderTest) -> None:
    change(site, token="")
    reasons = [site.agent.send("GET", MYSELF).headers["X-Seraph-LoginReason"] for _ in range(12)]
    assert reasons[0] == "AUTHENTICATED_FAILED"
    assert reasons[-1] == "AUTHENTICATION_DENIED"
    change(site, token=site.agent.token)
    assert site.agent.status("GET", MYSELF) == 401, "the right token comes too late"


@pytest.fixture
def gateway(site: SiteUnderTest) -> Client:
    cloud_id = site.admin.get("/_edge/tenant_info")["cloudId"]
    address = f"{site.control_url}/ex/jira/{cloud_id}"
    return Client(address, site.agent.email, site.agent.token, site.agent.account_id)


def test_a_token_with_scopes_opens_the_gateway_and_not_the_site(site: SiteUnderTest, gateway: Client) -> None:
    assert gateway.get(MYSELF)["accountId"] == site.agent.account_id
    change(site, tokenScoped=True)
    assert gateway.get(MYSELF)["accountId"] == site.agent.account_id
    assert site.agent.status("GET", MYSELF) == 401


def test_the_gateway_knows_its_sites_only(site: SiteUnderTest) -> None:
    address = f"{site.control_url}/ex/jira/11111111-0000-4000-8000-000000000000"
    assert Client(address, site.agent.email, site.agent.token, "").status("GET", MYSELF) == 404


def test_a_project_may_leave_one_account_out(site: SiteUnderTest) -> None:
    issue = site.issue()
    key = issue.partition("-")[0]
    change(site, hiddenProjects=[key])
    assert site.agent.status("GET", f"/rest/api/3/issue/{issue}") == 404
    assert site.agent.status("GET", f"/rest/api/3/project/{key}") == 404
    search = {"jql": f'project = "{key}"', "fields": ["key"]}
    assert site.agent.status("POST", "/rest/api/3/search/jql", search) == 400
    asked = site.agent.get(f"/rest/api/3/mypermissions?permissions=ADD_COMMENTS&projectKey={key}")
    assert asked["permissions"]["ADD_COMMENTS"]["havePermission"] is False
    assert site.admin.status("GET", f"/rest/api/3/issue/{issue}") == 200


HOOKS = "/rest/webhooks/1.0/webhook"
WANTED = {
    "name": "Relance",
    "url": "https://app.example.com/hooks/x",
    "events": ["jira:issue_updated", "comment_created"],
    "filters": {"issue-related-events-section": "project = SUP"},
    "secret": "keep this",
}


def test_an_administrator_sets_up_lists_and_removes_webhooks_and_the_secret_is_never_shown(site: SiteUnderTest) -> None:
    made = site.admin.post(HOOKS, WANTED)
    assert made["isSigned"] is True
    listed = site.admin.send("GET", HOOKS)
    assert [hook["name"] for hook in listed.json()] == ["Relance"]
    assert "keep this" not in listed.text
    site.admin.delete(HOOKS + "/" + made["self"].rpartition("/")[2])
    assert site.admin.get(HOOKS) == []
    assert site.admin.status("DELETE", f"{HOOKS}/99") == 404


@pytest.mark.parametrize("wrong", [{"name": ""}, {"url": "ftp://x"}, {"events": ["no_such_event"]}, {"events": []}])
def test_a_wrong_webhook_is_refused(site: SiteUnderTest, wrong: dict[str, object]) -> None:
    assert site.admin.status("POST", HOOKS, WANTED | wrong) == 400


def test_nobody_else_manages_webhooks(site: SiteUnderTest) -> None:
    assert site.agent.status("GET", HOOKS) == 403
    assert requests.get(site.admin.base_url + HOOKS, timeout=10).status_code == 401
