from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from workflows.catalog import load_catalog
from workflows.graph import Graph, StatusNames, folded
from workflows.model import Actor, Pack, Requirement, StatusRole, Transition

A = load_catalog().pack("tiered-support")
C = load_catalog().pack("managed-operations")
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RELANCE_CONTRACTS", ROOT / "../shared/contracts")).parent / "sources"


def transition(pack: Pack, workflow: str, transition_id: str) -> Transition:
    transitions = next(w for w in pack.workflows if w.id == workflow).transitions
    return next(t for t in transitions if t.id == transition_id)


def source(letter: str) -> str | None:
    """A source document, where they are beside the project; what they say is also written out in the tests."""
    found = list(SHARED.glob(f"{letter}-*.txt"))
    return found[0].read_text(encoding="utf-8") if found else None


A_NAMES = [
    "Ouvert",
    "Pris en charge",
    "En Cours",
    "Un instant",
    "En Attente Validation Chiffrage",
    "En Cours de Réalisation",
    "Réponse Envoyée",
    "Fermé",
]
C_NAMES = ["Soumise", "En cours", "En attente du client", "En attente d'un tiers", "Opération planifiée", "Fermée"]


@pytest.mark.promise("A48", "A49", "A50", "A51", "A52", "A53", "A54", "A55")
def test_a_has_exactly_the_eight_statuses_of_its_list_in_the_sources_spelling() -> None:
    assert [s.jira_name for s in A.statuses] == A_NAMES
    if (text := source("A")) is not None:
        names = [line.strip().removeprefix("• ") for line in text.partition("Liste des statuts")[2].splitlines()]
        assert [name for name in names[1:-1] if name] == A_NAMES


@pytest.mark.promise("C2", "C3", "C4", "C5", "C7", "C10")
def test_c_has_exactly_the_statuses_of_its_workflow_paragraph() -> None:
    assert [s.jira_name for s in C.statuses] == C_NAMES
    if (text := source("C")) is not None:
        paragraph = folded(text.partition("Workflow")[2].partition("\nSLA\n")[0])
        assert [name for name in C_NAMES if folded(name) not in paragraph] == []
    assert [s.role for s in C.statuses] == [
        "new",
        "in_progress",
        "waiting_customer",
        "waiting_third_party",
        "planned",
        "closed",
    ]


@pytest.mark.promise("C13")
def test_resolu_counts_as_closed_in_c_and_is_no_status_of_it() -> None:
    assert StatusNames(C).find("Résolu") == "closed"
    assert "Résolu" not in [s.jira_name for s in C.statuses]


@pytest.mark.promise("A2", "A5", "A18", "A31")
@pytest.mark.parametrize(
    ("issue_type", "workflow", "level"),
    [
        ("Support - Assistance Utilisateur", "assistance", "n1"),
        ("Support - Incident Applicatif", "incident", "n2"),
        ("Support - Evolution Applicatif", "evolution", "n2"),
    ],
)
def test_each_request_type_of_a_has_its_flow_and_enters_at_its_level(
    issue_type: str, workflow: str, level: str
) -> None:
    request = next(r for r in A.request_types if r.issue_type == issue_type)
    assert (request.workflow, request.entry_level) == (workflow, level)
    assert transition(A, workflow, "acknowledge").level == level
    if (text := source("A")) is not None:
        assert f"Demande de type {issue_type} :" in text


ASSISTANCE = ["open", "acknowledged", "in-progress", "answered", "closed"]
EVOLUTION = ["open", "acknowledged", "in-progress", "waiting-estimate", "in-realisation", "answered", "closed"]


@pytest.mark.promise("A4", "A9", "A13", "A14", "A17", "A22", "A26", "A27", "A30", "A35", "A39", "A40", "A44", "A45")
@pytest.mark.parametrize(
    ("workflow", "path"), [("assistance", ASSISTANCE), ("incident", ASSISTANCE), ("evolution", EVOLUTION)]
)
def test_the_documented_path_of_each_type_of_a_is_walkable_by_agents_and_cannot_be_cut_short(
    workflow: str, path: list[str]
) -> None:
    graph = Graph(next(w for w in A.workflows if w.id == workflow))
    assert graph.workflow.initial == path[0]
    for old, new in itertools.pairwise(path):
        assert any(Actor.AGENT in t.by for t in graph.transitions(old, new)), (old, new)
    for index, old in enumerate(path):
        assert not any(graph.allows(old, later) for later in path[index + 2 :]), old


@pytest.mark.promise("A42")
def test_a_refused_estimate_goes_back_to_the_analysis_with_a_reason() -> None:
    refuse = transition(A, "evolution", "refuse-estimate")
    assert (refuse.from_, refuse.to, refuse.requires) == (("waiting-estimate",), "in-progress", (Requirement.REASON,))


@pytest.mark.promise("A51")
@pytest.mark.parametrize(
    ("workflow", "held"),
    [
        ("assistance", {"acknowledged", "in-progress"}),
        ("incident", {"acknowledged", "in-progress"}),
        ("evolution", {"acknowledged", "in-progress", "in-realisation"}),
    ],
)
def test_un_instant_is_entered_from_the_statuses_it_goes_back_to(workflow: str, held: set[str]) -> None:
    graph = Graph(next(w for w in A.workflows if w.id == workflow))
    entered = {status for status in graph.statuses if graph.allows(status, "hold")}
    left = {status for status in graph.statuses if graph.allows("hold", status)}
    assert entered == left == held
    assert A.status("hold").role is StatusRole.WAITING_INTERNAL


@pytest.mark.promise("A15", "A28", "A46", "C26")
@pytest.mark.parametrize(
    ("pack", "workflow", "old"),
    [
        (A, "assistance", "answered"),
        (A, "incident", "answered"),
        (A, "evolution", "answered"),
        (C, "request", "waiting-customer"),
    ],
)
def test_only_the_app_closes_for_want_of_an_answer(pack: Pack, workflow: str, old: str) -> None:
    close = transition(pack, workflow, "auto-close")
    assert (close.from_, close.to, close.by) == ((old,), "closed", (Actor.APP,))
    assert close.resolution == "no-response"
    others = [t for t in next(w for w in pack.workflows if w.id == workflow).transitions if t is not close]
    assert not any(t.resolution == "no-response" for t in others)


@pytest.mark.promise("C12")
def test_consulting_needs_close_with_the_resolution_consulting() -> None:
    close = transition(C, "request", "close-consulting")
    assert next(r for r in C.resolutions if r.id == close.resolution).name.fr == "Consulting"
    assert (close.to, close.by) == ("closed", (Actor.AGENT,))


@pytest.mark.promise("C3", "C4", "C5", "C7", "C10")
@pytest.mark.parametrize(
    ("transition_id", "to", "not_from"),
    [
        ("start", "in-progress", "closed"),
        ("ask", "waiting-customer", "closed"),
        ("refer", "waiting-third-party", "closed"),
        ("schedule", "planned", "closed"),
        ("close", "closed", "closed"),
    ],
)
def test_an_agent_takes_c_where_the_document_says_from_the_beginning(
    transition_id: str, to: str, not_from: str
) -> None:
    made = transition(C, "request", transition_id)
    assert (made.to, made.by) == (to, (Actor.AGENT,))
    assert "submitted" in made.from_
    assert not_from not in made.from_


@pytest.mark.promise("A3", "B6")
@pytest.mark.parametrize("pack", load_catalog().packs.values(), ids=lambda pack: pack.id)
def test_the_page_of_a_pack_tells_what_each_stage_is_for_by_type_of_request(pack: Pack) -> None:
    page = (ROOT / "docs" / "packs" / f"{pack.id}.md").read_text("utf-8")
    for status in pack.statuses:
        assert status.meaning is not None
        assert f"| {status.jira_name} | {status.name.en} |" in page
        assert status.meaning.fr in page
    for workflow in pack.workflows:
        section = page.partition(f"## Workflow: {workflow.name}\n")[2].partition("\n## ")[0]
        assert [t.id for t in workflow.transitions if f"| {t.jira_name}" not in section] == []
    for request in pack.request_types:
        assert f"| {request.name.fr} | {request.issue_type} | `{request.workflow}` |" in page


@pytest.mark.promise("C4", "C6", "C8", "C11")
@pytest.mark.parametrize(
    ("transition_id", "required"),
    [
        ("ask", {"public_comment"}),
        ("refer", {"third_party"}),
        ("schedule", {"public_comment", "planned_date", "responsible"}),
        ("close", {"public_comment"}),
        ("close-consulting", {"public_comment"}),
    ],
)
def test_c_demands_what_the_document_says_must_be_told(transition_id: str, required: set[str]) -> None:
    assert set(transition(C, "request", transition_id).requires) == required


@pytest.mark.promise("C6")
def test_the_third_parties_are_the_documents_three() -> None:
    field = next(f for f in C.fields if f.id == "third-party")
    assert [option.fr for option in field.options] == ["Atlassian", "Éditeur d'add-on", "Société d'hébergement"]


@pytest.mark.promise("C9", "C27")
def test_a_customer_reopens_c_into_en_cours_and_the_resolution_is_cleared() -> None:
    reopen = transition(C, "request", "reopen")
    assert (reopen.from_, reopen.to, reopen.clears_resolution) == (("closed",), "in-progress", True)
    assert Actor.CUSTOMER in reopen.by


@pytest.mark.promise("E12", "C4", "A39")
def test_an_answer_is_expected_exactly_where_the_customer_is_waited_for() -> None:
    waiting = {StatusRole.WAITING_CUSTOMER, StatusRole.WAITING_APPROVAL, StatusRole.ANSWERED}
    for pack in (A, C):
        for status in pack.statuses:
            assert status.answer_expected is (status.role in waiting), status.id


def test_customers_are_told_what_every_status_means() -> None:
    assert all(status.meaning for pack in (A, C) for status in pack.statuses)
