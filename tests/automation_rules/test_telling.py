"""Every action is something to the people of the desk, though all that is left of it is its natural key."""

from __future__ import annotations

import pytest

from automation_rules.forecast import forecast
from automation_rules.policy import Policy
from automation_rules.silence import silences
from automation_rules.telling import Deed, Told, tell
from tests.automation_rules.desk import MARIE, START, Story, day, policy, with_rules

KNOWN = {
    ("AddComment", "imputation/1/2026-11", "imputation"): Told(deed=Deed.SUBTASK, name="2026-11"),
    ("Notify", "sla/w/1/response/c/0.8/notify", "w"): Told(deed=Deed.CLOCK, name="response", percent=80),
    ("AddComment", "sla/w/1/response/c/odd/comment", "w"): Told(deed=Deed.CLOCK, name="response"),
    ("SetLevel", "level/by-hand/1/x", "by-hand"): Told(deed=Deed.LEVEL),
    ("SetReprieve", "reprieve/by-hand/1/x", "by-hand"): Told(deed=Deed.REPRIEVE),
    ("AddComment", "transfer/levels/1/7/note", "levels"): Told(deed=Deed.HANDOVER),
    ("Parted", "parted/1/x", "followed"): Told(deed=Deed.PARTED),
    ("AddComment", "panel/1", "panel"): Told(deed=Deed.PANEL),
    ("AddComment", "escalation/escalation/1/x/note", "escalation"): Told(deed=Deed.ALARM),
    ("AddComment", "notification/told-closed/1/x", "told-closed"): Told(deed=Deed.NOTICE),
    ("Notify", "notification/operation-day/1/x", "operation-day"): Told(deed=Deed.TEAM_NOTICE),
    ("AddComment", "guard/moves-as-documented/1/x", "moves-as-documented"): Told(deed=Deed.REMARK),
    ("MoveTo", "guard/moves-as-documented/1/x/revert", "moves-as-documented"): Told(deed=Deed.REVERT),
    ("MoveTo", "reopening/customer-answers/1/x", "customer-answers"): Told(deed=Deed.MOVE),
    ("MoveTo", "elsewhere/1/x", "a-rule-that-is-gone"): Told(deed=Deed.MOVE),
    ("Assign", "elsewhere/1/x", "a-rule-that-is-gone"): Told(deed=Deed.HANDOVER),
    ("Notify", "elsewhere/1/x", "a-rule-that-is-gone"): Told(deed=Deed.TEAM_NOTICE),
    ("Juggle", "elsewhere/1/x", "a-rule-that-is-gone"): Told(deed=Deed.OTHER),
}


@pytest.fixture
def desk() -> Policy:
    return policy()


@pytest.mark.parametrize(("action", "key", "rule"), KNOWN)
def test_a_key_says_what_was_done(desk: Policy, action: str, key: str, rule: str) -> None:
    assert tell(action, key, rule, desk) == KNOWN[action, key, rule]


@pytest.mark.promise("C24", "C26")
def test_reminders_are_counted_and_the_closure_is_no_mere_move(desk: Policy) -> None:
    foreseen = forecast(Story().waiting().issue, desk, day(1))
    told = [tell(type(step.action).__name__, step.action.key, step.action.rule, desk) for step in foreseen]
    assert told == [
        Told(deed=Deed.REMINDER, number=1, of=2),
        Told(deed=Deed.REMINDER, number=2, of=2),
        Told(deed=Deed.CLOSING_NOTE),
        Told(deed=Deed.CLOSURE),
    ]
    key = "inactivity/waiting-customer-follow-up/10088/20261102T090000.000Z/4d"
    assert tell("AddComment", key, "waiting-customer-follow-up", desk).number == 0, "a step the policy has no more"
    nag = {"id": "nag", "kind": "inactivity", "while": {"role": "in_progress"}}
    moving = with_rules(nag | {"steps": [{"after": "3d", "move_to": "planned"}]})
    assert tell("MoveTo", "inactivity/nag/1/x/3d/move", "nag", moving).deed is Deed.MOVE


@pytest.mark.promise("C24")
def test_where_a_silence_stands_is_told_for_each_rule_that_it_concerns(desk: Policy) -> None:
    story = Story().waiting()
    [found] = silences(story.issue, desk, day(1)).values()
    assert (found.origin, found.since_entry, found.step, found.reminders, found.closes, found.at) == (
        START,
        True,
        1,
        2,
        True,
        day(3),
    )
    story.live(desk, day(7))
    [closing] = silences(story.issue, desk, day(7)).values()
    assert (closing.step, closing.at) == (None, day(12))
    assert silences(story.comment(MARIE, day(8)).issue, desk, day(8)) == {}, "the team is awaited"
    assert silences(Story().issue, desk, day(1)) == {}
    assert silences(Story(issue_type="Bogue").waiting().issue, desk, day(1)) == {}
    rule = {"id": "nag", "kind": "inactivity", "while": {"role": "waiting_customer"}, "when": {"issue_type": "Autre"}}
    other = with_rules(rule | {"steps": [{"after": "3d", "comment": "reminder-first"}]})
    assert silences(Story().waiting().issue, other, day(1)) == {}
