from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.jira.provisioning_payloads import (
    CUSTOMER_PROPERTY,
    read_shape,
    read_workflow,
    workflow_create,
    workflow_update,
)
from tests.connect_app.provision.demands import mistakes
from workflows.blueprint import FIELD_TYPES, blueprint, made_fields
from workflows.catalog import load_catalog
from workflows.difference import Design, comparable, difference
from workflows.graph import folded
from workflows.model import Pack, StatusCategory, Workflow
from workflows.native import (
    HIDDEN,
    agents_rule,
    assignee_rule,
    children_rule,
    level_rule,
    required_rule,
    resolution_rule,
)
from workflows.site import (
    ApprovalShape,
    Shape,
    SiteField,
    SiteProject,
    SiteResolution,
    SiteScreen,
    SiteState,
    SiteStatus,
    TransitionKind,
)
from workflows.survey import Desired, Survey
from workflows.survey_workflows import design

PACKS = load_catalog().packs
CASES = [(pack, workflow) for pack in PACKS.values() for workflow in pack.workflows]
STATUSES = tuple(SiteStatus(id=str(n), name=f"S{n}", category=StatusCategory.IN_PROGRESS) for n in range(1, 5))


def site_of(pack: Pack) -> SiteState:
    """A site that has everything the pack needs but its workflows."""
    project = SiteProject(id="1", key="SUP", name="Support", issue_type_scheme="1", issue_types=(), desk="SUP")
    statuses = tuple(
        SiteStatus(id=str(100 + n), name=s.jira_name, category=s.jira_category) for n, s in enumerate(pack.statuses)
    )
    resolutions = tuple(SiteResolution(id=str(200 + n), name=r.name.fr) for n, r in enumerate(pack.resolutions))
    fields = tuple(
        SiteField(id=f"customfield_{n}", name=f.name.fr, type=f"types:{FIELD_TYPES[f.kind][0]}")
        for n, f in enumerate(made_fields(pack))
    )
    groups = {folded(level.name.fr): f"group-{level.id}" for level in pack.levels}
    state = SiteState(
        project=project, statuses=statuses, resolutions=resolutions, fields=fields, groups=groups, app_role="9"
    )
    screens = tuple(
        SiteScreen(id=str(300 + n), name=name) for n, name in enumerate(blueprint(pack, state).wanted_screens())
    )
    return replace(state, screens=screens)


def created(pack: Pack, workflow: Workflow) -> tuple[dict[str, Any], Design, SiteState]:
    """What is sent to make a workflow, as Jira gives it back."""
    site = site_of(pack)
    wanted = design(Survey(Desired(pack=pack), site), workflow)
    used = [s for s in site.statuses if s.id in wanted.statuses]
    body = workflow_create(workflow.name, "made by us", wanted, used)
    stored = {"id": "w-1", "version": {"id": "v-1", "versionNumber": 1}, **body["workflows"][0]}
    return stored, wanted, site


@pytest.mark.parametrize(("pack", "workflow"), CASES, ids=lambda case: case.id)
def test_what_is_created_reads_back_as_what_was_wanted(pack: Pack, workflow: Workflow) -> None:
    stored, wanted, _ = created(pack, workflow)
    read = read_workflow(stored)
    assert not difference(wanted, read)
    assert {comparable(s) for s in read.transitions} == {comparable(s) for s in wanted.shapes}
    assert read.approvals == wanted.approvals
    assert read.description == "made by us"


@pytest.mark.parametrize(("pack", "workflow"), CASES, ids=lambda case: case.id)
def test_a_create_request_is_what_jira_demands(pack: Pack, workflow: Workflow) -> None:
    site = site_of(pack)
    wanted = design(Survey(Desired(pack=pack), site), workflow)
    used = [s for s in site.statuses if s.id in wanted.statuses]
    assert mistakes(workflow_create(workflow.name, "", wanted, used)) == []


def by_name(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(t for t in document["transitions"] if t["name"] == name)


FOREIGN_CONDITION = {"ruleKey": "system:restrict-issue-transition", "parameters": {"roleIds": "10002"}}
FOREIGN_ACTION = {"ruleKey": "system:change-assignee", "parameters": {"type": "to-current-user"}}


def meddled() -> tuple[dict[str, Any], Design, SiteState]:
    """Document C's workflow with the rules, screens and properties an administrator added by hand."""
    stored, wanted, site = created(PACKS["managed-operations"], PACKS["managed-operations"].workflows[0])
    stored = copy.deepcopy(stored)
    close = by_name(stored, "Fermer sans réponse du client")
    close["conditions"] = {"operation": "ANY", "conditions": [FOREIGN_CONDITION], "conditionGroups": []}
    close["actions"] = [FOREIGN_ACTION]
    close["transitionScreen"] = {"ruleKey": "system:transition-screen", "parameters": {"screenId": "7"}}
    reopen = by_name(stored, "Rouvrir")
    reopen["properties"] = {"jira.i18n.title": "x"}
    reopen["id"] = "77"
    reopen["links"][0] |= {"fromPort": 3, "toPort": None}
    stored["statuses"][0] |= {"properties": {"jira.issue.editable": "false"}, "deprecated": False, "layout": None}
    stored["transitions"] = [t for t in stored["transitions"] if t["name"] != "Reprendre"]
    return stored, wanted, site


def test_an_update_keeps_what_is_not_ours_and_brings_ours_back() -> None:
    stored, wanted, site = meddled()
    body = workflow_update(read_workflow(stored), wanted, site.statuses, [])
    assert mistakes(body) == []
    sent = body["workflows"][0]
    assert sent["version"] == {"id": "v-1", "versionNumber": 1}
    close = by_name(sent, "Fermer sans réponse du client")
    assert close["conditions"] == {
        "operation": "ALL",
        "conditions": [{"ruleKey": HIDDEN.key, "parameters": {"restrictMode": "users"}}],
        "conditionGroups": [{"operation": "ANY", "conditions": [FOREIGN_CONDITION], "conditionGroups": []}],
    }
    assert close["actions"][0] == FOREIGN_ACTION
    assert close["actions"][1]["parameters"]["field"] == "resolution"
    assert close["transitionScreen"]["parameters"] == {"screenId": "7"}
    reopen = by_name(sent, "Rouvrir")
    assert (reopen["id"], reopen["properties"]) == ("77", {"jira.i18n.title": "x", CUSTOMER_PROPERTY: "true"})
    assert reopen["links"] == [{"fromStatusReference": stored_source(stored), "fromPort": 3}]
    assert by_name(sent, "Reprendre")["id"] == "101"
    assert sent["statuses"][0]["properties"] == {"jira.issue.editable": "false"}
    assert "deprecated" not in sent["statuses"][0]
    assert sent["startPointLayout"] == stored["startPointLayout"]
    assert not difference(wanted, read_workflow({**sent, "name": stored["name"]}))


def stored_source(stored: dict[str, Any]) -> str:
    return str(by_name(stored, "Rouvrir")["links"][0]["fromStatusReference"])


def test_an_update_says_where_issues_of_departing_statuses_go() -> None:
    stored, wanted, site = created(PACKS["managed-operations"], PACKS["managed-operations"].workflows[0])
    stored.pop("startPointLayout")
    gone = SiteStatus(id="9", name="Triage", category=StatusCategory.TODO)
    pair = {"oldStatusReference": "9", "newStatusReference": "101"}
    mapping = [{"projectId": "1", "issueTypeId": "10", "statusMigrations": [pair]}]
    body = workflow_update(read_workflow(stored), wanted, site.statuses, mapping, [gone])
    assert body["workflows"][0]["statusMappings"] == mapping
    assert body["workflows"][0]["defaultStatusMappings"] == [pair]
    assert "startPointLayout" not in body["workflows"][0]
    assert [s["id"] for s in body["statuses"]] == [*(s.id for s in site.statuses), "9"]


@pytest.mark.parametrize(
    ("conditions", "hidden"),
    [
        (None, False),
        ({"operation": None, "conditions": [{"ruleKey": HIDDEN.key, "parameters": {"restrictMode": "users"}}]}, True),
        ({"operation": "ALL", "conditions": [{"ruleKey": HIDDEN.key, "parameters": {"restrictMode": "users"}}]}, True),
        ({"operation": "ANY", "conditions": [{"ruleKey": HIDDEN.key, "parameters": {"restrictMode": "users"}}]}, False),
    ],
)
def test_a_transition_counts_as_hidden_only_where_the_condition_must_hold(
    conditions: dict[str, Any] | None, *, hidden: bool
) -> None:
    shape = read_shape({"type": "GLOBAL", "name": "x", "toStatusReference": "1", "conditions": conditions})
    assert (HIDDEN in shape.rules) is hidden


def test_nulls_in_an_answer_read_as_nothing() -> None:
    shape = read_shape(
        {"type": "GLOBAL", "name": None, "toStatusReference": None, "links": None, "properties": None, "actions": None}
    )
    assert shape == Shape(name="", kind=TransitionKind.GLOBAL, to="")
    cleared = {
        "ruleKey": "system:update-field",
        "parameters": {"field": "resolution", "value": None, "mode": "replace"},
    }
    assert resolution_rule("") in read_shape({"type": "GLOBAL", "actions": [cleared]}).rules


RULES = [
    HIDDEN,
    resolution_rule("5"),
    resolution_rule(""),
    agents_rule("9"),
    level_rule("group", "9"),
    required_rule("assignee", "Responsable"),
    required_rule("priority", "Priorité"),
    children_rule(["3", "1"]),
    assignee_rule("to-current-user"),
]
FOREIGN = {
    "validators": [
        {
            "ruleKey": "system:validate-field-value",
            "parameters": {"ruleType": "fieldRequired", "fieldsRequired": "duedate", "ignoreContext": "true"},
        }
    ],
    "actions": [{"ruleKey": "system:trigger-webhook", "parameters": {"webhookId": "4"}}],
}
OURS = frozenset({"70", "71"})


@st.composite
def designs(draw: st.DrawFn) -> Design:
    ids = st.sampled_from([s.id for s in STATUSES])
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=5))
    initial = Shape(name="Créer", kind=TransitionKind.INITIAL, to=draw(ids))
    drawn = [
        Shape(
            name=name,
            kind=kind,
            to=draw(ids),
            sources=frozenset(draw(st.sets(ids, min_size=1))) if kind is TransitionKind.DIRECTED else frozenset(),
            customer=draw(st.booleans()),
            rules=frozenset(draw(st.sets(st.sampled_from(RULES), max_size=4))),
            screen=draw(st.sampled_from(["", *sorted(OURS)])),
        )
        for name in names
        for kind in [draw(st.sampled_from([TransitionKind.DIRECTED, TransitionKind.GLOBAL]))]
    ]
    directed = [shape for shape in drawn if shape.sources]
    asked = [
        ApprovalShape(status=min(one.sources), field="customfield_1", approved=one.key, refused=one.key)
        for one in directed[:1]
        if draw(st.booleans())
    ]
    return Design((initial, *drawn), frozenset(s.id for s in STATUSES), frozenset(asked), OURS)


@given(before=designs(), after=designs(), meddled_with=st.booleans())
def test_any_workflow_can_be_updated_to_any_other(before: Design, after: Design, *, meddled_with: bool) -> None:
    body = workflow_create("W", "", before, STATUSES)
    assert mistakes(body) == []
    stored = {"id": "w", "version": {"id": "v", "versionNumber": 1}, **body["workflows"][0]}
    if meddled_with:
        for transition in stored["transitions"]:
            transition |= {place: [*transition[place], *rules] for place, rules in FOREIGN.items()}
    update = workflow_update(read_workflow(stored), after, STATUSES, [])
    assert mistakes(update) == []
    sent = update["workflows"][0]
    assert not difference(after, read_workflow({**sent, "name": "W"}))
    kept = {(t["name"], t["toStatusReference"]): t for t in stored["transitions"]}
    for transition in sent["transitions"]:
        present = kept.get((transition["name"], transition["toStatusReference"]))
        if present is not None:
            assert transition["id"] == present["id"]
            for place, rules in FOREIGN.items() if meddled_with else ():
                assert [rule for rule in transition[place] if rule in rules] == rules
