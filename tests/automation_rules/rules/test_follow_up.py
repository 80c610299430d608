"""A new request is linked to those it names, once, and only what came after the rule was switched on."""

from __future__ import annotations

import pytest

from automation_rules.actions import LinkTo
from automation_rules.decide import review
from automation_rules.events import TimePassed
from automation_rules.question import Question
from automation_rules.request_rules import FollowUpRule
from automation_rules.rules import follow_up
from tests.automation_rules.desk import START, day, of, policy, wanted
from tests.automation_rules.helpdesk import desk, ticket


@pytest.mark.promise("D29")
def test_a_new_ticket_is_linked_to_each_it_names_once() -> None:
    story = ticket(key="FRAM-1950", mentions=("FRAM-1898", "FRAM-7"))
    links = wanted(review(story.issue, desk(), START), "new-for-old")
    assert [link.other for link in links if isinstance(link, LinkTo)] == ["FRAM-1898", "FRAM-7"]
    assert links[0].summary == "link to FRAM-1898, if that one is closed"
    story.run(desk(), START)
    assert wanted(review(story.issue, desk(), day(1)), "new-for-old") == []


@pytest.mark.promise("D29")
def test_who_names_none_or_came_before_the_rule_is_linked_to_none() -> None:
    [none] = of(review(ticket().issue, desk(), START), "new-for-old")
    assert none.reasons == ("it names no other request of the project",)
    before = ticket(mentions=("FRAM-7",))
    assert wanted(review(before.issue, desk(enabled_at=day(1)), day(2)), "new-for-old") == []


@pytest.mark.promise("D29")
@pytest.mark.parametrize("pack", ["internal-helpdesk", "tiered-support"])
def test_where_a_closing_mail_offers_a_new_ticket_it_is_linked(pack: str) -> None:
    assert "new-for-old" in {rule.id for rule in policy(pack).document.rules}


def test_other_events_are_not_its_business() -> None:
    rule = FollowUpRule(id="new-for-old", kind="follow_up")
    event = TimePassed(id="time", at=START, by=None)
    asked = Question(rule=rule.id, event=event, issue=ticket().issue, policy=desk(), now=START)
    assert follow_up.evaluate(rule, asked).reasons == ("only a new request follows another",)
