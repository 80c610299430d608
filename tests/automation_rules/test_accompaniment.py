"""One comment speaks of one move: what another move owes its customer is not said by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.accompaniment import comment_of
from automation_rules.actions import AddComment
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.durations import parse
from automation_rules.facts import Person, Side
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, of, policy

MINUTE = timedelta(minutes=1)
COLETTE = Person("colette", Side.AGENT)
GUARD = "moves-as-documented"


def begun() -> Story:
    return Story().move("in-progress", day(-1))


def told(story: Story, rule: str, minutes: float = 20) -> bool:
    """Whether the customer is sent a message of the last move, once any comment could have come."""
    decision = of(review(story.issue, policy(), START + minutes * MINUTE), rule)[-1]
    return any(isinstance(action, AddComment) for action in decision.actions)


def flagged(story: Story, minutes: float = 20) -> list[str]:
    """The first reason of each violation."""
    found = of(review(story.issue, policy(), START + minutes * MINUTE), GUARD)
    return [one.reasons[0] for one in found if one.outcome is Outcome.VIOLATION]


@pytest.mark.promise("C10", "C20")
def test_a_question_does_not_tell_of_the_operation_that_is_planned_minutes_later() -> None:
    story = begun().comment(SEBASTIEN, START).move("waiting-customer", START).move("planned", START + 3 * MINUTE)
    assert told(story, "told-planned")
    assert "public_comment" in flagged(story)[-1], "nor is it the comment that planning requires"


@pytest.mark.promise("C20")
def test_the_news_of_one_status_does_not_tell_of_the_next() -> None:
    story = begun().move("waiting-customer", START)
    desk = policy()
    story.run(desk, START + 10 * MINUTE)
    story.comment(MARIE, START + 11 * MINUTE, "Voici.").run(desk, START + 11 * MINUTE)
    assert story.issue.status == "in-progress"
    assert told(story, "told-back-in-progress", 21)


@pytest.mark.promise("C4", "C20")
def test_a_comment_belongs_to_the_move_that_requires_one() -> None:
    before = Story().move("in-progress", START).comment(SEBASTIEN, START + MINUTE)
    before.move("waiting-customer", START + 3 * MINUTE)
    assert not told(before, "told-waiting-customer")
    assert flagged(before) == []
    after = begun().move("waiting-customer", START).comment(SEBASTIEN, START + 2 * MINUTE)
    after.move("waiting-third-party", START + 3 * MINUTE)
    assert told(after, "told-waiting-third-party")
    assert not any("public_comment" in reason for reason in flagged(after))


@pytest.mark.promise("C20", "C23")
def test_a_second_comment_speaks_of_the_second_move() -> None:
    story = begun().comment(SEBASTIEN, START).move("waiting-customer", START)
    story.comment(SEBASTIEN, START + 2 * MINUTE).move("waiting-third-party", START + 3 * MINUTE)
    assert not told(story, "told-waiting-third-party")


@pytest.mark.promise("C20")
def test_a_colleagues_word_is_rather_of_their_own_move() -> None:
    story = begun().move("waiting-third-party", START, COLETTE).move("planned", START + 2 * MINUTE)
    story.comment(COLETTE, START + 2 * MINUTE + 10 * timedelta(seconds=1), "Atlassian est saisi.")
    assert told(story, "told-planned")


@given(
    moves=st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=6),
    comments=st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6),
)
def test_a_move_has_a_comment_near_it_and_surely_when_no_other_move_is_near(
    moves: list[tuple[int, bool]], comments: list[tuple[int, bool]]
) -> None:
    story, desk, within = begun(), policy(), parse("10m")
    for minute, colette in sorted(moves):
        to = "planned" if story.issue.status == "waiting-customer" else "waiting-customer"
        story.move(to, START + minute * MINUTE, COLETTE if colette else SEBASTIEN)
    for minute, colette in sorted(comments):
        story.comment(COLETTE if colette else SEBASTIEN, START + minute * MINUTE)
    found = {m.id: comment_of(m, story.issue, desk, within, lambda _: True) for m in story.issue.moves}
    for move in story.issue.moves:
        near = [c for c in story.issue.comments if abs(c.at - move.at) <= 10 * MINUTE]
        comment = found[move.id]
        assert comment in [None, *near]
        rivals = [m for m in story.issue.moves if m is not move and any(abs(m.at - c.at) <= 10 * MINUTE for c in near)]
        if near and not rivals:
            assert comment is not None
