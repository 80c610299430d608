"""What will happen next and when, nobody acting: exactly what then happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.actions import Assign, Notify, SetProperty
from automation_rules.forecast import MOST_STEPS, forecast, supposed
from tests.automation_rules.desk import MARIE, START, Story, day, policy, with_rules


@pytest.mark.promise("C24", "C26")
def test_a_waiting_request_is_reminded_on_days_3_and_6_and_closed_on_day_12() -> None:
    foreseen = forecast(Story().waiting().issue, policy(), day(1))
    assert [(step.at, step.action.key.split("/", 4)[4]) for step in foreseen] == [
        (day(3), "3d"),
        (day(6), "6d"),
        (day(12), "12d/comment"),
        (day(12), "12d/move"),
    ]
    assert foreseen[0].summary == (
        "2026-11-05 09:00 UTC: post the public comment “reminder-first” (waiting-customer-follow-up)"
    )
    assert all(step.reasons for step in foreseen)


def test_what_is_foreseen_is_what_happens() -> None:
    story = Story(created_channel="email").move("in-progress", day(-0.01)).move("waiting-customer", START)
    desk = policy()
    foreseen = [(step.at, step.action.key) for step in forecast(story.issue, desk, START)]
    story.live(desk, day(1), every=1 / 6).live(desk, day(20), day(1), every=0.5)
    assert story.carried == foreseen


def test_nothing_is_foreseen_beyond_the_horizon_or_when_nothing_waits() -> None:
    story = Story().waiting()
    assert len(forecast(story.issue, policy(), day(1), timedelta(days=4))) == 1
    assert forecast(Story(created_channel="portal").issue, policy(), START) == ()


@pytest.mark.promise("A6")
def test_a_sub_task_is_foreseen_once() -> None:
    level = {"level": "Support Niveau 2"}
    story = Story(issue_type="Support - Incident Applicatif", status="open", status_name="Ouvert", fields=level)
    story.move("acknowledged", START)
    assert [step.action.key for step in forecast(story.issue, policy("tiered-support"), START)] == [
        "imputation/10088/2026-11"
    ]


def test_rules_that_answer_each_other_for_ever_end_somewhere() -> None:
    there = {
        "kind": "inactivity",
        "since": "status_entry",
    }
    desk = with_rules(
        {**there, "id": "a", "while": {"role": "in_progress"}, "steps": [{"after": "1h", "move_to": "planned"}]},
        {**there, "id": "b", "while": {"role": "planned"}, "steps": [{"after": "1h", "move_to": "in-progress"}]},
    )
    assert len(forecast(Story().move("in-progress", START).issue, desk, START)) == MOST_STEPS // 2


def test_supposing_changes_what_the_action_changes() -> None:
    issue = replace(Story().issue, assignee=MARIE)
    freed = supposed(issue, Assign(key="a", rule="r", account_id=None), START)
    assert freed.assignee is None
    assert freed.done == {"a": START}
    given = supposed(issue, Assign(key="b", rule="r", account_id="lise"), START)
    assert given.assignee is not None
    assert given.assignee.account_id == "lise"
    told = supposed(issue, Notify(key="c", rule="r", subject="s", text="t"), START)
    noted = supposed(issue, SetProperty(key="d", rule="r", name="n", value=1), START)
    assert replace(told, done={}) == replace(noted, done={}) == issue
