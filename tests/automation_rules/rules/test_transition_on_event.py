"""An assignment or a public answer moves the request, once, and only if it came after the status."""

from __future__ import annotations

import pytest

from automation_rules.actions import MoveTo
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Audience
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, of, with_rules

ASSIGNED = {
    "id": "taken",
    "kind": "transition_on_event",
    "on": "assigned",
    "while": {"role": "new"},
    "to": "in-progress",
}
ANSWERED = {
    "id": "answered",
    "kind": "transition_on_event",
    "on": "public_agent_comment",
    "while": {"role": "in_progress"},
    "to": "waiting-customer",
}


@pytest.mark.promise("B8")
def test_an_assignment_takes_the_request_on() -> None:
    desk = with_rules(ASSIGNED)
    [move] = review(Story().edit("assignee", START).issue, desk, START).actions
    assert isinstance(move, MoveTo)
    assert (move.from_status, move.to_status, move.transition) == ("submitted", "in-progress", "start")
    assert review(Story().edit("priority", START).issue, desk, START).actions == ()


@pytest.mark.promise("B10")
def test_a_public_answer_of_the_team_waits_for_the_customer() -> None:
    desk = with_rules(ANSWERED)
    story = Story().move("in-progress", START)
    story.comment(SEBASTIEN, day(1), audience=Audience.INTERNAL).comment(MARIE, day(1))
    assert review(story.issue, desk, day(1)).actions == ()
    story.comment(SEBASTIEN, day(1, 1)).run(desk, day(1, 1))
    assert story.issue.status == "waiting-customer"


@pytest.mark.promise("B10")
def test_an_answer_older_than_the_status_moves_nothing() -> None:
    story = Story().comment(SEBASTIEN, day(-0.5)).move("in-progress", START)
    [decision] = of(review(story.issue, with_rules(ANSWERED), START), "answered")
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert "older than the status" in decision.reasons[0]


@pytest.mark.promise("B10")
def test_an_answer_the_customer_has_replied_to_waits_for_nobody() -> None:
    """After an outage both comments are new: it is the team that is awaited."""
    desk = with_rules(ANSWERED)
    story = Story().move("in-progress", START).comment(SEBASTIEN, day(1)).comment(MARIE, day(1, 1))
    [answered, _] = of(review(story.issue, desk, day(1, 2)), "answered")
    assert answered.outcome is Outcome.NOT_CONCERNED
    assert "the customer has written since" in answered.reasons[0]
    story.comment(SEBASTIEN, day(1, 3)).run(desk, day(1, 3))
    assert story.issue.status == "waiting-customer"


@pytest.mark.promise("B8")
def test_in_another_status_it_looks_away() -> None:
    story = Story().move("closed", day(-0.1)).edit("assignee", START)
    [decision] = of(review(story.issue, with_rules(ASSIGNED), START), "taken")
    assert decision.reasons == ("the request is in closed",)
