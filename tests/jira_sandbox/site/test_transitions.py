"""Transitions: only those of the present status, with their conditions, validators, screens and post functions."""

from __future__ import annotations

from tests.jira_sandbox.site.client import DESK, SiteUnderTest, adf
from tests.jira_sandbox.site.workflow import condition, directed, provide, rule

TAKE = directed("11", "Prendre", "en-cours", "ouvert")
CLOSE = directed("41", "Fermer", "ferme", "ouvert", "en-cours")


def names(site: SiteUnderTest, key: str) -> list[str]:
    return [item["name"] for item in site.agent.get(f"/rest/api/3/issue/{key}/transitions")["transitions"]]


def test_only_transitions_of_the_present_status(site: SiteUnderTest) -> None:
    key = site.issue()
    assert "Close" not in names(site, key)
    answer = site.admin.send("POST", f"/rest/api/3/issue/{key}/transitions", {"transition": {"id": "81"}})
    assert answer.status_code == 400
    assert "not valid for this issue" in answer.json()["errorMessages"][0]


def test_a_transition_is_one_history_entry(site: SiteUnderTest) -> None:
    key = site.issue()
    assert site.move(key, "Resolve this issue").status_code == 204
    items = site.admin.get(f"/rest/api/3/issue/{key}/changelog")["values"][0]["items"]
    assert {item["fieldId"] for item in items} == {"resolution", "status"}
    assert site.fields(key)["resolutiondate"] is not None
    assert site.move(key, "Back to in progress").status_code == 204
    assert site.fields(key)["resolution"] is None


def test_a_condition_by_role(site: SiteUnderTest) -> None:
    role = site.admin.post("/rest/api/3/role", {"name": "N2"})["id"]
    only = condition(rule("restrict-issue-transition", roleIds=str(role)))
    provide(site, TAKE | {"conditions": only}, CLOSE)
    key = site.issue()
    assert names(site, key) == ["Fermer"]
    site.admin.post(f"/rest/api/3/project/SUP/role/{role}", {"user": [site.agent.account_id]})
    assert names(site, key) == ["Prendre", "Fermer"]


def test_a_condition_by_any_of_assignee_or_permission(site: SiteUnderTest) -> None:
    either = condition(
        rule("restrict-issue-transition", accountIds="allow-assignee"),
        rule("restrict-issue-transition", permissionKeys="ADMINISTER_PROJECTS"),
        operation="ANY",
    )
    provide(site, TAKE | {"conditions": either})
    key = site.issue()
    assert names(site, key) == []
    site.admin.put(f"/rest/api/3/issue/{key}/assignee", {"accountId": site.agent.account_id})
    assert names(site, key) == ["Prendre"]


def test_closed_to_all_users_and_the_api(site: SiteUnderTest) -> None:
    shut = condition(rule("restrict-from-all-users", restrictMode="usersAndAPI"))
    hidden = condition(rule("restrict-from-all-users", restrictMode="users"))
    provide(site, TAKE | {"conditions": shut}, CLOSE | {"conditions": hidden})
    assert names(site, site.issue()) == ["Fermer"]


def test_open_sub_tasks_block_the_parent(site: SiteUnderTest) -> None:
    blocked = condition(rule("parent-or-child-blocking-condition", blocker="CHILD", statusIds="6"))
    provide(site, CLOSE | {"conditions": blocked})
    key = site.issue()
    child = site.issue("s", "Sub-task", parent={"key": key})
    assert names(site, key) == []
    assert site.move(child, "Close Issue").status_code == 204
    assert names(site, key) == ["Fermer"]


def test_a_required_field(site: SiteUnderTest) -> None:
    need = rule("validate-field-value", ruleType="fieldRequired", fieldsRequired="assignee", errorMessage="Affectez.")
    provide(site, TAKE | {"validators": [need]})
    key = site.issue()
    refused = site.move(key, "Prendre")
    assert (refused.status_code, refused.json()["errors"]) == (400, {"assignee": "Affectez."})
    site.admin.put(f"/rest/api/3/issue/{key}/assignee", {"accountId": site.agent.account_id})
    assert site.move(key, "Prendre").status_code == 204


def test_post_functions_assign_and_set(site: SiteUnderTest) -> None:
    actions = [
        rule("change-assignee", type="to-current-user"),
        rule("update-field", field="resolution", value="10000", mode="replace"),
        rule("update-field", field="labels", value="pris", mode="append"),
    ]
    provide(site, TAKE | {"actions": actions})
    key = site.issue(labels=["a"])
    site.move(key, "Prendre")
    fields = site.fields(key)
    assert fields["assignee"]["accountId"] == site.admin.account_id
    assert fields["resolution"]["name"] == "Done"
    assert fields["labels"] == ["a", "pris"]


def test_a_screen_lets_its_fields_and_a_comment_through(site: SiteUnderTest) -> None:
    screen = site.admin.post("/rest/api/3/screens", {"name": "Clôture"})["id"]
    tab = site.admin.get(f"/rest/api/3/screens/{screen}/tabs")[0]["id"]
    site.admin.post(f"/rest/api/3/screens/{screen}/tabs/{tab}/fields", {"fieldId": "resolution"})
    provide(site, TAKE, CLOSE | {"transitionScreen": rule("transition-screen", screenId=str(screen))})
    key = site.issue()
    said = {"update": {"comment": [{"add": {"body": adf("fini")}}]}}
    assert site.move(key, "Prendre", **said).status_code == 400, "no screen, no comment"
    assert site.move(key, "Prendre", fields={"resolution": {"name": "Done"}}).status_code == 400
    assert site.move(key, "Fermer", fields={"priority": {"name": "High"}}).status_code == 400
    assert site.move(key, "Fermer", fields={"resolution": {"name": "Duplicate"}}, **said).status_code == 204
    fields = site.fields(key)
    assert fields["resolution"]["name"] == "Duplicate"
    assert fields["comment"]["comments"][0]["jsdPublic"] is True


def test_a_validator_sees_the_fields_of_the_request_and_a_refusal_changes_nothing(site: SiteUnderTest) -> None:
    screen = site.admin.post("/rest/api/3/screens", {"name": "Prise"})["id"]
    tab = site.admin.get(f"/rest/api/3/screens/{screen}/tabs")[0]["id"]
    for field in ("assignee", "labels"):
        site.admin.post(f"/rest/api/3/screens/{screen}/tabs/{tab}/fields", {"fieldId": field})
    need = rule("validate-field-value", ruleType="fieldRequired", fieldsRequired="assignee")
    on_screen = rule("transition-screen", screenId=str(screen))
    provide(site, TAKE | {"validators": [need], "transitionScreen": on_screen})
    key = site.issue()
    assert site.move(key, "Prendre", fields={"labels": ["x"]}).status_code == 400
    assert site.fields(key)["labels"] == []
    given = {"assignee": {"accountId": site.agent.account_id}}
    assert site.move(key, "Prendre", fields=given).status_code == 204


def test_customers_find_only_what_is_shown_on_the_portal(site: SiteUnderTest) -> None:
    shown = {"properties": {"servicedesk.customer.transition.active": "true"}}
    provide(
        site,
        TAKE,
        directed("21", "Attendre", "attente", "ouvert"),
        directed("31", "Répondu", "ouvert", "attente") | shown,
    )
    body = {"serviceDeskId": "1", "requestTypeId": "1", "requestFieldValues": {"summary": "x"}}
    key = site.customer.post(f"{DESK}/request", body)["issueKey"]
    site.move(key, "Attendre")
    assert [item["name"] for item in site.customer.get(f"{DESK}/request/{key}/transition")["values"]] == ["Répondu"]
    move = {"id": "31", "additionalComment": {"body": "La grande"}}
    assert site.customer.status("POST", f"{DESK}/request/{key}/transition", move) == 204
    fields = site.fields(key)
    assert fields["status"]["name"] == "Test ouvert"
    assert fields["comment"]["comments"][0]["author"]["accountId"] == site.customer.account_id


def test_a_locked_status_needs_the_override(site: SiteUnderTest) -> None:
    provide(site, CLOSE)
    flow = site.admin.post("/rest/api/3/workflows", {"workflowNames": ["SUP - Assistance"]})["workflows"][0]
    shut = next(item for item in flow["statuses"] if item["statusReference"] == _id(site, "Test ferme"))
    site.running.site.workflows[flow["id"]].statuses[flow["statuses"].index(shut)]["properties"] = {
        "jira.issue.editable": "false"
    }
    key = site.issue()
    site.move(key, "Fermer")
    body = {"fields": {"summary": "nouveau"}}
    assert site.admin.status("PUT", f"/rest/api/3/issue/{key}", body) == 400
    assert site.admin.status("PUT", f"/rest/api/3/issue/{key}?overrideEditableFlag=true", body) == 204
    spent, path = {"timeSpentSeconds": 60}, f"/rest/api/3/issue/{key}/worklog"
    assert site.admin.status("POST", path, spent) == 400
    assert site.agent.status("POST", f"{path}?overrideEditableFlag=true", spent) == 400
    assert site.admin.status("POST", f"{path}?overrideEditableFlag=true", spent) == 201


def _id(site: SiteUnderTest, name: str) -> str:
    found: str = site.admin.get(f"/rest/api/3/statuses/byNames?name={name}")[0]["id"]
    return found
