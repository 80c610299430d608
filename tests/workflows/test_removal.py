"""What is taken away is ours, of this project, and used by nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.sites import A, C, applied, template_site, with_project
from workflows.changes import SwitchScheme
from workflows.plan import UnsafePlan
from workflows.removal import Removal, Uses, removal
from workflows.render import removal_as_text
from workflows.site import Kind, SiteRequestType, SiteScheme, SiteState

OLD = SiteScheme(id="50", name="Ancien schéma", default_workflow="jira", mappings={})


def ours(**changes: Any) -> SiteState:
    """A site with pack C in the project SUP, and a scheme to go back to."""
    state = applied(C, template_site(schemes=(OLD,)))[1].state
    return with_project(state, **changes) if changes else state


def kinds(found: Removal) -> list[Kind]:
    return list(dict.fromkeys(change.kind for change in found.changes))


def test_everything_of_ours_goes_in_an_order_that_jira_allows() -> None:
    found = removal(C.id, ours())
    order = [Kind.PROJECT, Kind.SCHEME, Kind.WORKFLOW, Kind.STATUS, Kind.SCREEN]
    assert kinds(found) == [*order, Kind.RESOLUTION, Kind.REQUEST_TYPE, Kind.ISSUE_TYPE, Kind.RECORD]
    assert {c.name for c in found.changes if c.kind is Kind.STATUS} == {s.jira_name for s in C.statuses}
    assert not any(c.name == "jira" for c in found.changes)
    found.raise_if_unsafe(force=False)
    text = removal_as_text(found)
    assert "> project            SUP\n    from SUP - Opérations gérées (Relance) to the default scheme" in text
    assert f"step(s). Checksum {found.checksum}." in text


def test_nothing_carries_our_mark_on_a_site_we_never_touched() -> None:
    found = removal(C.id, template_site())
    assert not found
    assert "Nothing to take away" in removal_as_text(found)


def test_issues_hold_it_until_it_is_forced_and_said_where_they_go() -> None:
    ids = {s.name: s.id for s in ours().statuses}
    state = ours(issues={("10", ids["En cours"]): 2})
    with pytest.raises(UnsafePlan) as held:
        removal(C.id, state).raise_if_unsafe(force=False)
    where, why = held.value.reasons
    assert where.endswith("only to a named workflow scheme: say which with --to; there is “Ancien schéma”")
    assert why == "2 issue(s) of SUP use these workflows; --force allows it"
    found = removal(C.id, state, target="ancien schema")
    found.raise_if_unsafe(force=True)
    switch = next(c for c in found.changes if isinstance(c, SwitchScheme))
    assert {(m.old, m.new_name) for m in switch.moves if m.issues} == {("En cours", "Work in progress")}
    told = removal(C.id, state, target="Ancien schéma", told={"en cours": "PENDING"})
    assert {m.new_name for c in told.changes for m in c.moves if m.issues} == {"Pending"}
    lost = removal(C.id, state, target="Ancien schéma", told={"En cours": "Nowhere"})
    assert lost.conflicts == (
        '2 issue(s) of type “Incident” are in “En cours”: say where they go with --map "En cours=<status>"',
    )
    alone = removal(C.id, replace(state, schemes=tuple(s for s in state.schemes if s.name != OLD.name)))
    assert alone.conflicts[0].endswith("there is no other one: make one in Jira first")
    assert removal(C.id, state, target="Rien").conflicts[0] == "no workflow scheme is called “Rien”"


def test_what_another_project_uses_stays() -> None:
    state = ours()
    flow = C.workflows[0].name
    other = SiteScheme(id="77", name="OPS", default_workflow="jira", mappings={"10": flow}, description="[Relance: x]")
    found = removal(C.id, replace(state, schemes=(*state.schemes, other)))
    assert Kind.WORKFLOW not in kinds(found)
    assert Kind.STATUS not in kinds(found)
    assert f"the workflow “{flow}” stays: other projects follow it" in found.notes
    assert f"the status “Soumise” stays: the workflow “{flow}” has it" in found.notes
    assert "the resolution “Consulting” stays: other projects use it" in found.notes


def test_what_issues_still_have_stays() -> None:
    state = applied(A, template_site())[1].state
    subtask = next(t for t in state.issue_types if t.name == A.imputation_issue_type)
    found = removal(A.id, state, Uses(issue_types={subtask.id: 4}))
    assert f"the issue type “{subtask.name}” stays: 4 issue(s) have it" in found.notes
    assert subtask.id not in {c.id for c in found.changes}
    kind = next(t for t in state.issue_types if t.name == A.request_types[0].issue_type)
    desk = with_project(state, request_types=(SiteRequestType(id="5", name="Aide", issue_type=kind.id),))
    order = [c.id for c in removal(A.id, desk).changes]
    assert order.index("5") + 1 == order.index(kind.id)
    assert "5" not in {c.id for c in removal(A.id, desk, Uses(issue_types={kind.id: 1})).changes}


def test_what_was_there_before_us_and_what_people_wrote_stays() -> None:
    state = ours()
    bare = tuple(replace(s, description="") if s.name == "En cours" else s for s in state.statuses)
    found = removal(C.id, replace(state, statuses=bare))
    assert "En cours" not in {c.name for c in found.changes}
    assert "status “En cours”: here before us, and left as it is" in found.notes
    assert any(note.startswith("the field “Tiers”") for note in found.notes)


def test_another_packs_things_are_not_ours() -> None:
    assert kinds(removal(A.id, ours())) == [Kind.RECORD]
