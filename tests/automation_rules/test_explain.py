"""A review as a table: one row per rule, the weightiest answer, why, and what comes next."""

from __future__ import annotations

from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.explain import table
from tests.automation_rules.desk import MARIE, START, Story, day, policy


def test_one_row_per_rule_in_the_order_of_the_policy() -> None:
    desk = policy()
    rows = table(review(Story().waiting().issue, desk, day(1)))
    assert [row.rule for row in rows] == [rule.id for rule in desk.document.rules]


def test_a_row_says_what_is_waited_for() -> None:
    rows = {row.rule: row for row in table(review(Story().waiting().issue, policy(), day(1)))}
    row = rows["waiting-customer-follow-up"]
    assert (row.outcome, row.next_at) == (Outcome.WAIT, day(3))
    assert "silent since 2026-11-02 10:00" in row.because
    assert row.next == "looks again on 2026-11-05 09:00 UTC"


def test_a_row_says_what_will_be_done_and_one_that_is_not_concerned_why() -> None:
    rows = {row.rule: row for row in table(review(Story().waiting().comment(MARIE, day(1)).issue, policy(), day(1)))}
    assert rows["customer-answers"].outcome is Outcome.ACT
    assert rows["customer-answers"].next == "move from waiting-customer to in-progress"
    assert rows["customer-reopens"].next == "nothing"
    assert rows["customer-reopens"].because == "the request is in waiting-customer"


def test_a_violation_weighs_more_than_a_later_move_that_was_right() -> None:
    story = Story().move("closed", START).move("in-progress", day(0.5), MARIE)
    rows = {row.rule: row for row in table(review(story.issue, policy(), day(0.9)))}
    assert rows["moves-as-documented"].outcome is Outcome.VIOLATION
