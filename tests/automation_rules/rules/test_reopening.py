"""A customer who writes brings the request back, but only by a word later than its status."""

from __future__ import annotations

from datetime import timedelta

import pytest

from automation_rules.actions import MoveTo
from automation_rules.decide import decide, review
from automation_rules.decision import Outcome
from automation_rules.events import Created
from automation_rules.facts import Audience
from automation_rules.policy import Policy
from automation_rules.question import Question
from automation_rules.rules import reopening
from tests.automation_rules.desk import MARIE, OTHER_APP, SEBASTIEN, START, Story, day, of, policy, wanted, with_rules
from workflows.graph import Graph
from workflows.model import Actor

WITHIN = {
    "id": "two-days",
    "kind": "reopening",
    "while": {"role": "closed"},
    "to": "in-progress",
    "within": "48h",
}


@pytest.fixture
def desk() -> Policy:
    return policy()


# Each document has its own way back: from what, by a comment after how many days, to where; None is no way back.
WAYS_BACK = [
    ("tiered-support", "Support - Assistance Utilisateur", "answered", 9, "in-progress"),
    ("tiered-support", "Support - Evolution Applicatif", "answered", 9, "in-realisation"),
    ("tiered-support", "Support - Assistance Utilisateur", "closed", 0.1, None),
    ("client-support", "Demande de support", "resolved", 300, "open"),
    ("client-support", "Demande de support", "closed", 0.1, None),
    ("managed-operations", "Incident", "closed", 300, "in-progress"),
    ("internal-helpdesk", "Ticket de support", "resolved", 1.9, "in-progress"),
    ("internal-helpdesk", "Ticket de support", "resolved", 2.1, None),
    ("internal-helpdesk", "Ticket de support", "closed", 0.1, None),
    ("software-delivery", "Incident", "closed", 300, None),
]


@pytest.mark.promise("A15", "A28", "A46", "B14", "B16", "C9", "C27", "D28", "D29")
@pytest.mark.parametrize(("pack", "issue_type", "left", "days", "to"), WAYS_BACK)
def test_the_five_documents_have_five_ways_back(
    pack: str, issue_type: str, left: str, days: float, to: str | None
) -> None:
    desk = policy(pack)
    if pack == "software-delivery":
        issue_type = desk.pack.request_types[0].issue_type
    story = Story(issue_type=issue_type, status=desk.pack.statuses[0].id).move(left, START).comment(MARIE, day(days))
    moves = [action for action in review(story.issue, desk, day(days)).actions if isinstance(action, MoveTo)]
    assert [move.to_status for move in moves if move.rule.startswith("customer")] == ([to] if to else [])


@pytest.mark.promise("E29", "E31")
def test_a_delivery_comes_back_by_its_link_into_a_status_of_its_own() -> None:
    graph = Graph(policy("software-delivery").pack.workflows[0])
    assert [t.id for t in graph.transitions("closed", "reopened") if Actor.CUSTOMER in t.by] == ["reopen"]
    assert not any(graph.allows("closed", other) for other in graph.statuses if other != "reopened")


@pytest.mark.promise("C4", "C18")
def test_the_customers_answer_moves_back_in_progress_by_the_apps_transition(desk: Policy) -> None:
    story = Story().waiting().comment(MARIE, day(1))
    [move] = wanted(review(story.issue, desk, day(1)), "customer-answers")
    assert isinstance(move, MoveTo)
    assert (move.from_status, move.to_status, move.transition) == ("waiting-customer", "in-progress", "answer")


@pytest.mark.promise("C9", "C27")
@pytest.mark.parametrize("later", [0.01, 400])
def test_a_closed_request_is_reopened_at_any_time(desk: Policy, later: float) -> None:
    story = Story().waiting().move("closed", day(1)).comment(MARIE, day(1 + later))
    [move] = wanted(review(story.issue, desk, day(1 + later)), "customer-reopens")
    assert isinstance(move, MoveTo)
    assert (move.to_status, move.transition) == ("in-progress", "reopen")


@pytest.mark.promise("C9")
def test_two_comments_reopen_once(desk: Policy) -> None:
    story = Story().waiting().comment(MARIE, day(1)).comment(MARIE, day(1, 1))
    reviewed = review(story.issue, desk, day(2))
    assert len(wanted(reviewed, "customer-answers")) == 1
    assert "superseded by customer-answers" in of(reviewed, "customer-answers")[-1].reasons[-1]
    story.run(desk, day(2))
    assert [move.new for move in story.issue.moves][-2:] == ["waiting-customer", "in-progress"]


@pytest.mark.promise("C4")
@pytest.mark.parametrize(
    ("person", "audience"),
    [(SEBASTIEN, Audience.PUBLIC), (OTHER_APP, Audience.PUBLIC), (MARIE, Audience.INTERNAL)],
)
def test_only_a_customers_public_comment_counts(desk: Policy, person: object, audience: Audience) -> None:
    somebody = next(p for p in (SEBASTIEN, OTHER_APP, MARIE) if p is person)
    story = Story().waiting().comment(somebody, day(1), audience=audience)
    assert review(story.issue, desk, day(1)).actions == ()


@pytest.mark.promise("C4")
def test_a_comment_before_the_question_is_no_answer_to_it(desk: Policy) -> None:
    story = Story().comment(MARIE, START - timedelta(minutes=1)).waiting()
    assert review(story.issue, desk, day(1)).actions == ()


@pytest.mark.promise("D28")
def test_a_time_limit_to_reopen_is_kept() -> None:
    desk = with_rules(WITHIN)
    story = Story().waiting().move("closed", START)
    assert review(story.comment(MARIE, day(2)).issue, desk, day(2)).actions
    late = Story().waiting().move("closed", START).comment(MARIE, day(2, 1))
    decision = of(review(late.issue, desk, day(2, 1)), "two-days")[-1]
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert "later than 48 hours" in decision.reasons[0]


@pytest.mark.promise("A15", "A46")
@pytest.mark.parametrize(
    ("issue_type", "to"),
    [("Support - Assistance Utilisateur", "in-progress"), ("Support - Evolution Applicatif", "in-realisation")],
)
def test_an_unsatisfied_customer_brings_the_request_back_to_work(issue_type: str, to: str) -> None:
    story = Story(issue_type=issue_type, status="in-progress", status_name="En Cours").move("answered", START)
    story.comment(MARIE, day(1)).run(policy("tiered-support"), day(1))
    assert story.issue.status == to


def test_a_request_without_a_transition_for_us_is_moved_all_the_same() -> None:
    desk = with_rules({"id": "odd", "kind": "reopening", "while": {"role": ["closed", "new"]}, "to": "in-progress"})
    story = Story().comment(MARIE, START)
    story.issue = story.move("submitted", day(-0.5)).issue
    [move] = review(story.issue, desk, START).actions
    assert isinstance(move, MoveTo)
    assert move.transition == "start"


def test_other_events_are_not_its_business(desk: Policy) -> None:
    story = Story().waiting()
    event = Created(id="created", at=START, by=MARIE)
    assert all(d.outcome is Outcome.NOT_CONCERNED for d in decide(event, story.issue, desk, day(0.5)))
    rule = desk.document.rules[0]
    assert rule.kind == "reopening"
    asked = Question(rule=rule.id, event=event, issue=story.issue, policy=desk, now=day(1))
    assert reopening.evaluate(rule, asked).reasons == ("only comments reopen a request",)
