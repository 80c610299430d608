"""What a site has can be written as a pack, and that pack changes nothing on the site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.sites import PACKS, A, C, applied, template_site, with_project
from tests.workflows.test_convergence import edited
from workflows.blueprint import blueprint
from workflows.compare import differences
from workflows.document import load
from workflows.dump import Dumped, NothingToDump, dump, recorded_fields
from workflows.model import Actor, Pack, StatusCategory, StatusRole, Text
from workflows.native import HIDDEN, agents_rule, required_rule, resolution_rule
from workflows.pack_ids import slug
from workflows.plan import plan
from workflows.render import as_text
from workflows.render_diagram import change_diagrams
from workflows.site import (
    Kind,
    Rule,
    Shape,
    SiteIssueType,
    SiteRequestType,
    SiteResolution,
    SiteScheme,
    SiteState,
    SiteStatus,
    SiteWorkflow,
    TransitionKind,
)
from workflows.survey import Desired

TODO, DOING, DONE = StatusCategory.TODO, StatusCategory.IN_PROGRESS, StatusCategory.DONE
FOREIGN_RULE = Rule("system:previous-status-condition", frozenset({("previousStatusIds", "1")}))


def shape(name: str, to: str, *sources: str, rules: tuple[Rule, ...] = (), customer: bool = False) -> Shape:
    kind = TransitionKind.DIRECTED if sources else TransitionKind.GLOBAL
    return Shape(name=name, kind=kind, to=to, sources=frozenset(sources), customer=customer, rules=frozenset(rules))


def foreign(*extra: Shape) -> SiteState:
    """A site that knows nothing of us: odd names, a global transition, a shared resolution, two transitions alike."""
    site = template_site()
    start = Shape(name="Create", kind=TransitionKind.INITIAL, to="1")
    transitions = (
        start,
        shape("Go!", "3", "1"),
        shape("Go!", "3", "4", rules=(FOREIGN_RULE,)),
        shape("42", "6", "3", rules=(resolution_rule("900"),)),
        shape("Again", "1", "6", rules=(resolution_rule(""),), customer=True),
        shape("Stop", "4"),
        *extra,
    )
    flow = SiteWorkflow(id="w9", name="Théâtre", statuses=frozenset("1346"), transitions=transitions)
    scheme = SiteScheme(
        id="70", name="Leur schéma", default_workflow="jira", mappings={"10": "Théâtre", "12": "Théâtre"}
    )
    state = replace(site, workflows=(*site.workflows, flow), schemes=(scheme,))
    resolutions = (SiteResolution(id="900", name="Résolu !"), SiteResolution(id="901", name="Jamais dit"))
    return with_project(replace(state, resolutions=resolutions), scheme=scheme, issue_types=("10", "11", "12"), desk="")


def planned_again(dumped: Dumped, state: SiteState, tmp_path: Path) -> list[tuple[str, Kind]]:
    file = tmp_path / "dumped.yaml"
    file.write_text(dumped.text, "utf-8")
    assert load(file, Pack) == dumped.pack
    made = plan(Desired(pack=dumped.pack), state)
    assert not made.conflicts
    return [(change.verb, change.kind) for change in made.changes]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_project_of_ours_is_written_as_a_pack_that_changes_nothing(pack: Pack, tmp_path: Path) -> None:
    _, site = applied(pack, template_site())
    dumped = dump(site.state)
    assert planned_again(dumped, site.state, tmp_path) == []
    assert dumped.pack.id == pack.id
    assert differences(dumped.pack, pack, visible_only=True) == ()


def test_a_foreign_project_is_only_to_be_adopted(tmp_path: Path) -> None:
    state = foreign()
    dumped = dump(state, roles={"pending": StatusRole.WAITING_THIRD_PARTY})
    again = planned_again(dumped, state, tmp_path)
    assert {verb for verb, kind in again if kind is not Kind.RECORD} == {"adopt"}, as_text(
        plan(Desired(pack=dumped.pack), state)
    )
    pack = dumped.pack
    assert (pack.id, pack.name.fr, pack.scheme) == ("sup", "Support", "Leur schéma")
    assert [(s.id, s.role.value) for s in pack.statuses] == [
        ("open", "new"),
        ("work-in-progress", "in_progress"),
        ("pending", "waiting_third_party"),
        ("closed", "closed"),
    ]
    found = {t.id: t for t in pack.workflows[0].transitions}
    assert list(found) == ["go", "go-2", "x-42", "again", "stop"]
    assert found["stop"].from_ == "any"
    assert found["again"].clears_resolution
    assert Actor.CUSTOMER in found["again"].by
    assert not pack.enforcement.agents
    assert dumped.notes == (
        "the issue type “Task” follows the workflow “jira”, which is left as it is",
        "the sub-task type “Sub-task” keeps the workflow “Théâtre”",
    )
    assert dumped.text.startswith("# the issue type “Task” follows")


def test_rules_of_our_kinds_are_found_again_whoever_wrote_them() -> None:
    extra = (shape("Hide", "4", "3", rules=(HIDDEN,)), shape("Ours", "3", "6", rules=(agents_rule(""),)))
    found = {t.id: t for t in dump(foreign(*extra)).pack.workflows[0].transitions}
    assert found["hide"].by == (Actor.APP,)
    assert found["ours"].by == (Actor.AGENT,)


def test_approvals_by_a_field_of_ours_are_written_and_others_are_told() -> None:
    _, site = applied(A, template_site())
    evolution = next(w for w in dump(site.state).pack.workflows if w.approvals)
    (wanted,) = next(w for w in A.workflows if w.approvals).approvals
    (found,) = evolution.approvals
    assert (found.status, found.field, found.answers, found.exclude) == (
        wanted.status,
        wanted.field,
        wanted.answers,
        wanted.exclude,
    )
    moves = {t.id: t.to for t in evolution.transitions}
    assert moves[found.approved] != moves[found.refused]
    record = {key: value for key, value in site.state.project.record.items() if key != Kind.FIELD.value}
    told = dump(with_project(site.state, record=record))
    assert any(note.endswith("its approval by a field that is not ours stays as it is") for note in told.notes)
    assert not any(w.approvals for w in told.pack.workflows)


def test_what_a_pack_has_no_words_for_is_told() -> None:
    again = shape("go !", "6", "1")
    twin = SiteStatus(id="5", name="Öpen", category=TODO)
    state = foreign(again, shape("Up", "5", "1"))
    flow = replace(state.workflows[1], statuses=state.workflows[1].statuses | {"5"})
    told = dump(replace(state, statuses=(*state.statuses, twin), workflows=(state.workflows[0], flow))).notes
    assert "2 statuses are called “open” but for case and accents: rename all but one" in told
    same = dump(foreign(shape("GO!", "6", "1"))).notes
    assert "several transitions called “Go!” leave “Open”: rename all but one in Jira" in same
    mixed = shape("Both", "4", "3", rules=(HIDDEN, required_rule("customfield_1", "Devis")), customer=True)
    gone = shape("Gone", "1", "6", rules=(resolution_rule("999"),))
    notes = dump(foreign(mixed, gone, shape("Ours", "3", "6", rules=(agents_rule(""),)))).notes
    assert "workflow “Théâtre”: the transition “Gone” sets a resolution that does not exist (999)" in notes
    assert "workflow “Théâtre”: the transition “Both” is both hidden from people and shown to customers" in notes
    assert "workflow “Théâtre”: the transition “Both” asks for a field that is none of the pack's" in notes
    assert any(note.endswith("have rules in a mixture that a pack cannot say") for note in notes)


def test_a_desk_is_written_with_its_own_request_types() -> None:
    types = (
        SiteRequestType(id="1", name="Une panne ?", issue_type="10"),
        SiteRequestType(id="2", name="x", issue_type="11"),
    )
    dumped = dump(with_project(foreign(), request_types=types, desk="SUP"))
    assert [(r.id, r.issue_type) for r in dumped.pack.request_types] == [("une-panne", "Incident")]
    more = replace(foreign().project.scheme or SiteScheme(id="", name="", default_workflow="", mappings={}))
    scheme = replace(more, mappings={"10": "Théâtre", "11": "Théâtre"})
    told = dump(with_project(foreign(), request_types=types[:1], desk="SUP", scheme=scheme)).notes
    assert "the issue type “Task” has no request type: it keeps its workflow" in told


def test_what_cannot_be_written_is_told() -> None:
    with pytest.raises(NothingToDump, match="team-managed"):
        dump(with_project(template_site(), team_managed=True))
    with pytest.raises(NothingToDump, match="read-only workflow only"):
        dump(template_site())
    state = foreign()
    headless = replace(state.workflows[1], transitions=state.workflows[1].transitions[1:])
    with pytest.raises(NothingToDump, match="“Théâtre” has no initial transition"):
        dump(replace(state, workflows=(state.workflows[0], headless)))


def test_a_category_that_a_role_does_not_have_is_written_out() -> None:
    state = foreign()
    odd = SiteStatus(id="4", name="Waiting for customer", category=TODO)
    dumped = dump(replace(state, statuses=tuple(odd if s.id == "4" else s for s in state.statuses)))
    assert "category: TODO" in dumped.text
    assert dumped.pack.status("waiting-for-customer").role is StatusRole.WAITING_CUSTOMER


def test_fields_of_our_record_are_written_with_their_options() -> None:
    _, site = applied(C, template_site())
    written = {one["id"]: one for one in recorded_fields(site.state)}
    assert written["planned-date"]["kind"] == "date"
    assert [option["fr"] for option in written["third-party"]["options"]] == [o.fr for o in C.fields[0].options]


def test_ids_are_made_from_any_name() -> None:
    assert slug("Été à l'Œuvre !") == "ete-a-l-uvre"
    assert slug("???") == "unnamed"
    assert slug("1er", ["x-1er", "x-1er-2"]) == "x-1er-3"


def test_two_packs_are_told_apart_by_the_names_of_jira() -> None:
    assert differences(C, C) == ()
    flow = C.workflows[0]
    first = flow.transitions[0].model_copy(update={"requires": ("assignee",), "by": (Actor.CUSTOMER,), "level": "n1"})
    other = C.model_copy(
        update={
            "statuses": tuple(
                s.model_copy(update={"role": StatusRole.ANSWERED, "meaning": None}) if s.id == "planned" else s
                for s in C.statuses
            ),
            "resolutions": (*C.resolutions, C.resolutions[0].model_copy(update={"name": Text(fr="Autre", en="Other")})),
            "fields": (C.fields[0].model_copy(update={"options": ()}), *C.fields[2:]),
            "workflows": (
                flow.model_copy(update={"initial": "planned", "transitions": (first, *flow.transitions[2:])}),
            ),
            "request_types": C.request_types[:1],
        }
    )
    found = differences(C, other)
    assert found[:6] == (
        "~ status “Opération planifiée”: 2 differences",
        "    role answered instead of planned",
        "    its meaning is worded differently",
        "+ resolution “Autre”",
        "- issue type “Service Request” follows “Opérations gérées - Demande”",
        "~ workflow “Opérations gérées - Demande”: 5 differences",
    )
    assert "    transition “Demander des informations” to “En attente du client” removed" in found
    assert "    transition “Commencer” to “En cours”: by customer instead of agent" in found
    assert "    transition “Commencer” to “En cours”: requires assignee instead of none" in found
    assert "- field “Date de l'opération”" in found
    assert "~ field “Tiers”: 1 difference" in found
    back = differences(other, C, visible_only=True)
    assert "- resolution “Autre”" in back
    assert not [line for line in back if "role" in line or "requires" in line]


def test_request_types_that_follow_another_workflow_are_told() -> None:
    swapped = [r.model_copy(update={"workflow": A.workflows[0].id}) for r in A.request_types]
    lines = differences(A, A.model_copy(update={"request_types": tuple(swapped)}))
    assert lines
    assert all("follows “Support à niveaux - Assistance Utilisateur” instead of" in line for line in lines)


def test_a_change_is_drawn_before_and_after() -> None:
    _, site = applied(C, template_site())
    flow = C.workflows[0]
    renamed = flow.transitions[1].model_copy(update={"name": flow.transitions[0].name, "id": "renamed"})
    hidden = flow.transitions[2].model_copy(update={"by": (Actor.APP,)})
    everywhere = flow.transitions[5].model_copy(update={"from_": "any"})
    changed = flow.model_copy(
        update={"transitions": (flow.transitions[0], renamed, hidden, everywhere, *flow.transitions[6:])}
    )
    made = plan(Desired(pack=C.model_copy(update={"workflows": (changed,)})), site.state)
    drawn = change_diagrams(made, site.state)
    before, _, after = drawn.partition("After:")
    assert ": - Demander des informations" in before
    assert ": + Commencer" in after
    assert ": ~ ⚙ J'ai répondu" in after
    assert after.count(": ~ Reprendre") == len(C.statuses) - 1
    assert "transitions removed" in as_text(made)
    assert change_diagrams(plan(Desired(pack=C), site.state), site.state) == ""
    new = change_diagrams(plan(Desired(pack=C), template_site()), template_site())
    assert new.startswith("### Opérations gérées - Demande (new)\n\n```mermaid\nstateDiagram-v2\n")
    assert blueprint(C, site.state).statuses["closed"] not in new


def test_a_subtask_type_of_ours_is_written(tmp_path: Path) -> None:
    _, site = applied(A, template_site())
    assert dump(site.state).pack.imputation_issue_type == A.imputation_issue_type
    other = replace(site.state, issue_types=(*site.state.issue_types, SiteIssueType(id="99", name="Extra")))
    assert planned_again(dump(other), other, tmp_path) == []


@settings(max_examples=25)
@given(st.data(), st.sampled_from([A, C]))
def test_whatever_was_made_of_an_edited_pack_is_dumped_as_a_pack_that_changes_nothing(
    data: st.DataObject, pack: Pack
) -> None:
    _, site = applied(data.draw(edited(pack)), template_site())
    assert not plan(Desired(pack=dump(site.state).pack), site.state)
