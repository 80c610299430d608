"""An escalation reaches the two named roles, leaves a trace for the team and an answer to the customer."""

from __future__ import annotations

import pytest

from automation_rules.actions import AddComment, Notify
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.events import Created
from automation_rules.facts import Audience
from automation_rules.policy import Policy
from automation_rules.question import Question
from automation_rules.rules import escalation
from tests.automation_rules.desk import MARIE, START, Story, day, of, policy, wanted


@pytest.fixture
def desk() -> Policy:
    return policy()


@pytest.mark.promise("C28", "C29", "C31")
@pytest.mark.parametrize("status", ["submitted", "in-progress", "waiting-customer", "waiting-third-party", "planned"])
def test_from_every_open_status_the_two_roles_are_alerted_and_the_customer_answered(desk: Policy, status: str) -> None:
    story = Story(status=status, status_name=status).escalate(START)
    notify, note, acknowledgement = wanted(review(story.issue, desk, START), "escalation")
    assert isinstance(notify, Notify)
    assert notify.account_ids == ("lise", "omar")
    assert notify.subject == "[SUP-88] Demande escaladée par le client"
    assert isinstance(note, AddComment)
    assert note.audience is Audience.INTERNAL
    assert isinstance(acknowledgement, AddComment)
    assert acknowledgement.audience is Audience.PUBLIC
    assert "appelez-nous directement" in acknowledgement.text
    assert "Créer une demande de support" in acknowledgement.text


@pytest.mark.promise("C31")
def test_the_numbers_to_call_are_the_bindings_own() -> None:
    desk = policy(parameters={"phone-numbers": "+33 1 23 45 67 89"})
    *_, acknowledgement = wanted(review(Story().escalate(START).issue, desk, START), "escalation")
    assert isinstance(acknowledgement, AddComment)
    assert "+33 1 23 45 67 89" in acknowledgement.text


@pytest.mark.promise("C30")
@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("expertise", "niveau d'expertise"),
        ("slow-answers", "réponses assez rapides"),
        ("Autre *chose*\n", "Autre *chose*"),
    ],
)
def test_the_recommended_reasons_are_told_in_words_and_others_as_they_are(desk: Policy, reason: str, told: str) -> None:
    notify, note, _ = wanted(review(Story().escalate(START, reason).issue, desk, START), "escalation")
    assert isinstance(notify, Notify)
    assert told in notify.text
    assert isinstance(note, AddComment)
    assert told.replace("*", "*\u2060") in note.text


@pytest.mark.promise("C28")
def test_a_closed_request_is_reopened_not_escalated(desk: Policy) -> None:
    story = Story(status="closed", status_name="Fermée").escalate(START)
    assert of(review(story.issue, desk, START), "escalation")[0].outcome is Outcome.NOT_CONCERNED
    assert wanted(review(story.issue, desk, START), "escalation") == []


@pytest.mark.promise("C28")
def test_at_any_time_includes_a_status_the_pack_does_not_know(desk: Policy) -> None:
    """Somebody renamed it, or moved the request outside the workflow: all the more reason to hear the customer."""
    story = Story().move(None, day(-0.1), name="En revue").escalate(START)
    notify, *_ = wanted(review(story.issue, desk, START), "escalation")
    assert isinstance(notify, Notify)
    assert "actuellement «\u00a0En revue\u00a0»" in notify.text
    story.move("in-progress", day(0.1))
    assert wanted(review(story.issue, desk, day(0.2)), "escalation")[0] == notify


@pytest.mark.promise("C28")
def test_within_a_day_one_alarm_and_the_others_are_audited(desk: Policy) -> None:
    story = Story().escalate(START).escalate(day(0.5)).escalate(day(0.9)).escalate(day(1))
    reviewed = review(story.issue, desk, day(1))
    first, second, third, fourth = of(reviewed, "escalation")
    assert [d.outcome for d in (first, fourth)] == [Outcome.ACT, Outcome.ACT]
    assert all("already escalated on 2026-11-02 10:00" in d.reasons[0] for d in (second, third))
    assert len({action.key for action in reviewed.actions}) == 6


@pytest.mark.promise("C28")
def test_an_escalation_of_a_closed_request_starts_no_cool_down(desk: Policy) -> None:
    story = Story(status="closed", status_name="Fermée").escalate(START).move("in-progress", day(0.1), MARIE)
    story.escalate(day(0.2))
    assert len(wanted(review(story.issue, desk, day(0.2)), "escalation")) == 3


@pytest.mark.promise("C28")
def test_what_was_done_is_not_done_again(desk: Policy) -> None:
    story = Story().escalate(START)
    story.live(desk, day(2))
    assert len([key for _, key in story.carried if key.startswith("escalation/")]) == 3
    [decision] = of(review(story.issue, desk, day(2)), "escalation")
    assert decision.reasons[-1] == "already done on 2026-11-02 10:00"


def test_other_events_are_not_its_business(desk: Policy) -> None:
    rule = next(rule for rule in desk.document.rules if rule.kind == "escalation")
    event = Created(id="created", at=START, by=MARIE)
    asked = Question(rule=rule.id, event=event, issue=Story().issue, policy=desk, now=START)
    assert escalation.evaluate(rule, asked).reasons == ("only an escalation concerns this rule",)
