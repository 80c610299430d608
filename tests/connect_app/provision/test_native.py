"""What Jira itself refuses after provisioning: a small pack on the sandbox, which enforces every rule."""

from __future__ import annotations

from typing import Any

import pytest

from connect_app.errors import Refused
from tests.connect_app.provision.desks import Site
from tests.connect_app.provision.small import SMALL
from workflows.model import Pack, Priority, Text
from workflows.plan import UnsafePlan
from workflows.site import Kind

DESK = "rest/servicedeskapi"


class Scene:
    """A provisioned project with an agent of the level, one of no level, and a customer with a request."""

    def __init__(self, site: Site) -> None:
        self.site = site
        site.project()
        level = site.call("POST", "group", {"name": "Petit niveau"})["groupId"]
        site.provision(SMALL)
        self.expert, self.agent = site.person("Anna"), site.person("Bruno")
        site.call("POST", f"group/user?groupId={level}", {"accountId": self.expert.account_id})
        self.customer = site.person("Marie", "customer")
        found = site.admin.client.get(f"{DESK}/servicedesk/SUP/requesttype")["values"]
        kind = next(one["id"] for one in found if one["name"] == "Demander")
        body = {"serviceDeskId": "SUP", "requestTypeId": kind, "requestFieldValues": {"summary": "Panne"}}
        self.key = str(self.customer.client.request("POST", f"{DESK}/request", body=body).body["issueKey"])

    def fields(self, *names: str) -> list[Any]:
        read = self.site.call("GET", f"issue/{self.key}")["fields"]
        return [(read[name] or {}).get("name") or (read[name] or {}).get("accountId") for name in names]

    def buttons(self) -> set[str]:
        """What the portal offers the customer."""
        found = self.customer.client.get(f"{DESK}/request/{self.key}/transition")["values"]
        return {one["name"] for one in found}


@pytest.fixture
def scene(site: Site) -> Scene:
    return Scene(site)


@pytest.mark.promise("A5", "A7", "A40", "A42")
def test_jira_itself_asks_who_moves_with_which_fields_and_after_which_approval(scene: Scene) -> None:
    site, expert, agent = scene.site, scene.expert, scene.agent
    assert scene.buttons() == set(), "agents' moves are none of the customer's"
    assert agent.offered(scene.key) == set(), "taking is for people of the level"
    assert expert.offered(scene.key) == {"Prendre"}
    with pytest.raises(Refused, match=r"assignee: À renseigner d'abord : Responsable \(Relance\)"):
        expert.move(scene.key, "Prendre")
    expert.move(scene.key, "Prendre", {"assignee": {"accountId": agent.account_id}})
    assert scene.fields("status", "assignee") == ["Petit en cours", expert.account_id], "who takes it has it"
    assert agent.offered(scene.key) == {"Chiffrer", "Finir", "Laisser finir"}

    tiers, approvers = site.field("Petit tiers"), site.field("Approbateurs")
    agent.edit(scene.key, {approvers: [{"accountId": scene.customer.account_id}]})
    with pytest.raises(Refused, match="Petit tiers"):
        agent.move(scene.key, "Chiffrer")
    with pytest.raises(Refused, match="Option value 'Zeus' is not valid"):
        agent.move(scene.key, "Chiffrer", {tiers: {"value": "Zeus"}})
    agent.move(scene.key, "Chiffrer", {tiers: {"value": "Rhéa"}})
    assert agent.offered(scene.key) == set(), "nobody goes past an approval that is pending"
    for decision, status in (("decline", "Petit nouveau"), ("approve", "Petit en cours")):
        if decision == "approve":
            expert.move(scene.key, "Prendre")
            agent.move(scene.key, "Chiffrer")
        asked = scene.customer.client.get(f"{DESK}/request/{scene.key}/approval")["values"][-1]
        assert (asked["finalDecision"], asked["canAnswerApproval"]) == ("pending", True)
        path = f"{DESK}/request/{scene.key}/approval/{asked['id']}"
        with pytest.raises(Refused, match="not permitted"):
            agent.client.request("POST", path, body={"decision": decision})
        scene.customer.client.request("POST", path, body={"decision": decision})
        assert scene.fields("status") == [status]

    child = site.subtask(scene.key, "Petite imputation")
    assert "Finir" not in agent.offered(scene.key), "a sub-task is still open"
    site.move(child, "Resolve Issue")
    agent.move(scene.key, "Finir")
    assert scene.fields("status", "resolution") == ["Petit fini", "Petit fait"]
    assert scene.buttons() == {"Revenir"}
    body = {"id": next(t for n, t in agent.transitions(scene.key).items() if n == "Revenir")}
    scene.customer.client.request("POST", f"{DESK}/request/{scene.key}/transition", body=body)
    assert scene.fields("status", "resolution") == ["Petit en cours", None]


def test_fields_of_others_are_adopted_when_asked_and_get_what_they_lack(site: Site) -> None:
    site.project()
    types = "com.atlassian.jira.plugin.system.customfieldtypes"
    for name, type_ in (("petit TIERS", "select"), ("Approvers", "multiuserpicker")):
        site.call("POST", "field", {"name": name, "type": f"{types}:{type_}"})
    provisioning = site.provisioning(SMALL)
    planned = provisioning.plan()
    with pytest.raises(UnsafePlan, match="field “petit TIERS”, field “Approvers”: made by somebody else"):
        provisioning.apply(planned)
    provisioning.apply(planned, adopt=True)
    assert not provisioning.plan()
    names = [field["name"] for field in site.call("GET", "field") if field["custom"]]
    assert not {"Petit tiers", "Approbateurs"} & set(names), "no near-twin"
    tiers = site.field("petit TIERS")
    context = site.call("GET", f"field/{tiers}/context")["values"][0]["id"]
    options = site.call("GET", f"field/{tiers}/context/{context}/option")["values"]
    assert [option["value"] for option in options] == ["Atlas", "Rhéa"]


def test_a_field_of_another_type_and_a_request_type_of_another_issue_type_are_for_people(site: Site) -> None:
    site.project()
    type_ = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    site.call("POST", "field", {"name": "Petit tiers", "type": type_})
    task = next(t["id"] for t in site.call("GET", "issuetype") if t["name"] == "Task")
    site.call("POST", "issuetype", {"name": "Petite demande", "type": "standard"})
    body = {"issueTypeId": task, "name": "Demander", "description": "", "helpText": ""}
    site.client.request("POST", f"{DESK}/servicedesk/SUP/requesttype", body=body)
    assert site.provisioning(SMALL).plan().conflicts == (
        "the field “Petit tiers” is textfield, not select or radiobuttons: rename it in Jira, or change the pack",
        "the request type “Demander” makes no “Petite demande”: rename one of the two in Jira",
    )


def test_screens_rules_and_approvals_put_by_hand_stay_and_ours_come_back(site: Site) -> None:
    site.project()
    provisioning = site.provision(SMALL)
    other = site.call("POST", "screens", {"name": "À nous"})["id"]
    read = site.call("POST", "workflows", {"workflowNames": ["Petit - Demande"]})
    workflow = read["workflows"][0]
    by_name = {t["name"]: t for t in workflow["transitions"]}
    by_name["Prendre"]["transitionScreen"] = {
        "ruleKey": "system:transition-screen",
        "parameters": {"screenId": str(other)},
    }
    by_name["Prendre"]["validators"] = []
    by_name["Revenir"]["actions"].append({"ruleKey": "system:change-assignee", "parameters": {"type": "to-unassigned"}})
    for status in workflow["statuses"]:
        status.pop("approvalConfiguration", None)
    document = {k: workflow[k] for k in ("id", "version", "description", "statuses", "transitions")}
    site.call("POST", "workflows/update", {"statuses": read["statuses"], "workflows": [document]})
    planned = provisioning.plan()
    assert [change.kind for change in planned.changes] == [Kind.WORKFLOW, Kind.RECORD]
    assert planned.changes[0].details == (
        "transition “Prendre” to “Petit en cours” changed",
        "approval of “Petit chiffré” changed",
    )
    provisioning.apply(planned)
    after = site.call("POST", "workflows", {"workflowNames": ["Petit - Demande"]})["workflows"][0]
    found = {t["name"]: t for t in after["transitions"]}
    assert found["Prendre"]["transitionScreen"]["parameters"] == {"screenId": str(other)}
    assert [v["parameters"]["fieldsRequired"] for v in found["Prendre"]["validators"]] == ["assignee"]
    assert [a["ruleKey"] for a in found["Revenir"]["actions"]] == ["system:change-assignee", "system:update-field"]


def test_a_pack_that_enforces_nothing_takes_its_rules_and_screens_back(site: Site) -> None:
    site.project()
    site.provision(SMALL)
    urgent = Priority(id="urgent", name=Text(fr="Pressé", en="Urgent"), meaning=Text(fr="Vite.", en="Quick."))
    data = SMALL.model_dump(by_alias=True, mode="json") | {"enforcement": {"agents": False, "fields": False}}
    free = Pack.model_validate(data).model_copy(update={"priorities": (*SMALL.priorities, urgent)})
    provisioning = site.provisioning(free)
    planned = provisioning.plan()
    assert [(c.symbol, c.kind) for c in planned.changes] == [
        ("+", Kind.PRIORITY),
        ("~", Kind.WORKFLOW),
        ("-", Kind.SCREEN),
        ("-", Kind.SCREEN),
        ("~", Kind.RECORD),
    ]
    provisioning.apply(planned, force=True)
    assert not provisioning.plan()
    after = site.call("POST", "workflows", {"workflowNames": ["Petit - Demande"]})["workflows"][0]
    assert not any(t.get("validators") or t.get("transitionScreen") for t in after["transitions"])
