"""What of a decision may still be done some seconds after the issue was read, and what needs a reading of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automation_rules.actions import (
    Action,
    AddComment,
    AddLabel,
    AddParticipants,
    AddWatcher,
    Assign,
    CreateSubtask,
    LinkTo,
    MoveTo,
    Notify,
    SetLevel,
    SetProperty,
)
from automation_rules.decision import Decision, Outcome
from automation_rules.events import TIME
from automation_rules.facts import Audience

AT = datetime(2026, 11, 23, tzinfo=UTC)
PUBLIC = AddComment(key="a", rule="r", audience=Audience.PUBLIC, message="m", text="t")
INTERNAL = AddComment(key="b", rule="r", audience=Audience.INTERNAL, message="m", text="t")
MOVE = MoveTo(key="c", rule="r", from_status="open", to_status="closed")
FOR_THE_TEAM: tuple[Action, ...] = (
    INTERNAL,
    Notify(key="d", rule="r", subject="s", text="t"),
    AddLabel(key="e", rule="r", label="l"),
    AddWatcher(key="f", rule="r", account_id="x"),
    LinkTo(key="g", rule="r", other="SUP-1"),
    CreateSubtask(key="h", rule="r", issue_type="Imputation", title="t", month="2026-11", billable=True),
)
OVER_SOMEBODYS_WORD: tuple[Action, ...] = (
    MOVE,
    Assign(key="i", rule="r", account_id=None),
    AddParticipants(key="j", rule="r", account_ids=("x",)),
    SetLevel(key="k", rule="r", level="n2", option="N2", at=AT),
    SetProperty(key="l", rule="r", name="p", value=1),
)


def decided(*actions: Action, event: str) -> Decision:
    return Decision(rule="r", event=event, outcome=Outcome.ACT, reasons=(), actions=actions)


@pytest.mark.parametrize("event", [TIME, "comment/10001"])
@pytest.mark.parametrize("action", FOR_THE_TEAM, ids=lambda a: type(a).__name__)
def test_what_only_the_team_sees_bears_a_delay(action: Action, event: str) -> None:
    assert decided(PUBLIC, action, event=event).bears_delay(action)


@pytest.mark.parametrize("event", [TIME, "comment/10001"])
@pytest.mark.parametrize("action", OVER_SOMEBODYS_WORD, ids=lambda a: type(a).__name__)
def test_what_writes_over_an_agents_word_does_not(action: Action, event: str) -> None:
    assert not decided(action, event=event).bears_delay(action)


def test_a_word_to_the_customer_bears_it_when_it_answers_what_has_happened_and_not_when_it_breaks_a_silence() -> None:
    assert decided(PUBLIC, event="escalation/1").bears_delay(PUBLIC)
    assert not decided(PUBLIC, event=TIME).bears_delay(PUBLIC)


@pytest.mark.parametrize("action", [PUBLIC, INTERNAL])
def test_what_goes_with_a_move_does_not(action: Action) -> None:
    assert not decided(action, MOVE, event="comment/10001").bears_delay(action)
