"""Document E on paper: its ten statuses, its four links, its three mails, and no delay at all."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation_rules.actions import AddComment, MoveTo, Notify
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Audience, Blocker
from automation_rules.model import InactivityRule
from automation_rules.policy import Policy
from tests.automation_rules.desk import MARIE, RELANCE, SEBASTIEN, START, Story, day, of, policies, policy, wanted
from workflows.catalog import load_catalog
from workflows.graph import Graph, StatusNames
from workflows.model import Actor, StatusRole, Transition

E = load_catalog().pack("software-delivery")
GRAPH = Graph(E.workflows[0])
SHARED = Path(os.environ.get("RELANCE_CONTRACTS", Path(__file__).parents[2] / "../shared/contracts")).parent / "sources"
NAMES = [
    "Ouvert",
    "Sélectionné pour traitement",
    "Transféré au développement",
    "En progression",
    "En attente du client",
    "Résolu",
    "En attente d’approbation client",
    "A délivrer",
    "Fermé",
    "ReOuvert",
]
MINUTE = timedelta(minutes=1)


def transition(transition_id: str) -> Transition:
    return next(t for t in E.workflows[0].transitions if t.id == transition_id)


def desk(**changes: Any) -> Policy:
    return policy("software-delivery", **({"parameters": {}} | changes))


def story(status: str = "open", **facts: Any) -> Story:
    return Story(status=status, status_name=E.status(status).jira_name, **facts)


def told(telling: Story, rule: str, minutes: float = 10) -> str:
    """The one public comment a rule wants ten minutes after the start of the story."""
    [action] = wanted(review(telling.issue, desk(), START + minutes * MINUTE), rule)
    assert isinstance(action, AddComment)
    assert action.audience is Audience.PUBLIC
    return action.text


@pytest.mark.promise("E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "E11")
def test_exactly_the_ten_statuses_of_the_list_in_the_sources_spelling() -> None:
    assert [status.jira_name for status in E.statuses] == NAMES
    found = list(SHARED.glob("E-*.txt"))
    if found:
        listed = found[0].read_text("utf-8").partition("Liste des statuts possibles")[2].partition("image1")[0]
        assert [line.strip()[2:] for line in listed.splitlines() if line.strip().startswith("•")] == NAMES


@pytest.mark.promise("E9", "E11")
@pytest.mark.parametrize(("written", "status"), [("À délivrer", "to-deliver"), ("réouvert", "reopened")])
def test_names_are_found_whatever_their_case_and_accents(written: str, status: str) -> None:
    assert StatusNames(E).find(written) == status


@pytest.mark.promise("E14", "E23", "E31")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("selected", "un peu de patience"),
        ("in-development", "équipe de développement"),
        ("resolved", "nous n'attendons rien de vous"),
        ("waiting-customer", "« Customer answered » (Le client a répondu)"),
        ("waiting-approval", "« Accepted by customer »"),
        ("to-deliver", "mise en production"),
        ("closed", "« Reopen »"),
        ("reopened", "comme une demande ouverte"),
    ],
)
def test_the_customer_reads_what_each_status_means(status: str, words: str) -> None:
    meaning = E.status(status).meaning
    assert meaning is not None
    assert words in meaning.fr
    assert meaning.en


@pytest.mark.promise("E12")
def test_an_answer_is_required_in_exactly_two_statuses() -> None:
    assert [s.jira_name for s in E.statuses if s.answer_expected] == [NAMES[4], NAMES[6]]


@pytest.mark.promise("E21", "E26", "E27", "E29")
@pytest.mark.parametrize(
    ("transition_id", "stored", "beside"),
    [
        ("customer-answered", "Customer answered", "Le client a répondu"),
        ("accepted", "Accepted by customer", "Accepté par le client"),
        ("refused", "Refused by customer", "Refusé par le client"),
        ("reopen", "Reopen", "Rouvrir"),
    ],
)
def test_the_four_links_are_stored_in_english_and_are_the_customers(
    transition_id: str, stored: str, beside: str
) -> None:
    link = transition(transition_id)
    assert (link.jira_name, link.name.fr) == (stored, beside)
    assert Actor.CUSTOMER in link.by
    others = [t for t in E.workflows[0].transitions if t.stored_in == "fr"]
    assert len(others) == len(E.workflows[0].transitions) - 4
    assert not any(Actor.CUSTOMER in t.by for t in others)


@pytest.mark.promise("E13", "E15", "E16", "E25", "E26", "E27", "E28", "E31")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("open", new) for new in ("selected", "in-development", "in-progress")),
        ("in-development", "in-progress"),
        ("in-progress", "in-development"),
        ("in-progress", "waiting-approval"),
        ("in-development", "waiting-approval"),
        ("waiting-approval", "to-deliver"),
        ("waiting-approval", "in-progress"),
        ("to-deliver", "closed"),
        ("closed", "reopened"),
        ("reopened", "in-progress"),
    ],
)
def test_the_documented_moves_exist(old: str, new: str) -> None:
    assert GRAPH.allows(old, new)


@pytest.mark.promise("E15")
def test_a_transfer_is_told_to_the_developers_by_anybody_of_the_team() -> None:
    desk = policy("software-delivery", people={"development": ("dora",)}, groups={"development": ("g-dev",)})
    story = Story(status="in-progress", status_name="En progression").move("in-development", START)
    [told] = wanted(review(story.issue, desk, START), "development-told")
    assert isinstance(told, Notify)
    assert (told.account_ids, told.groups, told.to_assignee) == (("dora",), ("g-dev",), False)
    assert "doit la prendre en charge" in told.text
    assert transition("transfer").level is None
    assert E.status("in-development").role is StatusRole.IN_PROGRESS


@pytest.mark.promise("E23")
def test_the_team_is_told_once_that_nothing_blocks_a_resolved_request_any_more() -> None:
    desk = policy("software-delivery")
    story = Story(status="in-progress", status_name="En progression").move("resolved", START)
    assert wanted(review(story.issue, desk, day(1)), "blockers-done") == []
    first, second = Blocker(key="DEV-7", done=True), Blocker(key="DEV-8", done=False)
    story.issue = replace(story.issue, blockers=(first, second))
    [decision] = of(review(story.issue, desk, day(1)), "blockers-done")
    assert (decision.outcome, decision.reasons) == (Outcome.NOT_CONCERNED, ("it is blocked by DEV-8",))
    story.issue = replace(story.issue, blockers=(first, replace(second, done=True)))
    [note] = wanted(review(story.issue, desk, day(2)), "blockers-done")
    assert isinstance(note, AddComment)
    assert note.audience is Audience.INTERNAL
    assert "terminé\u00a0: DEV-7, DEV-8" in note.text
    story.live(desk, day(9), since=day(2), every=24)
    assert [key for _, key in story.carried if key.startswith("unblocked/")] == [note.key]
    elsewhere = replace(story.issue, status="in-progress")
    assert wanted(review(elsewhere, desk, day(2)), "blockers-done") == []


@pytest.mark.promise("E26", "E28")
def test_only_the_customers_approval_leads_to_delivery_and_delivery_closes() -> None:
    (accepted,) = [t for t in E.workflows[0].transitions if t.to == "to-deliver"]
    assert (accepted.id, accepted.by) == ("accepted", (Actor.CUSTOMER,))
    assert [(t.to, t.resolution) for t in GRAPH.outgoing("to-deliver")] == [("closed", "delivered")]


@pytest.mark.promise("E29", "E31")
def test_a_closed_request_only_reopens_by_either_side_and_loses_its_resolution() -> None:
    assert [t.id for t in GRAPH.outgoing("closed")] == ["reopen"]
    reopen = transition("reopen")
    assert (reopen.to, reopen.clears_resolution) == ("reopened", True)
    assert set(reopen.by) == {Actor.CUSTOMER, Actor.AGENT}
    assert E.status("reopened").role is E.status("open").role is StatusRole.NEW


@pytest.mark.promise("E13", "E14")
def test_the_first_assignment_selects_the_request() -> None:
    [action] = wanted(review(story().edit("assignee", START).issue, desk(), START), "taken-on")
    assert isinstance(action, MoveTo)
    assert (action.to_status, action.transition) == ("selected", "select")


@pytest.mark.promise("E13")
@pytest.mark.parametrize(("chosen", "moves"), [("in-development", ["in-development"]), ("none", [])])
def test_where_an_assignment_leads_is_the_desks_choice(chosen: str, moves: list[str]) -> None:
    ours = desk(parameters={"on-assignment": chosen})
    actions = wanted(review(story().edit("assignee", START).issue, ours, START), "taken-on")
    assert [action.to_status for action in actions if isinstance(action, MoveTo)] == moves


@pytest.mark.promise("E13")
@pytest.mark.parametrize(("chosen", "why"), [("selectd", 'did you mean "selected"'), ("to-deliver", "no transition")])
def test_an_assignment_cannot_lead_where_no_transition_does(chosen: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        desk(parameters={"on-assignment": chosen})


@pytest.mark.promise("E13")
@pytest.mark.parametrize("status", ["selected", "in-progress", "reopened"])
def test_a_later_assignment_moves_nothing(status: str) -> None:
    assert wanted(review(story(status).edit("assignee", START).issue, desk(), START), "taken-on") == []


@pytest.mark.promise("E17", "E18", "E32")
def test_from_open_the_customer_reads_that_work_starts() -> None:
    started = story().move("in-progress", START)
    assert "a été prise en charge" in told(started, "told-started")
    assert wanted(review(started.issue, desk(), START + 10 * MINUTE), "told-goes-on") == []


@pytest.mark.promise("E19", "E32")
@pytest.mark.parametrize("old", ["selected", "in-development", "resolved", "waiting-approval", "reopened"])
def test_from_elsewhere_the_customer_reads_that_work_goes_on(old: str) -> None:
    going_on = story(old).move("in-progress", START)
    assert "se poursuit" in told(going_on, "told-goes-on")
    assert wanted(review(going_on.issue, desk(), START + 10 * MINUTE), "told-started") == []


@pytest.mark.promise("E19", "E20", "E21")
def test_the_customers_comment_answers_and_is_followed_by_the_second_text() -> None:
    answered = story("in-progress").comment(SEBASTIEN, day(-1)).move("waiting-customer", day(-1)).comment(MARIE, START)
    [move] = wanted(review(answered.issue, desk(), START), "customer-answers")
    assert isinstance(move, MoveTo)
    assert (move.to_status, move.transition) == ("in-progress", "customer-answered")
    answered.move("in-progress", START + MINUTE, RELANCE)
    assert "se poursuit" in told(answered, "told-goes-on", 11)


@pytest.mark.promise("E20", "E25", "E32")
@pytest.mark.parametrize(
    ("status", "rule", "words"),
    [
        ("waiting-customer", "told-waiting-customer", "«\u00a0Customer answered\u00a0» (Le client a répondu)"),
        ("waiting-approval", "told-approval", "Refused by customer\u00a0» (Refusé par le client)"),
        ("resolved", "told-resolved", "est résolue"),
    ],
)
def test_what_is_asked_or_resolved_is_told(status: str, rule: str, words: str) -> None:
    assert words in told(story("in-progress").move(status, START), rule)


@pytest.mark.promise("E22", "E24", "E27", "E30")
@pytest.mark.parametrize(
    ("old", "new", "by", "missing"),
    [
        ("waiting-customer", "in-progress", MARIE, "un commentaire visible du client"),
        ("in-progress", "resolved", SEBASTIEN, "un commentaire visible du client"),
        ("waiting-approval", "in-progress", MARIE, "un commentaire qui dit pourquoi"),
        ("closed", "reopened", MARIE, "un commentaire qui dit pourquoi"),
        ("closed", "reopened", SEBASTIEN, "un commentaire qui dit pourquoi"),
    ],
)
def test_what_the_pop_up_asks_for_is_missed_when_it_does_not_come(old: str, new: str, by: Any, missing: str) -> None:
    silent = story(old).move(new, START, by)
    [decision] = of(review(silent.issue, desk(), START + 11 * MINUTE), "moves-as-documented")
    assert decision.outcome is Outcome.VIOLATION
    [flag] = decision.actions
    assert isinstance(flag, AddComment)
    assert flag.audience is Audience.INTERNAL
    assert missing in flag.text
    spoken = story(old).comment(by, START).move(new, START, by)
    [decision] = of(review(spoken.issue, desk(), START + 11 * MINUTE), "moves-as-documented")
    assert decision.outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("E26")
def test_an_agent_does_not_approve_in_the_customers_place() -> None:
    [decision] = of(
        review(story("waiting-approval").move("to-deliver", START).issue, desk(), START), "moves-as-documented"
    )
    assert decision.outcome is Outcome.VIOLATION


@pytest.mark.promise("E7", "E20", "E23", "E25")
@pytest.mark.parametrize("status", ["resolved", "waiting-customer", "waiting-approval", "to-deliver"])
def test_the_document_gives_no_delay_so_silence_changes_nothing(status: str) -> None:
    assert not any(isinstance(rule, InactivityRule) for rule in policies().documents[E.id].rules)
    assert policies().documents[E.id].slas == ()
    old, mover = ("waiting-approval", MARIE) if status == "to-deliver" else ("in-progress", SEBASTIEN)
    silent = story(old).comment(SEBASTIEN, START).move(status, START, mover)
    silent.live(desk(), day(90), every=24 * 5)
    assert silent.carried == []
    assert silent.issue.status == status


@pytest.mark.promise("E23")
def test_resolu_waits_for_the_team_and_goes_on_or_ends() -> None:
    resolved = E.status("resolved")
    assert (resolved.role, resolved.answer_expected) == (StatusRole.WAITING_INTERNAL, False)
    assert {t.to for t in GRAPH.outgoing("resolved")} == {"in-progress", "closed"}
