"""One move at most, one wish per key, a decision per rule, and nothing from before the rule was switched on."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from automation_rules.actions import MoveTo
from automation_rules.decide import KINDS, decide, review
from automation_rules.decision import Outcome
from automation_rules.events import TimePassed, derive
from automation_rules.model import Rule
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, of, policies, policy, with_rules

REOPEN = {"id": "first", "kind": "reopening", "while": {"role": "waiting_customer"}, "to": "in-progress"}
CLOSE = {
    "id": "second",
    "kind": "inactivity",
    "while": {"role": "waiting_customer"},
    "since": "status_entry",
    "unless_answered": False,
    "steps": [{"after": "1h", "comment": "closed-no-answer", "move_to": "closed"}],
}


@pytest.mark.parametrize("order", [(REOPEN, CLOSE), (CLOSE, REOPEN)])
def test_the_first_rule_of_the_file_moves_and_the_other_says_so(order: tuple[dict[str, object], ...]) -> None:
    desk = with_rules(*order)
    reviewed = review(Story().waiting().comment(MARIE, day(1)).issue, desk, day(1))
    winner, loser = str(order[0]["id"]), str(order[1]["id"])
    assert [action.rule for action in reviewed.actions if isinstance(action, MoveTo)] == [winner]
    assert {action.rule for action in reviewed.actions} == {winner}
    beaten = of(reviewed, loser)[-1]
    assert (beaten.outcome, beaten.actions) == (Outcome.NOT_CONCERNED, ())
    assert beaten.reasons[-1] == f"superseded by {winner}: one move at a time"


def test_every_rule_answers_in_the_order_of_the_file() -> None:
    desk = policy()
    reviewed = review(Story().issue, desk, START)
    assert list(dict.fromkeys(d.rule for d in reviewed.decisions)) == [rule.id for rule in desk.document.rules]
    assert "nothing this rule looks at has happened lately" in of(reviewed, "escalation")[0].reasons


def test_decide_asks_every_rule_about_one_event() -> None:
    desk = policy()
    decisions = decide(TimePassed(id="time", at=START, by=None), Story().waiting().issue, desk, day(3))
    assert [d.rule for d in decisions] == [rule.id for rule in desk.document.rules]
    assert [d.rule for d in decisions if d.outcome is Outcome.ACT] == ["waiting-customer-follow-up"]
    assert "a rule of kind reopening does not look at this event" in decisions[0].reasons


def test_an_issue_of_another_type_concerns_no_rule() -> None:
    story = Story(issue_type="Bug").waiting()
    reviewed = review(story.issue, policy(), day(30))
    assert reviewed.actions == ()
    assert {d.outcome for d in reviewed.decisions} == {Outcome.NOT_CONCERNED}


def test_events_before_the_binding_was_enabled_or_30_days_old_are_not_acted_upon() -> None:
    story = Story().waiting().comment(MARIE, day(1))
    assert review(story.issue, policy(enabled_at=day(1.01)), day(2)).actions == ()
    assert review(story.issue, policy(), day(31, 1)).actions != review(story.issue, policy(), day(30)).actions
    assert all(not isinstance(action, MoveTo) for action in review(story.issue, policy(), day(31, 1)).actions)


def test_a_condition_on_the_rule_is_told_when_it_fails() -> None:
    desk = with_rules(CLOSE | {"when": {"priority": "Haute"}})
    [decision] = review(Story(priority="Basse").waiting().issue, desk, day(1)).decisions
    assert decision.reasons == ("its priority is Basse",)


def test_two_events_that_ask_for_the_same_get_it_once() -> None:
    desk = policy("tiered-support")
    level = {"level": "Support Niveau 2"}
    story = Story(issue_type="Support - Incident Applicatif", status="open", status_name="Ouvert", fields=level)
    story.move("acknowledged", START).worklog(day(0.1)).comment(SEBASTIEN, day(0.2))
    reviewed = review(story.issue, desk, day(1))
    assert [action.key for action in reviewed.actions] == ["imputation/10088/2026-11"]
    first, *others = of(reviewed, "imputation")
    assert first.outcome is Outcome.ACT
    assert {d.reasons[-1] for d in others} == {"an earlier event asks for the same"}


def test_a_violation_stays_one_when_its_revert_loses() -> None:
    guard = {
        "id": "guard",
        "kind": "workflow_guard",
        "mode": "revert",
        "message": "guard-missing",
        "outside": "guard-outside",
    }
    desk = with_rules(REOPEN, guard)
    story = Story().move("in-progress", day(-0.1)).move("waiting-customer", START).comment(MARIE, day(0.9))
    at = START + timedelta(hours=24, minutes=10)
    decision = of(review(story.issue, desk, at), "guard")[-1]
    assert (decision.outcome, decision.actions) == (Outcome.VIOLATION, ())
    assert "superseded by first" in decision.reasons[-1]


def test_every_kind_of_rule_has_its_answer_and_ours_are_used() -> None:
    union, _ = get_args(Rule)
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(union)}
    assert kinds == set(KINDS)
    used = {rule.kind for document in policies().documents.values() for rule in document.rules}
    assert used <= kinds


def test_events_come_oldest_first_and_time_comes_last() -> None:
    story = Story().waiting().comment(MARIE, day(1)).worklog(day(0.5)).escalate(day(0.7)).edit("priority", day(0.6))
    events = derive(story.issue, day(-10), day(2))
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[-1] == TimePassed(id="time", at=day(2), by=None)
    assert len({event.id for event in events}) == len(events)
