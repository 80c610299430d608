"""Document B on paper: who moves a ticket when, what priorities are for, and what is promised without figures."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from automation_rules.actions import AddComment, AddLabel, AddParticipants, MoveTo
from automation_rules.decide import review
from automation_rules.facts import Audience, Issue, Person
from automation_rules.policy import Policy
from automation_rules.sla.lint import remarks
from automation_rules.sla.measure import measure
from tests.automation_rules.desk import MARIE, RELANCE, SEBASTIEN, START, Story, policies, policy, wanted
from workflows.catalog import load_catalog
from workflows.graph import Graph, folded
from workflows.model import Actor

PACK = load_catalog().pack("client-support")
GRAPH = Graph(PACK.workflows[0])
HOUR = timedelta(hours=1)
SOURCES = (
    Path(os.environ.get("RELANCE_CONTRACTS", Path(__file__).parents[2] / "../shared/contracts")).parent / "sources"
)


def desk() -> Policy:
    return policy("client-support")


def ticket(status: str = "open", assignee: Person | None = None, priority: str | None = "Medium") -> Story:
    return Story(
        issue_type="Demande de support",
        status=status,
        status_name=PACK.status(status).jira_name,
        created=START,
        assignee=assignee,
        priority=priority,
    )


def assigned(story: Story) -> Story:
    story.edit("assignee", START + HOUR, new=SEBASTIEN.account_id)
    story.issue = replace(story.issue, assignee=SEBASTIEN)
    return story


def moved(issue: Issue) -> list[str]:
    return [move.new or "" for move in issue.moves]


@pytest.mark.promise("B5", "B6", "B7", "B8", "B10", "B12", "B13", "B15")
def test_the_six_statuses_are_those_of_the_document_in_its_spelling() -> None:
    names = [s.jira_name for s in PACK.statuses]
    assert names == [
        "OUVERT",
        "PRIS EN COMPTE",
        "EN ATTENTE DE VOTRE RETOUR",
        "EN ATTENTE RETOUR INTERNE",
        "RÉSOLU",
        "FERMÉ",
    ]
    found = list(SOURCES.glob("B-*.txt"))
    if found:
        lines = {line.strip() for line in found[0].read_text("utf-8").splitlines()}
        assert set(names) <= lines
    assert all(status.meaning for status in PACK.statuses)
    assert GRAPH.reachable() == {s.id for s in PACK.statuses}


@pytest.mark.promise("B7", "B8")
def test_an_assignment_takes_the_ticket_into_account() -> None:
    story = assigned(ticket())
    [move] = review(story.issue, desk(), START + HOUR).actions
    assert isinstance(move, MoveTo)
    assert (move.from_status, move.to_status, move.transition) == ("open", "taken", "take")
    story.run(desk(), START + HOUR)
    assert review(story.issue, desk(), START + HOUR).actions == ()


@pytest.mark.promise("B17", "B19")
@pytest.mark.parametrize(
    ("priority", "flagged"), [("Medium", True), (None, True), ("Moyenne", False), ("HAUTE", False)]
)
def test_the_agent_owes_one_of_the_three_priorities_once_the_ticket_is_taken(
    priority: str | None, *, flagged: bool
) -> None:
    """Jira's own default is no priority that an agent gave; Relance's move on the assignment asks for it too."""
    story = assigned(ticket(priority=priority))
    story.run(desk(), START + HOUR)
    assert moved(story.issue) == ["taken"]
    later = START + 2 * HOUR
    flags = wanted(review(story.issue, desk(), later), "moves-as-documented")
    assert [isinstance(flag, AddComment) and flag.audience is Audience.INTERNAL for flag in flags] == [True] * flagged
    by_hand = assigned(ticket(priority=priority)).move("taken", START + HOUR)
    assert bool(wanted(review(by_hand.issue, desk(), later), "moves-as-documented")) is flagged


@pytest.mark.promise("B19", "B20", "B21", "B22")
def test_there_are_three_priorities_and_each_says_when_it_applies() -> None:
    assert [p.name.fr for p in PACK.priorities] == ["Haute", "Moyenne", "Faible"]
    said = [folded(p.meaning.fr) for p in PACK.priorities]
    for words, meaning in zip(("impact immediat et important", "contourne", "non bloquante"), said, strict=True):
        assert words in meaning


@pytest.mark.promise("B10", "B11")
@pytest.mark.parametrize("status", ["taken", "waiting-internal"])
def test_a_public_answer_of_an_agent_waits_for_the_customer_and_an_internal_one_does_not(status: str) -> None:
    story = ticket(status, SEBASTIEN, "Haute")
    story.comment(SEBASTIEN, START + HOUR, audience=Audience.INTERNAL)
    assert review(story.issue, desk(), START + HOUR).actions == ()
    story.comment(SEBASTIEN, START + HOUR).run(desk(), START + HOUR)
    assert story.issue.status == "waiting-customer"
    story.comment(MARIE, START + 2 * HOUR).run(desk(), START + 2 * HOUR)
    assert moved(story.issue) == ["waiting-customer", "taken"]


@pytest.mark.promise("B11", "B13", "B15", "B16")
def test_only_the_customers_acceptance_closes_and_closed_is_the_end() -> None:
    closing = [t for t in PACK.workflows[0].transitions if t.to == "closed"]
    assert [(t.from_, t.by) for t in closing] == [(("resolved",), (Actor.CUSTOMER,))]
    assert GRAPH.outgoing("closed") == ()
    assert any(Actor.AGENT in t.by for t in GRAPH.transitions("waiting-customer", "resolved"))
    assert not GRAPH.allows("waiting-customer", "closed")
    story = ticket("closed", SEBASTIEN).comment(MARIE, START + HOUR)
    assert review(story.issue, desk(), START + HOUR).actions == ()


@pytest.mark.promise("B13")
def test_a_resolution_is_required_and_said_to_the_customer() -> None:
    story = ticket("taken", SEBASTIEN, "Haute").move("resolved", START + HOUR)
    [flag] = wanted(review(story.issue, desk(), START + 2 * HOUR), "moves-as-documented")
    assert isinstance(flag, AddComment)
    assert "une résolution" in flag.text
    story.comment(SEBASTIEN, START + HOUR, "Le serveur a redémarré.")
    story.issue = replace(story.issue, resolution="Résolution apportée")
    assert wanted(review(story.issue, desk(), START + 2 * HOUR), "moves-as-documented") == []


@pytest.mark.promise("B14")
@pytest.mark.parametrize(("holder", "to"), [(SEBASTIEN, "taken"), (None, "open")])
def test_a_customer_who_comments_on_resolu_reopens_it_and_it_is_labelled(holder: Person | None, to: str) -> None:
    story = ticket("resolved", holder, "Haute").comment(MARIE, START + HOUR, "Toujours en panne.")
    [move] = review(story.issue, desk(), START + HOUR).actions
    assert isinstance(move, MoveTo)
    assert move.to_status == to
    story.carry_out(move, START + HOUR)
    [label] = review(story.issue, desk(), START + HOUR).actions
    assert isinstance(label, AddLabel)
    assert label.label == "Réouvert"
    story.carry_out(label, START + HOUR)
    story.issue = replace(story.issue, labels=frozenset({"Réouvert"}))
    assert review(story.issue, desk(), START + HOUR).actions == ()


@pytest.mark.promise("B14")
def test_the_customers_button_leads_back_to_ouvert_when_nobody_holds_the_ticket() -> None:
    story = ticket("resolved", None, "Haute").comment(MARIE, START + HOUR, "Non.").move("taken", START + HOUR, MARIE)
    story.run(desk(), START + HOUR)
    assert moved(story.issue) == ["taken", "open"]
    held = ticket("resolved", SEBASTIEN).comment(MARIE, START + HOUR, "Non.").move("taken", START + HOUR, MARIE)
    held.run(desk(), START + HOUR)
    assert moved(held.issue) == ["taken"]


@pytest.mark.promise("B14")
def test_a_label_that_is_there_is_not_put_again() -> None:
    story = ticket("resolved", SEBASTIEN).move("taken", START + HOUR, RELANCE)
    story.issue = replace(story.issue, labels=frozenset({"Réouvert"}))
    assert review(story.issue, desk(), START + HOUR).actions == ()


@pytest.mark.promise("B9")
def test_other_teams_take_part_and_the_assignee_stays() -> None:
    story = ticket("taken", SEBASTIEN, "Haute").edit("customfield_7", START + HOUR, known_as="collaborators")
    story.issue = replace(story.issue, fields={"collaborators": ("dev", "sales")})
    shared = review(story.issue, desk(), START + HOUR).actions
    assert [a.account_ids for a in shared if isinstance(a, AddParticipants)] == [("dev",), ("sales",)]
    assert len(shared) == 2
    assert story.issue.assignee == SEBASTIEN


@pytest.mark.promise("B18", "B23")
def test_both_delays_are_measured_and_no_figure_is_invented() -> None:
    document = policies().documents["client-support"]
    assert [sla.id for sla in document.slas] == ["response", "resolution"]
    for sla in document.slas:
        assert not sla.goals
        assert any("has no goals" in remark.text for remark in remarks(sla, PACK))


@pytest.mark.promise("B12", "B18")
def test_our_own_wait_counts_for_the_resolution_and_the_customers_does_not() -> None:
    def spent(status: str) -> timedelta:
        story = (
            assigned(ticket()).move("taken", START + HOUR).move(status, START + HOUR).move("taken", START + 2 * HOUR)
        )
        resolution = desk().slas(story.issue)[1]
        return measure(story.issue, resolution, START + 2 * HOUR).elapsed

    assert spent("waiting-internal") - spent("waiting-customer") == HOUR


@pytest.mark.promise("B10", "B13")
def test_nobody_is_reminded_and_nothing_closes_by_itself() -> None:
    for status in ("open", "taken", "waiting-customer", "waiting-internal", "resolved"):
        for days in (3, 29, 400):
            assert review(ticket(status, SEBASTIEN, "Haute").issue, desk(), START + timedelta(days=days)).actions == ()
    assert "inactivity" not in {rule.kind for rule in policies().documents["client-support"].rules}
