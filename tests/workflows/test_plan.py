from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.sites import DONE, A, C, applied, template_site, with_project
from workflows.changes import Adopt, Change, Create, Delete, SwitchScheme, Update
from workflows.graph import folded
from workflows.model import Enforcement, Pack, Text
from workflows.plan import Plan, UnsafePlan, plan
from workflows.site import Kind, SiteIssueType, SiteState, SiteStatus, mark
from workflows.survey import Desired

BOTH = pytest.mark.parametrize("pack", [A, C], ids=lambda pack: pack.id)


def of(made: Plan, change: type[Change], kind: Kind) -> list[str]:
    return [c.name for c in made.changes if type(c) is change and c.kind is kind]


@BOTH
@pytest.mark.promise("A1", "C2")
def test_an_empty_site_gets_everything_and_a_second_plan_is_empty(pack: Pack) -> None:
    made, site = applied(pack, template_site())
    assert not made.refusals()
    assert of(made, Create, Kind.STATUS) == [s.jira_name for s in pack.statuses]
    assert of(made, Create, Kind.WORKFLOW) == [w.name for w in pack.workflows]
    assert of(made, Create, Kind.RESOLUTION) == [r.name.fr for r in pack.resolutions]
    second = plan(Desired(pack=pack), site.state)
    assert not second
    assert second.changes == ()


@pytest.mark.promise("A6")
def test_the_imputation_sub_task_type_is_made_and_added_to_the_project() -> None:
    made, site = applied(A, template_site())
    assert "Imputation" in of(made, Create, Kind.ISSUE_TYPE)
    imputation = next(t for t in site.state.issue_types if t.name == "Imputation")
    assert imputation.subtask
    assert imputation.id in site.state.project.issue_types


def test_existing_issue_types_are_used_and_other_types_keep_their_workflow() -> None:
    made, site = applied(C, template_site())
    assert of(made, Create, Kind.ISSUE_TYPE) == ["Service Request"]
    scheme = site.state.project.scheme
    assert scheme is not None
    assert scheme.default_workflow == "jira"
    assert scheme.mappings["10"] == C.workflows[0].name
    assert "11" not in scheme.mappings


def test_changes_come_in_the_order_in_which_they_can_be_made() -> None:
    made = plan(Desired(pack=A), template_site())
    kinds = list(dict.fromkeys(change.kind for change in made.changes))
    assert kinds == [
        Kind.RESOLUTION,
        Kind.ISSUE_TYPE,
        Kind.ISSUE_TYPE_SCHEME,
        Kind.FIELD,
        Kind.OPTIONS,
        Kind.PROJECT_SCREENS,
        Kind.SCREEN,
        Kind.STATUS,
        Kind.WORKFLOW,
        Kind.SCHEME,
        Kind.PROJECT,
        Kind.REQUEST_TYPE,
        Kind.RECORD,
    ]


def test_the_order_of_transitions_means_nothing() -> None:
    _, site = applied(C, template_site())
    request = C.workflows[0]
    turned = request.model_copy(update={"transitions": tuple(reversed(request.transitions))})
    assert not plan(Desired(pack=C.model_copy(update={"workflows": (turned,)})), site.state)


def test_a_removed_transition_is_told_and_needs_force() -> None:
    _, site = applied(C, template_site())
    request = C.workflows[0]
    fewer = request.model_copy(update={"transitions": tuple(t for t in request.transitions if t.id != "resume")})
    made = plan(Desired(pack=C.model_copy(update={"workflows": (fewer,)})), site.state)
    update = made.changes[0]
    assert update.details == ("transition “Reprendre” to “En cours” removed",)
    assert made.refusals() == ("workflow “Opérations gérées - Demande” would lose 1 part(s); --force allows it",)
    made.raise_if_unsafe(force=True)


def test_a_changed_transition_is_told_as_changed() -> None:
    _, site = applied(C, template_site())
    text = C.model_dump(by_alias=True, mode="json")
    reopen = next(t for t in text["workflows"][0]["transitions"] if t["id"] == "reopen")
    reopen["by"] = ["agent"]
    made = plan(Desired(pack=Pack.model_validate(text)), site.state)
    assert made.changes[0].details == ("transition “Rouvrir” to “En cours” changed",)
    assert not made.refusals()


def test_a_status_nobody_uses_any_more_is_deleted_with_force_only() -> None:
    data = C.model_dump(by_alias=True, mode="json")
    data["statuses"].append({"id": "late", "role": "planned", "name": {"fr": "En retard", "en": "Late"}})
    for transition in data["workflows"][0]["transitions"]:
        if transition["id"] in {"ask", "close"}:
            transition["from"].append("late")
    data["workflows"][0]["transitions"].append(
        {"id": "late", "from": ["in-progress"], "to": "late", "name": {"fr": "Retarder", "en": "Delay"}}
    )
    _, site = applied(Pack.model_validate(data), template_site())
    made, after = applied(C, site.state)
    assert of(made, Delete, Kind.STATUS) == ["En retard"]
    assert any("status “En retard” would be deleted" in reason for reason in made.refusals())
    assert any("status “En retard” removed" in detail for change in made.changes for detail in change.details)
    assert not plan(Desired(pack=C), after.state)


def test_a_workflow_the_pack_no_longer_has_is_deleted_once_no_scheme_uses_it() -> None:
    _, site = applied(A, template_site())
    data = A.model_dump(by_alias=True, mode="json")
    data["workflows"] = [w for w in data["workflows"] if w["id"] != "incident"]
    data["request_types"] = [r for r in data["request_types"] if r["id"] != "incident"]
    smaller = Pack.model_validate(data)
    made = plan(Desired(pack=smaller), site.state)
    assert of(made, Delete, Kind.WORKFLOW) == []
    scheme = site.state.project.scheme
    assert scheme is not None
    incident = next(t.id for t in site.state.issue_types if t.name == "Support - Incident Applicatif")
    kept = replace(scheme, mappings={k: v for k, v in scheme.mappings.items() if k != incident})
    detached = replace(with_project(site.state, scheme=kept), schemes=(kept,))
    assert of(plan(Desired(pack=smaller), detached), Delete, Kind.WORKFLOW) == [
        "Support à niveaux - Incident Applicatif"
    ]


def test_what_others_made_is_adopted_only_when_asked() -> None:
    site = template_site(
        statuses=(*template_site().statuses, SiteStatus(id="9", name="EN COURS", category=A.statuses[2].jira_category))
    )
    made, after = applied(C, site)
    assert of(made, Adopt, Kind.STATUS) == ["EN COURS"]
    assert "En cours" not in of(made, Create, Kind.STATUS)
    assert "the status “En cours” is spelled “EN COURS” in Jira, and stays so" in made.notes
    with pytest.raises(UnsafePlan, match="status “EN COURS”: made by somebody else; --adopt takes them"):
        made.raise_if_unsafe()
    made.raise_if_unsafe(adopt=True)
    assert not plan(Desired(pack=C), after.state)


def test_a_status_that_another_pack_made_is_shared_without_adopting() -> None:
    _, site = applied(A, template_site())
    elsewhere = with_project(site.state, key="OPS", id="101", record={}, scheme=None, statuses={})
    made, after = applied(C, elsewhere)
    assert not any(isinstance(change, Adopt) for change in made.changes)
    assert "En cours" not in of(made, Create, Kind.STATUS)
    shared = next(note for note in made.notes if "shared" in note)
    assert shared.startswith("the status “En Cours” is shared with 3 other workflow(s)")
    assert not plan(Desired(pack=C), after.state)
    assert not plan(Desired(pack=A), replace(after.state, project=site.state.project))


def test_issues_are_counted_and_a_change_under_them_needs_force() -> None:
    site = with_project(template_site(), issues={("10", "3"): 2, ("10", "4"): 1, ("11", "1"): 4})
    made, after = applied(C, site)
    switch = next(change for change in made.changes if isinstance(change, SwitchScheme))
    assert switch.issues == 7
    assert {(m.old, m.new, m.issues) for m in switch.moves} >= {
        ("Work in progress", "in-progress", 2),
        ("Pending", "waiting-third-party", 1),
    }
    assert made.refusals() == ("project SUP holds 7 issue(s) and changes workflow; --force allows it",)
    made.raise_if_unsafe(force=True)
    assert sum(after.state.project.issues.values()) == 7


def test_issues_in_a_status_without_counterpart_stop_the_plan_until_told_where_to_go() -> None:
    triage = SiteStatus(id="8", name="Triage", category=DONE)
    site = with_project(
        template_site(statuses=(*template_site().statuses, triage)),
        statuses={"10": ("1", "8")},
        issues={("10", "8"): 5},
    )
    made = plan(Desired(pack=C), site)
    (conflict,) = made.conflicts
    assert conflict == (
        "5 issue(s) of type “Incident” are in the status “Triage”, which the workflow does not have: "
        'say where they go with --map "Triage=<status>"'
    )
    with pytest.raises(UnsafePlan):
        made.raise_if_unsafe(adopt=True, force=True)
    told, after = applied(C, site, {"TRIAGE": "planned"})
    assert not told.conflicts
    assert (
        after.state.project.issues[("10", next(s.id for s in after.state.statuses if s.name == "Opération planifiée"))]
        == 5
    )


def test_an_empty_status_without_counterpart_is_mapped_to_the_initial_one() -> None:
    triage = SiteStatus(id="8", name="Triage", category=DONE)
    site = with_project(template_site(statuses=(*template_site().statuses, triage)), statuses={"10": ("1", "8")})
    made = plan(Desired(pack=C), site)
    switch = next(change for change in made.changes if isinstance(change, SwitchScheme))
    assert {(m.old, m.new) for m in switch.moves} == {("Open", "submitted"), ("Triage", "submitted")}


def test_a_foreign_status_of_another_category_is_a_conflict_ours_is_corrected() -> None:
    wrong = SiteStatus(id="9", name="Fermée", category=A.statuses[0].jira_category)
    made = plan(Desired(pack=C), template_site(statuses=(wrong,)))
    assert made.conflicts == (
        "the status “Fermée” has category TODO instead of DONE: change it in Jira, or rename it in the pack",
    )
    ours = replace(wrong, description=mark(C.id))
    corrected, after = applied(C, template_site(statuses=(*template_site().statuses, ours)))
    assert of(corrected, Update, Kind.STATUS) == ["Fermée"]
    assert not plan(Desired(pack=C), after.state)


def test_many_status_changes_at_once_need_force() -> None:
    _, site = applied(C, template_site())
    renamed = tuple(s.model_copy(update={"meaning": Text(fr="Autre", en="Other")}) for s in C.statuses)
    made = plan(Desired(pack=C.model_copy(update={"statuses": renamed})), site.state)
    assert made.refusals() == ("6 of 6 statuses would change; --force allows it",)
    one = plan(Desired(pack=C.model_copy(update={"statuses": (renamed[0], *C.statuses[1:])})), site.state)
    assert one.changes[0].details == ("its description",)
    assert not one.refusals()


def test_an_issue_type_on_the_wrong_level_is_a_conflict() -> None:
    types = (SiteIssueType(id="10", name="Incident", subtask=True), SiteIssueType(id="13", name="imputation"))
    assert plan(Desired(pack=C), template_site(issue_types=types)).conflicts == (
        "the issue type “Incident” is a sub-task type: rename it in Jira, or change the pack",
    )
    assert plan(Desired(pack=A), template_site(issue_types=types)).conflicts == (
        "the issue type “imputation” is no sub-task type: rename it in Jira, or change the pack",
    )


def test_a_team_managed_project_is_refused_in_one_line() -> None:
    made = plan(Desired(pack=C), with_project(template_site(), team_managed=True))
    assert made.changes == ()
    assert made.refusals(adopt=True, force=True) == (
        "project SUP is team-managed: its workflows are its team's; use a company-managed one",
    )
    assert made


def test_a_project_without_agents_is_refused_unless_the_pack_asks_for_none() -> None:
    plain = with_project(template_site(), desk="")
    (refusal,) = plan(Desired(pack=C), plain).refusals(adopt=True, force=True)
    assert refusal.startswith("project SUP is no service project: nobody is an agent there; use one, or write")
    free = C.model_copy(update={"enforcement": Enforcement(agents=False)})
    made, site = applied(free, plain)
    assert not made.conflicts
    assert not any(change.kind is Kind.REQUEST_TYPE for change in made.changes), "it has no portal either"
    assert not plan(Desired(pack=free), site.state)


def test_a_level_without_its_group_is_told_and_asked_for_once_the_group_is_there() -> None:
    _, site = applied(A, template_site())
    missing = [note for note in plan(Desired(pack=A), site.state).notes if note.startswith("no group is called")]
    assert [note.partition(":")[0] for note in missing] == [
        "no group is called “Support Niveau 1”",
        "no group is called “Support Niveau 2”",
    ]
    staffed = replace(site.state, groups={folded("Support Niveau 1"): "g-1", folded("Support Niveau 2"): "g-2"})
    made = plan(Desired(pack=A), staffed)
    assert [change.details for change in made.changes if change.kind is Kind.WORKFLOW] == [
        ("transition “Prendre en charge” to “Pris en charge” changed",)
    ] * 3


def test_a_workflow_and_a_scheme_changed_by_hand_are_brought_back() -> None:
    _, site = applied(C, template_site())
    workflow = next(w for w in site.state.workflows if w.name == C.workflows[0].name)
    meddled = replace(workflow, transitions=workflow.transitions[:-1], description="")
    scheme = site.state.project.scheme
    assert scheme is not None
    other = replace(scheme, mappings={"10": "jira"}, description="")
    drifted = replace(
        with_project(site.state, scheme=other),
        workflows=tuple(meddled if w is workflow else w for w in site.state.workflows),
        schemes=(other,),
    )
    made, after = applied(C, drifted)
    assert not any(isinstance(change, Adopt) for change in made.changes)
    assert of(made, Update, Kind.WORKFLOW) == [workflow.name]
    assert of(made, Update, Kind.SCHEME) == [scheme.name]
    assert not plan(Desired(pack=C), after.state)


def test_a_workflow_that_lost_a_status_moves_its_issues_back_when_it_returns() -> None:
    data = C.model_dump(by_alias=True, mode="json")
    data["statuses"] = [s for s in data["statuses"] if s["id"] != "planned"]
    kept = [t for t in data["workflows"][0]["transitions"] if t["to"] != "planned"]
    for transition in kept:
        transition["from"] = [old for old in transition["from"] if old != "planned"]
    data["workflows"][0]["transitions"] = kept
    smaller = Pack.model_validate(data)
    _, site = applied(C, template_site())
    planned = next(s.id for s in site.state.statuses if s.name == "Opération planifiée")
    busy = with_project(site.state, issues={("10", planned): 3})
    made = plan(Desired(pack=smaller), busy)
    assert len(made.conflicts) == 1
    assert "3 issue(s) of type “Incident”" in made.conflicts[0]
    told, after = applied(smaller, busy, {"Opération planifiée": "in-progress"})
    assert not told.conflicts
    assert not plan(Desired(pack=smaller), after.state)
    assert list(after.state.project.issues.values()) == [3]


def test_the_checksum_follows_the_site_and_the_pack_but_not_the_number_of_issues() -> None:
    site = with_project(template_site(), issues={("10", "1"): 1})
    made = plan(Desired(pack=C), site)
    assert made.checksum == plan(Desired(pack=C), site).checksum
    busier = plan(Desired(pack=C), with_project(site, issues={("10", "1"): 2}))
    assert made.checksum != plan(Desired(pack=A), site).checksum
    assert made.checksum != plan(Desired(pack=C), replace(site, statuses=())).checksum
    assert len(made.checksum) == 12
    assert busier.checksum == made.checksum


def test_a_strange_record_counts_as_none() -> None:
    site: SiteState = with_project(template_site(), record={"statuses": ["1"]})
    assert site.project.recorded(Kind.STATUS) == {}
    assert not plan(Desired(pack=C), applied(C, site)[1].state)


def test_a_workflow_that_other_projects_follow_is_not_changed_behind_their_back() -> None:
    _, site = applied(C, template_site())
    _, second = applied(C, with_project(site.state, key="OPS", id="101", record={}, scheme=None, statuses={}))
    request = C.workflows[0]
    fewer = request.model_copy(update={"transitions": request.transitions[:-2] + request.transitions[-1:]})
    made = plan(Desired(pack=C.model_copy(update={"workflows": (fewer,)})), second.state)
    assert (
        "the workflow “Opérations gérées - Demande” is also used by SUP - Opérations gérées (Relance): "
        "their projects change with it"
    ) in made.notes
