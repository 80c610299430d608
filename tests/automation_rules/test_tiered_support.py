"""The customer's word on an answer, as document A has it: it proposes, and the consultant closes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automation_rules.actions import MoveTo, Notify
from automation_rules.decide import review
from automation_rules.facts import Person
from automation_rules.policy import Policy, load_policies
from tests.automation_rules.desk import LONG_AGO, MARIE, SEBASTIEN, START, Story, binding, day, policy, wanted
from workflows.catalog import load_catalog
from workflows.model import Actor

TYPES = ["Support - Assistance Utilisateur", "Support - Incident Applicatif", "Support - Evolution Applicatif"]


@pytest.fixture
def desk() -> Policy:
    return policy("tiered-support")


def confirmed(issue_type: str = TYPES[0], by: Person = MARIE) -> Story:
    """The customer presses "Confirmer": the request gets its resolution and stays where it is."""
    facts = {"assignee": SEBASTIEN, "fields": {"level": "Support Niveau 2"}}
    story = Story(issue_type=issue_type, status="answered", status_name="Réponse Envoyée", created=LONG_AGO, **facts)
    story.edit("resolution", START, by, old="", new="Confirmé par le client")
    story.issue = replace(story.issue, resolution="Confirmé par le client")
    return story


@pytest.mark.promise("A14", "A27", "A45")
@pytest.mark.parametrize("issue_type", TYPES)
def test_the_customers_confirmation_is_told_to_the_consultant_and_closes_nothing(desk: Policy, issue_type: str) -> None:
    story = confirmed(issue_type)
    [told] = wanted(review(story.issue, desk, START), "told-confirmed")
    assert isinstance(told, Notify)
    assert told.to_assignee
    assert "vous pouvez la fermer" in told.text
    story.live(desk, day(40), every=24)
    done = [key for _, key in story.carried if not key.startswith("imputation/")]
    assert done == [told.key], "nor is it closed as unanswered, X days later"


@pytest.mark.promise("A14", "A15")
def test_thanks_that_come_with_a_confirmation_do_not_send_the_request_back_to_work(desk: Policy) -> None:
    story = confirmed().comment(MARIE, START, "Merci !")
    assert not any(isinstance(action, MoveTo) for action in review(story.issue, desk, START).actions)
    unconfirmed = replace(story.issue, resolution=None, edits=())
    assert [a.to_status for a in review(unconfirmed, desk, START).actions if isinstance(a, MoveTo)] == ["in-progress"]


@pytest.mark.promise("A14", "A27", "A45")
@pytest.mark.parametrize("issue_type", TYPES)
def test_a_binding_may_let_the_customers_word_close(issue_type: str) -> None:
    parameters = {"auto-close-after": "10d", "on-confirmation": "closed"}
    desk = policy("tiered-support", parameters=parameters)
    moves = [a for a in review(confirmed(issue_type).issue, desk, START).actions if isinstance(a, MoveTo)]
    assert [(move.to_status, move.transition) for move in moves] == [("closed", "close")]
    by_agent = review(confirmed(issue_type, SEBASTIEN).issue, desk, START).actions
    assert not any(isinstance(action, MoveTo | Notify) for action in by_agent), "only the customer confirms"


def test_a_resolution_that_a_closure_sets_is_no_confirmation(desk: Policy) -> None:
    story = confirmed().move("answered", START, MARIE)
    [*_, move] = story.issue.moves
    same_entry = replace(story.issue.edits[-1], id=move.id)
    closing = replace(story.issue, edits=(same_entry,))
    assert wanted(review(closing, desk, START), "told-confirmed") == []


@pytest.mark.parametrize("value", ["fermé", "waiting-estimate"])
def test_a_confirmation_leads_only_where_a_transition_does(value: str) -> None:
    parameters = {"auto-close-after": "10d", "on-confirmation": value}
    with pytest.raises(ValueError, match=f'"on-confirmation" cannot be "{value}"'):
        load_policies(load_catalog()).bind(binding("tiered-support", parameters=parameters))


@pytest.mark.promise("A14", "A39", "A40", "A42", "A45")
@pytest.mark.parametrize(
    ("transition", "resolution"), [("approve-estimate", None), ("refuse-estimate", None), ("confirm", "confirmed")]
)
def test_the_customer_has_a_button_for_each_thing_they_are_asked(transition: str, resolution: str | None) -> None:
    workflow = next(w for w in load_catalog().pack("tiered-support").workflows if w.id == "evolution")
    found = next(t for t in workflow.transitions if t.id == transition)
    assert Actor.CUSTOMER in found.by
    assert found.resolution == resolution
