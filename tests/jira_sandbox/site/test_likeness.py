"""A site takes over what another one's administrators made, and stays a site of its own."""

from __future__ import annotations

from jira_sandbox.host import Host
from tests.jira_sandbox.site.client import SiteUnderTest


def test_a_site_takes_over_a_configuration_and_goes_its_own_way(site: SiteUnderTest, host: Host, control: str) -> None:
    site.admin.post(
        "/rest/api/3/project",
        {"key": "OPS", "name": "Exploitation", "projectTypeKey": "business", "leadAccountId": site.admin.account_id},
    )
    other = SiteUnderTest(host.open_site(f"{site.name}-b", zone="Europe/Paris"), control)
    other.control("PUT", f"/sites/{other.name}/configuration", {"like": site.name})
    assert {p["key"] for p in other.admin.get("/rest/api/3/project/search")["values"]} == {"SUP", "OPS"}
    assert other.admin.get("/rest/api/3/project/OPS")["lead"]["accountId"] == other.admin.account_id
    assert other.issue("Panne") == "SUP-1"
    status = other.fields("SUP-1", "status")["status"]["id"]
    renamed = {"statuses": [{"id": status, "name": "Ailleurs", "statusCategory": "TODO"}]}
    other.admin.put("/rest/api/3/statuses", renamed)
    assert site.issue("Panne") == "SUP-1"
    assert site.fields("SUP-1", "status")["status"]["name"] != "Ailleurs"
    assert other.fields("SUP-1", "status")["status"]["name"] == "Ailleurs"


def test_a_site_with_requests_keeps_its_configuration(site: SiteUnderTest) -> None:
    site.issue("Panne")
    site.control("PUT", f"/sites/{site.name}/configuration", {"like": site.name}, expect=409)
    site.control("PUT", f"/sites/{site.name}/configuration", {"like": "nowhere"}, expect=404)
