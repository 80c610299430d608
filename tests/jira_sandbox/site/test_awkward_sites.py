"""Sites as administrators find them: in French, with team-managed projects, with accounts that may not log in."""

from __future__ import annotations

from tests.jira_sandbox.site.client import Client, SiteUnderTest

DESK = "com.atlassian.servicedesk:"


def test_a_french_site_names_its_own_things_in_french(site: SiteUnderTest) -> None:
    name = f"{site.name}-fr"
    seen = site.control("POST", "/sites", {"name": name, "language": "fr"})
    admin = seen["admin"]
    client = Client(seen["baseUrl"], admin["email"], admin["token"], admin["accountId"])
    assert "Demande de service" in [item["name"] for item in client.get("/rest/api/3/issuetype")]
    body = {"key": "SUP", "name": "Support", "projectTypeKey": "service_desk", "leadAccountId": admin["accountId"]}
    client.post("/rest/api/3/project", body)
    statuses = client.get("/rest/api/3/project/SUP/statuses")
    assert {"En attente de support", "En cours", "Annulé"} <= {s["name"] for s in statuses[0]["statuses"]}


def test_a_team_managed_project_says_so_and_has_no_scheme(site: SiteUnderTest) -> None:
    template = DESK + "next-gen-it-service-desk"
    body = {"key": "EQ", "name": "Équipe", "projectTemplateKey": template, "leadAccountId": site.admin.account_id}
    made = site.admin.post("/rest/api/3/project", body)
    found = site.admin.get("/rest/api/3/project/EQ")
    assert (found["style"], found["simplified"]) == ("next-gen", True)
    assert site.admin.get(f"/rest/api/3/workflowscheme/project?projectId={made['id']}") == {"values": []}


def test_an_account_that_must_solve_a_captcha_is_denied_with_the_right_token(site: SiteUnderTest) -> None:
    person = f"/sites/{site.name}/people/{site.agent.account_id}"
    site.control("PUT", person, {"lockedOut": True})
    denied = site.agent.send("GET", "/rest/api/3/myself")
    assert denied.status_code == 401
    assert denied.headers["X-Seraph-LoginReason"] == "AUTHENTICATION_DENIED"
    site.control("PUT", person, {"lockedOut": False})
    assert site.agent.status("GET", "/rest/api/3/myself") == 200


def test_a_site_that_moved_redirects(site: SiteUnderTest) -> None:
    fault = {"path": "/myself$", "status": 302, "location": "https://elsewhere.test/", "times": 1}
    site.control("PUT", f"/sites/{site.name}/faults", {"rest": [fault]})
    answer = site.admin.send("GET", "/rest/api/3/myself")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://elsewhere.test/")


def test_a_search_of_projects_brings_the_properties_asked_for(site: SiteUnderTest) -> None:
    site.admin.put("/rest/api/3/project/SUP/properties/relance", {"pack": "one"})
    found = site.admin.get("/rest/api/3/project/search?keys=SUP&properties=relance,other")
    assert found["values"][0]["properties"] == {"relance": {"pack": "one"}}


def test_resolutions_and_issue_types_are_deleted_only_as_jira_allows(site: SiteUnderTest) -> None:
    gone = site.admin.post("/rest/api/3/resolution", {"name": "Sans suite"})["id"]
    assert site.admin.status("DELETE", f"/rest/api/3/resolution/{gone}?replaceWith={gone}") == 400
    deleted = site.admin.send("DELETE", f"/rest/api/3/resolution/{gone}?replaceWith=10000")
    assert deleted.status_code == 303
    assert site.admin.status("DELETE", f"/rest/api/3/resolution/{gone}?replaceWith=10000") == 404
    kind = site.admin.post("/rest/api/3/issuetype", {"name": "Imputation", "type": "subtask"})["id"]
    incident = next(t["id"] for t in site.admin.get("/rest/api/3/issuetype") if t["name"] == "Incident")
    fields = {"project": {"key": "SUP"}, "issuetype": {"name": "Incident"}, "summary": "Panne"}
    site.admin.post("/rest/api/3/issue", {"fields": fields})
    assert site.admin.status("DELETE", f"/rest/api/3/issuetype/{incident}") == 409
    assert site.admin.status("DELETE", f"/rest/api/3/issuetype/{kind}") == 204
    assert site.admin.status("DELETE", f"/rest/api/3/issuetype/{kind}") == 404
