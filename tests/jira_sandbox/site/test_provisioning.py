"""Provisioning: statuses, workflows, schemes and the tasks that move issues."""

from __future__ import annotations

from typing import Any

import pytest

from tests.jira_sandbox.site.client import SiteUnderTest
from tests.jira_sandbox.site.workflow import attach, condition, directed, document, provide, rule

TAKE = directed("11", "Prendre", "en-cours", "ouvert")
VALIDATE = "/rest/api/3/workflows/create/validation"
CREATE = "/rest/api/3/workflows/create"
KINDS = ("select", "float")


def codes(site: SiteUnderTest, payload: dict[str, Any], level: str = "ERROR") -> set[str]:
    found = site.admin.post(VALIDATE, {"payload": payload, "validationOptions": {"levels": [level]}})
    return {item["code"] for item in found["errors"]}


def test_creating_a_workflow_makes_its_statuses(site: SiteUnderTest) -> None:
    assert codes(site, document(TAKE)) == set()
    made = site.admin.post(CREATE, document(TAKE))
    assert {item["name"] for item in made["statuses"]} == {"Test ouvert", "Test en-cours", "Test attente", "Test ferme"}
    flow = made["workflows"][0]
    assert flow["transitions"][1]["toStatusReference"] in {item["id"] for item in made["statuses"]}
    read = site.admin.post("/rest/api/3/workflows", {"workflowNames": [flow["name"]]})
    assert read["workflows"] == made["workflows"]
    found = site.admin.get("/rest/api/3/workflows/search?queryString=assistance")
    assert [item["name"] for item in found["values"]] == [flow["name"]]
    assert "transitions" not in found["values"][0]


def test_one_unknown_name_makes_the_whole_read_404(site: SiteUnderTest) -> None:
    assert site.admin.status("POST", "/rest/api/3/workflows", {"workflowNames": ["jira", "nope"]}) == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": ""}, "INVALID_TRANSITION_ID"),
        ({"id": "1"}, "INVALID_TRANSITION_ID"),
        ({"links": []}, "TRANSITION_LINKS"),
        ({"toStatusReference": "nowhere"}, "STATUS_NOT_FOUND"),
        ({"actions": [rule("assign-to-current-user")]}, "INVALID_RULE_KEY"),
        ({"actions": [rule("update-field", fieldId="resolution")]}, "INVALID_RULE_PARAMETER"),
        (
            {"actions": [rule("update-field", field="resolution", value="999", mode="replace")]},
            "INVALID_RULE_PARAMETER",
        ),
        ({"validators": [rule("update-field", field="resolution", value="", mode="replace")]}, "INVALID_RULE_TYPE"),
        ({"transitionScreen": rule("transition-screen", screenId="999")}, "INVALID_RULE_PARAMETER"),
        ({"name": ""}, "INVALID_TRANSITION_NAME"),
        ({"validators": [rule("validate-field-value", ruleType="fieldRequired")]}, "INVALID_RULE_PARAMETER"),
        ({"conditions": condition(rule("restrict-from-all-users"))}, "INVALID_RULE_PARAMETER"),
        ({"conditions": condition(rule("restrict-issue-transition", permissionKeys="NOPE"))}, "INVALID_RULE_PARAMETER"),
        (
            {"conditions": condition(rule("parent-or-child-blocking-condition", blocker="CHILD", statusIds="0"))},
            "INVALID_RULE_PARAMETER",
        ),
    ],
)
def test_validation_names_the_mistake_and_creation_refuses_it(
    site: SiteUnderTest, change: dict[str, Any], code: str
) -> None:
    payload = document(TAKE | change)
    assert code in codes(site, payload)
    before = site.admin.get("/rest/api/3/workflows/search")["total"]
    assert site.admin.status("POST", CREATE, payload) == 400
    assert site.admin.get("/rest/api/3/workflows/search")["total"] == before


def test_taken_names_and_clashing_names(site: SiteUnderTest) -> None:
    site.admin.post(CREATE, document(TAKE))
    assert codes(site, document(TAKE)) == {"NON_UNIQUE_STATUS_NAME", "NON_UNIQUE_WORKFLOW_NAME"}
    twice = document(TAKE, TAKE | {"id": "12"}, name="Autre", prefix="Autre ")
    assert codes(site, twice) == set()
    assert codes(site, twice, "WARNING") == {"NON_UNIQUE_OUTBOUND_TRANSITION_NAMES_FROM_STATUS"}


def test_an_update_is_locked_by_its_version_and_migrates(site: SiteUnderTest) -> None:
    made = provide(site, TAKE)
    key = site.issue()
    site.move(key, "Prendre")
    ids = {item["name"]: item["id"] for item in made["statuses"]}
    flow, gone, left = made["workflows"][0], ids["Test en-cours"], ids["Test ouvert"]
    kept = [item for item in made["statuses"] if item["id"] != gone]
    names = ("id", "name", "statusCategory", "statusReference")
    body: dict[str, Any] = {
        "statuses": [{name: item[name] for name in names} for item in kept],
        "workflows": [
            {
                "id": flow["id"],
                "version": flow["version"],
                "statuses": [item for item in flow["statuses"] if item["statusReference"] != gone],
                "transitions": [item for item in flow["transitions"] if item["type"] == "INITIAL"],
            }
        ],
    }
    path = "/rest/api/3/workflows/update"
    assert site.admin.status("POST", path, body) == 400, "issues hold the status: a mapping is required"
    body["workflows"][0]["defaultStatusMappings"] = [{"oldStatusReference": gone, "newStatusReference": left}]
    answer = site.admin.post(path, body)
    assert site.fields(key)["status"]["id"] == left
    progress = [site.admin.get(f"/rest/api/3/task/{answer['taskId']}")["status"] for _ in range(2)]
    assert progress == ["RUNNING", "COMPLETE"]
    assert site.admin.status("POST", path, body) == 409


def test_a_scheme_is_attached_to_an_empty_project_and_switched_on_a_full_one(site: SiteUnderTest) -> None:
    made = site.admin.post(CREATE, document(TAKE))
    ids = {item["name"]: item["id"] for item in made["statuses"]}
    key = site.issue()
    old = site.fields(key)["status"]["id"]
    with pytest.raises(AssertionError, match="has issues"):
        attach(site, "SUP - Assistance")
    scheme = str(max(item["id"] for item in site.admin.get("/rest/api/3/workflowscheme")["values"]))
    body: dict[str, Any] = {"projectId": "10000", "targetSchemeId": scheme}
    path = "/rest/api/3/workflowscheme/project/switch"
    assert site.admin.status("POST", path, body) == 400
    mapping = {"issueTypeId": "10001", "statusMappings": [{"oldStatusId": old, "newStatusId": ids["Test ouvert"]}]}
    answer = site.admin.send("POST", path, body | {"mappingsByIssueTypeOverride": [mapping]})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/rest/api/3/task/{answer.json()['id']}")
    assert site.fields(key)["status"]["name"] == "Test ouvert"
    read = site.admin.post("/rest/api/3/workflowscheme/read", {"projectIds": ["10000"]})[0]
    assert read["workflowsForIssueTypes"][0]["workflow"]["name"] == "SUP - Assistance"


def test_statuses_are_unique_by_name(site: SiteUnderTest) -> None:
    body = {"scope": {"type": "GLOBAL"}, "statuses": [{"name": "Ouvert", "statusCategory": "TODO"}]}
    made = site.admin.post("/rest/api/3/statuses", body)[0]
    assert site.admin.status("POST", "/rest/api/3/statuses", body) == 400
    renamed = {"statuses": [{"id": made["id"], "name": "Ouverte", "statusCategory": "TODO"}]}
    assert site.admin.status("PUT", "/rest/api/3/statuses", renamed) == 204
    assert site.admin.get("/rest/api/3/statuses/search?searchString=ouverte")["total"] == 1
    assert site.admin.status("DELETE", f"/rest/api/3/statuses?id={made['id']}") == 204
    used = site.admin.get("/rest/api/3/statuses/byNames?name=Pending")[0]["id"]
    assert site.admin.status("DELETE", f"/rest/api/3/statuses?id={used}") == 400


def test_types_fields_and_screens(site: SiteUnderTest) -> None:
    kind = site.admin.post("/rest/api/3/issuetype", {"name": "Imputation", "type": "subtask"})
    assert site.admin.status("POST", "/rest/api/3/issuetype", {"name": "imputation"}) == 409
    scheme = site.admin.get("/rest/api/3/issuetypescheme/project?projectId=10000")["values"][0]["issueTypeScheme"]["id"]
    path = f"/rest/api/3/issuetypescheme/{scheme}/issuetype"
    assert [site.admin.status("PUT", path, {"issueTypeIds": [kind["id"]]}) for _ in range(2)] == [204, 400]
    custom = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    field = site.admin.post("/rest/api/3/field", {"name": "Tiers", "type": custom})["id"]
    key = site.issue()
    edit = {"fields": {field: "Atlassian"}}
    assert site.admin.status("PUT", f"/rest/api/3/issue/{key}", edit) == 400, "a new field is on no screen"
    screens = site.admin.get("/rest/api/3/issuetypescreenscheme/project?projectId=10000")["values"]
    screen = screens[0]["issueTypeScreenScheme"]["id"]
    tab = site.admin.get(f"/rest/api/3/screens/{screen}/tabs")[0]["id"]
    site.admin.post(f"/rest/api/3/screens/{screen}/tabs/{tab}/fields", {"fieldId": field})
    site.admin.put(f"/rest/api/3/issue/{key}", edit)
    assert site.fields(key)[field] == "Atlassian"


def test_agents_do_not_provision(site: SiteUnderTest) -> None:
    assert site.agent.status("POST", CREATE, document(TAKE)) == 403
    assert site.agent.status("GET", "/rest/api/3/statuses/search") == 403


def test_lists_have_options_in_the_context_their_field_is_made_with(site: SiteUnderTest) -> None:
    types = "com.atlassian.jira.plugin.system.customfieldtypes"
    made = {
        kind: site.admin.post("/rest/api/3/field", {"name": kind, "type": f"{types}:{kind}"})["id"] for kind in KINDS
    }
    path = f"/rest/api/3/field/{made['select']}/context"
    context = site.admin.get(path)["values"][0]
    assert context["isGlobalContext"]
    assert site.admin.get(f"{path}/projectmapping")["values"] == [{"contextId": context["id"], "isGlobalContext": True}]
    options = f"{path}/{context['id']}/option"
    for wrong in ([], [{"value": ""}], [{"value": "Un"}, {"value": "un"}], [{"value": "x" * 256}]):
        assert site.admin.status("POST", options, {"options": wrong}) == 400
    added = site.admin.post(options, {"options": [{"value": "Un"}, {"value": "Deux"}]})["options"]
    assert site.admin.get(options)["values"] == added
    assert site.admin.status("POST", options, {"options": [{"value": "DEUX"}]}) == 400
    assert site.admin.status("GET", f"{path}/1/option") == 404
    number = site.admin.get(f"/rest/api/3/field/{made['float']}/context")["values"][0]["id"]
    assert site.admin.status("GET", f"/rest/api/3/field/{made['float']}/context/{number}/option") == 400
    assert site.admin.status("GET", "/rest/api/3/field/summary/context") == 404
    assert site.agent.status("POST", options, {"options": [{"value": "Trois"}]}) == 403
    key = site.issue()
    screen = site.admin.get("/rest/api/3/issuetypescreenscheme/project?projectId=10000")["values"][0]
    number = screen["issueTypeScreenScheme"]["id"]
    tab = site.admin.get(f"/rest/api/3/screens/{number}/tabs")[0]["id"]
    site.admin.post(f"/rest/api/3/screens/{number}/tabs/{tab}/fields", {"fieldId": made["select"]})
    for given, answer in (({"value": "Trois"}, 400), ({"id": "1"}, 400), ({"id": added[1]["id"]}, 204)):
        assert site.admin.status("PUT", f"/rest/api/3/issue/{key}", {"fields": {made["select"]: given}}) == answer
    assert site.fields(key)[made["select"]] == {"id": added[1]["id"], "value": "Deux"}


def test_a_screen_in_use_stays_and_a_priority_needs_colour_and_picture(site: SiteUnderTest) -> None:
    mine = site.admin.post("/rest/api/3/screens", {"name": "À moi"})["id"]
    shown = rule("transition-screen", screenId=str(mine))
    provide(site, TAKE | {"transitionScreen": shown})
    assert site.admin.status("DELETE", f"/rest/api/3/screens/{mine}") == 400
    assert site.admin.status("DELETE", "/rest/api/3/screens/1") == 204, "no project uses the default screen"
    free = site.admin.post("/rest/api/3/screens", {"name": "Libre"})["id"]
    assert site.admin.status("DELETE", f"/rest/api/3/screens/{free}") == 204
    avatar = int(site.admin.get("/rest/api/3/avatar/priority/system")["system"][0]["id"])
    right = {"name": "Calme", "statusColor": "#0a0", "avatarId": avatar}
    for wrong in ({"statusColor": "vert"}, {"avatarId": 1}, {"name": "medium"}):
        assert site.admin.status("POST", "/rest/api/3/priority", right | wrong) == 400
    assert site.admin.status("POST", "/rest/api/3/priority", right) == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"fieldId": "summary"},
        {"fieldId": "customfield_1"},
        {"conditionValue": "21"},
        {"transitionApproved": "12"},
        {"transitionRejected": "99"},
    ],
)
def test_an_approval_asks_people_and_takes_transitions_that_leave_its_status(
    site: SiteUnderTest, wrong: dict[str, str]
) -> None:
    right = {
        "active": "true",
        "conditionType": "number",
        "conditionValue": "1",
        "fieldId": "customfield_10020",
        "transitionApproved": "11",
        "transitionRejected": "11",
    }
    for asked, found in ((right, set()), (right | wrong, {"INVALID_APPROVAL"})):
        payload = document(TAKE, directed("12", "Attendre", "attente", "en-cours"))
        payload["workflows"][0]["statuses"][0]["approvalConfiguration"] = asked
        assert codes(site, payload) == found
