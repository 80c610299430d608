from __future__ import annotations

import pytest

from connect_app.operations.provision import Progress
from tests.connect_app.provision.desks import PACKS, A, C, Site
from workflows.changes import Create
from workflows.model import Pack, Text
from workflows.plan import UnsafePlan
from workflows.site import Kind


@pytest.mark.promise("A1", "C2")
def test_five_packs_are_provisioned_on_one_empty_site_and_second_plans_are_empty(site: Site) -> None:
    done = []
    for number, pack in enumerate(PACKS.values()):
        provisioning = site.provisioning(pack, site.project(f"P{number}"))
        planned = provisioning.plan()
        seen: list[Progress] = []
        provisioning.apply(planned, adopt=True, progress=seen.append)
        assert [progress.change for progress in seen] == list(planned.changes)
        assert [progress.step for progress in seen] == list(range(1, len(planned.changes) + 1))
        done.append(provisioning)
    before = len(site.writes())
    for provisioning in done:
        provisioning.apply(provisioning.plan())
    assert [path for _, path in site.writes()[before:] if "approximate-count" not in path] == []
    names = [s["name"].casefold() for s in site.call("GET", "statuses/search?maxResults=200")["values"]]
    assert len(names) == len(set(names)), "packs share statuses by name"


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.id)
def test_a_project_with_issues_is_switched_and_every_issue_lands_in_a_status_of_the_pack(
    site: Site, pack: Pack
) -> None:
    site.project()
    kinds = list(dict.fromkeys(r.issue_type for r in pack.request_types))
    site.offer_types(kinds)
    issues = [site.issue("SUP", kind, moves) for kind in kinds for moves in range(3)]
    other = site.issue("SUP", "Task", 1)
    before = site.status(other)
    provisioning = site.provisioning(pack)
    planned = provisioning.plan()
    with pytest.raises(UnsafePlan, match=f"project SUP holds {len(issues) + 1} issue"):
        provisioning.apply(planned, adopt=True)
    provisioning.apply(planned, adopt=True, force=True)
    assert not provisioning.plan()
    names = {s.jira_name for s in pack.statuses}
    assert {site.status(issue) for issue in issues} <= names
    assert site.status(other) == before


@pytest.mark.promise("C9", "C12", "C26", "C27")
def test_the_provisioned_workflow_is_the_documents(site: Site) -> None:
    site.project()
    site.provision(C)
    issue = site.issue("SUP", "Incident")
    assert site.status(issue) == "Soumise"
    assert "Commencer" in site.transitions(issue)
    moved = site.transitions(issue)["Demander des informations"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": moved}})
    assert site.status(issue) == "En attente du client"
    close = site.transitions(issue)["Fermer"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": close}})
    fields = site.call("GET", f"issue/{issue}?fields=resolution,status")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Fermée", "Réponse apportée")
    reopened = site.transitions(issue)
    assert list(reopened) == ["Rouvrir"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": reopened["Rouvrir"]}})
    fields = site.call("GET", f"issue/{issue}?fields=resolution,status")["fields"]
    assert (fields["status"]["name"], fields["resolution"]) == ("En cours", None)


@pytest.mark.promise("A6")
def test_an_imputation_sub_task_can_be_made(site: Site) -> None:
    site.project()
    site.provision(A)
    parent = site.issue("SUP", "Support - Assistance Utilisateur")
    fields = {
        "project": {"key": "SUP"},
        "issuetype": {"name": "Imputation"},
        "parent": {"key": parent},
        "summary": "#1 - Panne - Novembre 2026",
    }
    assert site.call("POST", "issue", {"fields": fields})["key"]


def test_the_same_pack_serves_two_projects(site: Site) -> None:
    site.project("SUP")
    site.project("OPS")
    first = site.provision(C, "SUP")
    second = site.provisioning(C, "OPS")
    planned = second.plan()
    assert {c.kind for c in planned.changes if isinstance(c, Create)} == {Kind.SCHEME, Kind.REQUEST_TYPE, Kind.RECORD}
    second.apply(planned)
    assert not first.plan()


def test_an_edited_pack_updates_the_workflow_under_its_issues(site: Site) -> None:
    site.project()
    site.provision(C)
    issue = site.issue("SUP", "Incident")
    site.move(issue, "Planifier l'opération", {"Date de l'opération": "2026-11-20", "Responsable de l'opération": "me"})
    data = C.model_dump(by_alias=True, mode="json")
    data["statuses"] = [s for s in data["statuses"] if s["id"] != "planned"]
    kept = [t for t in data["workflows"][0]["transitions"] if t["to"] != "planned"]
    for transition in kept:
        transition["from"] = [old for old in transition["from"] if old != "planned"]
    data["workflows"][0]["transitions"] = kept
    smaller = site.provisioning(Pack.model_validate(data), **{"Opération planifiée": "in-progress"})
    planned = smaller.plan()
    assert [(c.symbol, c.kind) for c in planned.changes] == [
        ("~", Kind.WORKFLOW),
        ("-", Kind.STATUS),
        ("-", Kind.SCREEN),
        ("~", Kind.RECORD),
    ]
    smaller.apply(planned, force=True)
    assert site.status(issue) == "En cours"
    back = site.provisioning(C)
    back.apply(back.plan(), force=True)
    assert not back.plan()


def test_a_pack_that_gains_a_request_type_updates_the_scheme_in_use(site: Site) -> None:
    site.project()
    data = C.model_dump(by_alias=True, mode="json")
    fewer = Pack.model_validate(data | {"request_types": data["request_types"][:1]})
    site.provision(fewer)
    issue = site.issue("SUP", "Service Request", 1)
    more = site.provisioning(C)
    planned = more.plan()
    assert [c.kind for c in planned.changes] == [Kind.SCHEME, Kind.REQUEST_TYPE, Kind.RECORD]
    more.apply(planned, force=True)
    assert site.status(issue) in {s.jira_name for s in C.statuses}


def test_a_description_changed_in_the_pack_reaches_the_site(site: Site) -> None:
    site.project()
    site.provision(C)
    first = C.statuses[0].model_copy(update={"meaning": Text(fr="Arrivée.", en="Arrived.")})
    other = site.provisioning(C.model_copy(update={"statuses": (first, *C.statuses[1:])}))
    other.apply(other.plan())
    found = site.call("GET", "statuses/search?searchString=Soumise")["values"][0]
    assert found["description"] == "Arrivée. [Relance: managed-operations]"


def test_a_status_of_somebody_else_is_adopted_only_when_asked(site: Site) -> None:
    site.project()
    wanted = [{"name": "EN COURS", "statusCategory": "IN_PROGRESS", "description": "à nous"}]
    site.call("POST", "statuses", {"scope": {"type": "GLOBAL"}, "statuses": wanted})
    provisioning = site.provisioning(C)
    planned = provisioning.plan()
    before = site.writes()
    with pytest.raises(UnsafePlan, match="status “EN COURS”: made by somebody else"):
        provisioning.apply(planned)
    assert [w for w in site.writes()[len(before) :] if "approximate-count" not in w[1]] == []
    provisioning.apply(planned, adopt=True)
    assert not provisioning.plan()
    kept = site.call("GET", "statuses/search?searchString=EN%20COURS")["values"]
    assert [(s["name"], s["description"]) for s in kept] == [("EN COURS", "à nous")]


def test_rules_added_by_hand_survive(site: Site) -> None:
    site.project()
    provisioning = site.provision(C)
    name = C.workflows[0].name
    read = site.call("POST", "workflows", {"workflowNames": [name]})
    workflow = read["workflows"][0]
    start = next(t for t in workflow["transitions"] if t["name"] == "Commencer")
    start["actions"] = [{"ruleKey": "system:change-assignee", "parameters": {"type": "to-current-user"}}]
    workflow["transitions"] = [t for t in workflow["transitions"] if t["name"] != "Rouvrir"]
    document = {k: workflow[k] for k in ("id", "version", "description", "statuses", "transitions")}
    site.call("POST", "workflows/update", {"statuses": read["statuses"], "workflows": [document]})
    planned = provisioning.plan()
    assert planned.changes[0].details == ("transition “Rouvrir” to “En cours” added",)
    provisioning.apply(planned)
    after = site.call("POST", "workflows", {"workflowNames": [name]})["workflows"][0]
    start = next(t for t in after["transitions"] if t["name"] == "Commencer")
    assert [a["ruleKey"] for a in start["actions"]] == ["system:change-assignee"]
