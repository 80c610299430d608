"""What a move requires, the window in which it may come, and the three modes of a guard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from automation_rules.actions import AddComment
from automation_rules.decide import review
from automation_rules.decision import Decision, Outcome
from automation_rules.events import Created
from automation_rules.facts import Audience, Person, Side
from automation_rules.policy import Policy
from automation_rules.question import Question
from automation_rules.rules import workflow_guard
from tests.automation_rules.desk import MARIE, OTHER_APP, SEBASTIEN, START, Story, day, of, policy, with_rules
from workflows.graph import Graph

RULE = "moves-as-documented"
MINUTES = 1 / 60


@pytest.fixture
def desk() -> Policy:
    return policy()


def guard(mode: str) -> Policy:
    rule = {"id": RULE, "kind": "workflow_guard", "mode": mode, "message": "guard-missing", "outside": "guard-outside"}
    return with_rules(rule)


def last(story: Story, desk: Policy, minutes: float) -> Decision:
    return of(review(story.issue, desk, day(0, minutes * MINUTES)), RULE)[-1]


@pytest.mark.promise("C4", "C8")
@pytest.mark.parametrize("to", ["waiting-customer", "closed"])
def test_a_move_without_the_public_comment_it_requires_waits_for_the_window_then_is_flagged(
    desk: Policy, to: str
) -> None:
    story = Story().move("in-progress", day(-0.1)).move(to, START)
    early = last(story, desk, 9)
    assert (early.outcome, early.until) == (Outcome.WAIT, START + timedelta(minutes=10))
    late = last(story, desk, 10)
    assert late.outcome is Outcome.VIOLATION
    [flag] = late.actions
    assert isinstance(flag, AddComment)
    assert flag.audience is Audience.INTERNAL
    assert "un commentaire visible du client" in flag.text


@pytest.mark.promise("C4")
@pytest.mark.parametrize("minutes", [-10, -1, 0, 1, 10])
def test_a_public_comment_by_the_mover_within_ten_minutes_is_enough(desk: Policy, minutes: int) -> None:
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    story.comment(SEBASTIEN, START + timedelta(minutes=minutes))
    assert last(story, desk, 30).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("C4")
@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_comment_outside_the_window_is_not(desk: Policy, minutes: int) -> None:
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    story.comment(SEBASTIEN, START + timedelta(minutes=minutes))
    assert last(story, desk, 30).outcome is Outcome.VIOLATION


@pytest.mark.promise("C4")
def test_an_internal_note_or_somebody_elses_comment_is_not(desk: Policy) -> None:
    colleague = Person("colette", Side.AGENT)
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    story.comment(SEBASTIEN, START, audience=Audience.INTERNAL).comment(colleague, START)
    assert last(story, desk, 10).outcome is Outcome.VIOLATION


@pytest.mark.promise("C5", "C6")
def test_a_third_party_must_be_named(desk: Policy) -> None:
    story = Story().move("in-progress", day(-0.1)).move("waiting-third-party", START)
    [flag] = last(story, desk, 10).actions
    assert isinstance(flag, AddComment)
    assert "«\u00a0Tiers\u00a0»" in flag.text
    story.issue = replace(story.issue, fields={"third-party": "Atlassian"})
    assert last(story, desk, 10).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("C10", "C11")
def test_a_planned_operation_needs_comment_date_and_responsible(desk: Policy) -> None:
    story = Story().move("in-progress", day(-0.1)).move("planned", START)
    assert "public_comment, planned_date, responsible" in last(story, desk, 10).reasons[0]
    story.issue = replace(story.issue, fields={"planned-date": "2026-12-01", "responsible": "sebastien"})
    story.comment(SEBASTIEN, START)
    assert last(story, desk, 10).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("A7", "A20", "A33")
def test_work_starts_with_an_assignee_a_priority_and_a_component() -> None:
    desk = policy("tiered-support")
    story = Story(issue_type="Support - Incident Applicatif", status="acknowledged", status_name="Pris en charge")
    story.move("in-progress", START)
    [flag] = last(story, desk, 10).actions
    assert isinstance(flag, AddComment)
    assert "une personne assignée, une priorité, «\u00a0Composants\u00a0»" in flag.text
    story.issue = replace(story.issue, assignee=SEBASTIEN, priority="Haute", fields={"component": ("Paie",)})
    assert last(story, desk, 10).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("A36", "A42")
def test_an_estimate_before_it_is_sent_and_a_reason_when_it_is_refused() -> None:
    desk = policy("tiered-support", locale="en")
    story = Story(issue_type="Support - Evolution Applicatif", status="in-progress", status_name="En Cours")
    story.move("waiting-estimate", START)
    assert "estimate" in last(story, desk, 10).reasons[0]
    story.issue = replace(story.issue, fields={"estimate": 0.0})
    assert last(story, desk, 10).outcome is Outcome.NOT_CONCERNED
    story.move("in-progress", START + timedelta(minutes=20))
    [flag] = last(story, desk, 30).actions
    assert isinstance(flag, AddComment)
    assert "a comment that says why" in flag.text


@pytest.mark.promise("C9", "C2")
def test_a_move_outside_the_workflow_is_flagged_at_once(desk: Policy) -> None:
    story = Story().move("closed", day(-0.2)).comment(SEBASTIEN, day(-0.2)).move("planned", START)
    [flag] = last(story, desk, 0).actions
    assert isinstance(flag, AddComment)
    assert "«\u00a0Fermée\u00a0» à «\u00a0Opération planifiée\u00a0» n'est pas prévu" in flag.text


@pytest.mark.promise("C2")
def test_a_status_that_is_none_of_the_packs_is_outside_too_and_coming_back_is_not(desk: Policy) -> None:
    story = Story().move(None, START, name="Chez le *voisin*")
    [flag] = last(story, desk, 0).actions
    assert isinstance(flag, AddComment)
    assert "Chez le *\u2060voisin*\u2060" in flag.text
    story.move("in-progress", START + timedelta(minutes=1))
    assert last(story, desk, 2).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("C4")
def test_a_customer_may_not_take_the_teams_transitions_but_may_take_their_own(desk: Policy) -> None:
    story = Story().waiting().move("in-progress", START + timedelta(minutes=1), MARIE)
    assert last(story, desk, 20).outcome is Outcome.NOT_CONCERNED
    story.move("closed", START + timedelta(minutes=2), MARIE)
    assert last(story, desk, 20).outcome is Outcome.VIOLATION


def test_our_own_moves_and_other_apps_are_not_guarded(desk: Policy) -> None:
    story = Story().move("closed", START, OTHER_APP)
    assert last(story, desk, 20).reasons == ("moved by other_app, not by a human",)


def test_a_flag_is_posted_once_and_never_for_what_is_a_day_old(desk: Policy) -> None:
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    story.live(desk, day(0.9), every=1)
    assert len([key for _, key in story.carried if key.startswith("guard/")]) == 1
    missed = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    [decision] = [d for d in of(review(missed.issue, desk, day(4)), RULE) if d.outcome is Outcome.VIOLATION]
    assert decision.actions == ()
    assert decision.reasons[-1] == "too long ago to be told now"


def test_observe_says_so_in_the_audit_only() -> None:
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    decision = last(story, guard("observe"), 10)
    assert (decision.outcome, decision.actions) == (Outcome.VIOLATION, ())
    assert decision.reasons[-1] == "observed only"


def test_revert_flags_then_puts_the_request_back_after_the_grace_period() -> None:
    desk = guard("revert")
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START)
    flagged = last(story, desk, 10)
    assert [type(action) for action in flagged.actions] == [AddComment]
    assert flagged.until == START + timedelta(hours=24, minutes=10)
    story.run(desk, day(0.1))
    story.run(desk, day(1, 10 * MINUTES))
    assert story.issue.status == "in-progress"
    assert review(story.issue, desk, day(1, 1)).actions == ()


def test_revert_leaves_alone_what_was_made_good_or_has_moved_on() -> None:
    desk = guard("revert")
    made_good = Story().move("in-progress", day(-0.1)).move("waiting-third-party", START)
    made_good.run(desk, day(0.1))
    made_good.issue = replace(made_good.issue, fields={"third-party": "Atlassian"})
    made_good.run(desk, day(2))
    assert made_good.issue.status == "waiting-third-party"
    moved_on = Story().move("in-progress", day(-0.1)).move("waiting-third-party", START)
    moved_on.move("in-progress", day(0.05))
    moved_on.run(desk, day(0.1))
    moved_on.run(desk, day(1, 10 * MINUTES))
    assert moved_on.issue.status == "in-progress"


@pytest.mark.parametrize("resolution", [None, "Consulting"])
def test_a_required_resolution_is_looked_for(resolution: str | None) -> None:
    desk = guard("flag")
    pack = desk.pack.model_dump(by_alias=True)
    transitions: list[dict[str, Any]] = pack["workflows"][0]["transitions"]
    pack["workflows"] = [
        {**pack["workflows"][0], "transitions": [{**t, "requires": ["resolution"]} for t in transitions]}
    ]
    changed = type(desk.pack).model_validate(pack)
    demanding = replace(desk, pack=changed, _graphs={w.id: Graph(w) for w in changed.workflows})
    story = Story(resolution=resolution).move("in-progress", START)
    outcome = last(story, demanding, 10).outcome
    assert outcome is (Outcome.NOT_CONCERNED if resolution else Outcome.VIOLATION)


def test_a_field_the_pack_does_not_name_is_called_by_its_id() -> None:
    desk = guard("flag")
    story = Story().move("in-progress", day(-0.1)).move("waiting-third-party", START)
    bare = replace(desk, pack=desk.pack.model_copy(update={"fields": ()}))
    [flag] = last(story, bare, 10).actions
    assert isinstance(flag, AddComment)
    assert "third-party" in flag.text


def test_other_events_are_not_its_business(desk: Policy) -> None:
    rule = next(rule for rule in desk.document.rules if rule.kind == "workflow_guard")
    event = Created(id="created", at=START, by=MARIE)
    asked = Question(rule=rule.id, event=event, issue=Story().issue, policy=desk, now=START)
    assert workflow_guard.evaluate(rule, asked).reasons == ("only moves are guarded",)
