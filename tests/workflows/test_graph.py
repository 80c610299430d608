from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.catalog import load_catalog
from workflows.graph import Graph, StatusNames, folded
from workflows.model import Pack, Status, StatusCategory, StatusRole, Text, Transition, Workflow

IDS = [f"s{number}" for number in range(6)]


def transition(number: int, old: list[str] | str, new: str) -> Transition:
    raw: dict[str, Any] = {"id": f"t{number}", "from": old, "to": new, "name": {"fr": f"T{number}", "en": f"T{number}"}}
    return Transition.model_validate(raw)


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    sources = st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True) | st.just("any")
    moves = draw(st.lists(st.tuples(sources, st.sampled_from(IDS)), max_size=10))
    return Workflow(
        id="w",
        name="W",
        initial=draw(st.sampled_from(IDS)),
        transitions=tuple(transition(number, old, new) for number, (old, new) in enumerate(moves)),
    )


def pack_of(workflow: Workflow, closed: set[str]) -> Pack:
    statuses = tuple(
        Status(
            id=status,
            role=StatusRole.CLOSED if status in closed else StatusRole.IN_PROGRESS,
            name=Text(fr=status, en=status),
        )
        for status in IDS
    )
    return Pack(
        kind="workflow-pack",
        id="p",
        name=Text(fr="p", en="p"),
        statuses=statuses,
        workflows=(workflow,),
        request_types=(),
    )


@given(workflows())
def test_reachable_is_what_a_walk_of_any_length_can_reach(workflow: Workflow) -> None:
    graph = Graph(workflow)
    walked = {workflow.initial}
    for _ in IDS:
        walked |= {new for old in walked for new in graph.statuses if graph.allows(old, new)}
    assert graph.reachable() == walked


@given(workflows(), st.sets(st.sampled_from(IDS)))
def test_a_dead_end_is_reachable_and_leads_to_no_closed_status(workflow: Workflow, closed: set[str]) -> None:
    graph = Graph(workflow)
    for status in graph.statuses:
        elsewhere = Workflow(id="w", name="W", initial=status, transitions=workflow.transitions)
        stuck = not (Graph(elsewhere).reachable() & closed)
        assert (status in graph.dead_ends(pack_of(workflow, closed))) is (stuck and status in graph.reachable())


@given(workflows(), st.sampled_from(IDS), st.sampled_from(IDS))
def test_a_move_is_allowed_exactly_when_a_transition_makes_it(workflow: Workflow, old: str, new: str) -> None:
    graph = Graph(workflow)
    found = graph.transitions(old, new)
    assert graph.allows(old, new) is bool(found)
    assert all(t.to == new and (t.from_ == "any" or old in t.from_) for t in found)
    assert [t for t in workflow.transitions if t in found] == list(found)


def test_any_means_every_other_status_of_the_workflow() -> None:
    workflow = Workflow(
        id="w", name="W", initial="s0", transitions=(transition(1, ["s0"], "s1"), transition(2, "any", "s2"))
    )
    graph = Graph(workflow)
    assert graph.statuses == ("s0", "s1", "s2")
    assert (graph.allows("s0", "s2"), graph.allows("s1", "s2"), graph.allows("s2", "s2")) == (True, True, False)
    assert not graph.allows("s5", "s2")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Pris en charge", "acknowledged"),
        ("Pris en Charge", "acknowledged"),
        ("EN COURS", "in-progress"),
        ("En Attente de Validation Chiffrage", "waiting-estimate"),
        ("en attente validation  chiffrage", "waiting-estimate"),
        (unicodedata.normalize("NFD", "Réponse Envoyée"), "answered"),
        ("Reponse envoyee", "answered"),
        ("Fermée", None),
        ("", None),
    ],
)
@pytest.mark.promise("A48", "A39")
def test_a_status_is_found_whatever_its_case_accents_or_alias(name: str, status: str | None) -> None:
    assert StatusNames(load_catalog().pack("tiered-support")).find(name) == status


@given(
    st.sampled_from([s.jira_name for p in load_catalog().packs.values() for s in p.statuses]),
    st.booleans(),
    st.booleans(),
)
def test_folding_forgets_case_and_normal_form(name: str, upper: bool, decomposed: bool) -> None:  # noqa: FBT001 (drawn)
    other = unicodedata.normalize("NFD" if decomposed else "NFC", name)
    assert folded(other.upper() if upper else other) == folded(name)


def test_kinds_of_apostrophe_do_not_matter() -> None:
    assert folded("En attente d’un tiers") == folded("En attente d'un  tiers")


@pytest.mark.parametrize(
    ("role", "written", "category"),
    [
        (StatusRole.NEW, None, StatusCategory.TODO),
        (StatusRole.ANSWERED, None, StatusCategory.IN_PROGRESS),
        (StatusRole.CLOSED, None, StatusCategory.DONE),
        (StatusRole.ANSWERED, StatusCategory.DONE, StatusCategory.DONE),
    ],
)
def test_the_category_is_as_written_or_follows_the_role(
    role: StatusRole, written: StatusCategory | None, category: StatusCategory
) -> None:
    assert Status(id="s", role=role, name=Text(fr="S", en="S"), category=written).jira_category is category


@pytest.mark.parametrize(("locale", "word"), [("fr", "Oui"), ("fr_BE", "Oui"), ("en-US", "Yes"), ("de", "Oui")])
def test_french_is_the_language_of_those_who_speak_no_english(locale: str, word: str) -> None:
    assert Text(fr="Oui", en="Yes").in_language(locale) == word


def test_a_pack_finds_its_statuses_by_id() -> None:
    pack = load_catalog().pack("managed-operations")
    assert pack.status("closed").jira_name == "Fermée"
    with pytest.raises(KeyError):
        pack.status("shut")
