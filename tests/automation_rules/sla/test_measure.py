"""A measure in JSM's words: goals and priorities, breach at the boundary, cycles, happenings, warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.facts import Audience, Side
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.history import AnomalyKind
from automation_rules.sla.measure import GoalChange, measure, measures
from automation_rules.sla.timeline import ClockState
from tests.automation_rules.sla.desk import ALWAYS, OFFICE, RESOLUTION, bound, comment, paris, priority, request


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("stop", "breached"), [("11-09 14:59", False), ("11-09 15:00", False), ("11-09 15:01", True), ("11-10 20:00", True)]
)
def test_an_answer_at_the_very_limit_is_in_time(stop: str, breached: bool) -> None:  # noqa: FBT001 -- a table's column
    issue = request("11-09 09:30", (stop, "closed"))
    found = measure(issue, bound(), paris("11-12 10:00"))
    assert (found.breach_time, found.breached) == (paris("11-09 15:00"), breached)


def test_a_goal_used_up_at_closing_time_is_due_that_evening() -> None:
    issue = request("11-09 14:00")
    for now, breached in (("11-09 17:59", False), ("11-09 18:00", False), ("11-09 20:00", True), ("11-10 09:01", True)):
        found = measure(issue, bound(), paris(now))
        assert (found.breach_time, found.breached) == (paris("11-09 18:00"), breached)
    assert measure(issue, bound(), paris("11-09 20:00")).remaining == hours(0)


def test_pausing_at_the_very_limit_is_in_time_until_the_clock_goes_on() -> None:
    issue = request("11-09 14:00", ("11-09 18:00", "waiting-third-party"), ("11-10 10:00", "in-progress"))
    assert not measure(issue, bound(), paris("11-10 09:30")).breached
    later = measure(issue, bound(), paris("11-10 10:01"))
    assert (later.breached, later.breach_time) == (True, paris("11-09 18:00"))


def test_a_breach_of_the_past_is_shown_even_while_paused() -> None:
    issue = request("11-09 09:00", ("11-09 17:00", "waiting-third-party"))
    found = measure(issue, bound(), paris("11-10 10:00"))
    assert (found.paused, found.breached, found.breach_time) == (True, True, paris("11-09 14:30"))
    assert found.remaining == hours(-2.5)


def test_a_request_made_at_night_waits_for_the_opening() -> None:
    found = measure(request("11-07 23:00"), bound(), paris("11-08 12:00"))
    assert (found.elapsed, found.within_calendar_hours, found.paused) == (hours(0), False, False)
    assert found.breach_time == paris("11-09 14:30")


def test_an_answer_out_of_hours_took_no_time() -> None:
    issue = request("11-07 23:00", ("11-07 23:30", "closed"))
    assert measure(issue, bound(), paris("11-09 12:00")).elapsed == hours(0)


@pytest.mark.promise("B17", "B18")
def test_the_last_priority_decides_and_the_audit_keeps_all() -> None:
    issue = request(
        "11-09 09:00",
        priority="High",
        edits=(priority("11-09 09:30", "Low", "Medium"), priority("11-09 11:00", "Medium", "High")),
    )
    found = measure(issue, bound(), paris("11-09 12:00"))
    assert (found.goal, found.breached, found.breach_time) == (hours(1), True, paris("11-09 10:00"))
    assert found.goal_changes == (
        GoalChange(at=paris("11-09 09:00"), priority="Low", goal="1d"),
        GoalChange(at=paris("11-09 09:30"), priority="Medium", goal="4h"),
        GoalChange(at=paris("11-09 11:00"), priority="High", goal="1h"),
    )
    before = measure(issue, bound(), paris("11-09 10:30"))
    assert (before.priority, before.goal, before.breached) == ("Medium", hours(4), False)
    assert measure(issue, bound(), paris("11-09 11:00")).priority == "High"


def test_a_priority_without_texts_keeps_its_ids() -> None:
    issue = request("11-09 09:00", priority="2", edits=(priority("11-09 09:30", None, None),))
    found = measure(issue, bound({"goals": {"1": "1h"}}), paris("11-09 12:00"))
    assert [(c.priority, c.goal) for c in found.goal_changes] == [("1", "1h"), ("2", None)]
    assert measure(issue, bound({"goals": {"1": "1h"}}), paris("11-09 09:10")).goal == hours(1)


@pytest.mark.promise("B23")
def test_without_a_goal_nothing_is_promised() -> None:
    found = measure(request("11-09 09:00"), bound({"goals": {}}), paris("11-12 12:00"))
    assert found.elapsed == hours(18)
    assert (found.goal, found.remaining, found.breach_time, found.breached) == (None, None, None, False)
    assert (found.warnings, found.anomalies, found.goal_text) == ((), (), None)


@pytest.mark.parametrize(
    ("goal", "created", "due"),
    [
        ("1bd", "11-09 10:00", "11-10 10:00"),
        ("1bd", "11-10 16:00", "11-12 16:00"),  # over the holiday
        ("1bd", "11-07 12:00", "11-09 18:00"),  # from a Saturday: Monday's opening to Tuesday's, due as Monday closes
        ("2bd", "11-06 20:00", "11-10 18:00"),  # Monday's opening to Thursday's, due as Tuesday closes
        ("8bh", "11-09 10:00", "11-10 10:30"),
        ("30m", "11-09 12:15", "11-09 14:15"),
    ],
)
def test_goals_in_every_unit(goal: str, created: str, due: str) -> None:
    found = measure(request(created), bound({"goals": {"default": goal}}), paris(created))
    assert found.breach_time == paris(due)


def test_cycles_each_from_zero() -> None:
    sla = bound({"cycle": "each"}, of=RESOLUTION | {"start": ["submitted", "in-progress"]})
    issue = request(
        "11-09 09:00",
        ("11-09 10:00", "closed"),
        ("11-09 11:00", "planned"),
        ("11-09 12:00", "in-progress"),
        ("11-09 15:00", "closed"),
        ("11-09 16:00", "submitted"),
    )
    found = measures(issue, sla, paris("11-09 16:30"))
    assert [(m.start, m.stop, m.elapsed) for m in found] == [
        (paris("11-09 09:00"), paris("11-09 10:00"), hours(1)),
        (paris("11-09 12:00"), paris("11-09 15:00"), hours(1.5)),
        (paris("11-09 16:00"), None, hours(0.5)),
    ]
    assert [m.state for m in found] == [ClockState.STOPPED, ClockState.STOPPED, ClockState.RUNNING]
    assert measure(issue, sla, paris("11-09 16:30")) == found[-1]


@pytest.mark.parametrize(
    ("said", "stopped"),
    [
        (comment("11-09 10:00"), True),
        (comment("11-09 10:00", Side.CUSTOMER), False),
        (comment("11-09 10:00", Side.RELANCE), False),
        (comment("11-09 10:00", audience=Audience.INTERNAL), False),
    ],
)
def test_the_first_public_answer_of_an_agent_stops_a_clock(said: object, stopped: bool) -> None:  # noqa: FBT001 -- table
    sla = bound({"stop": [{"on": "public_agent_comment"}]})
    issue = request("11-09 09:00", comments=(said, comment("11-09 11:00")))
    found = measure(issue, sla, paris("11-09 10:30"))
    assert (found.state is ClockState.STOPPED) == stopped
    assert measure(issue, sla, paris("11-09 12:00")).stop == paris("11-09 10:00" if stopped else "11-09 11:00")


def test_a_clock_stopped_by_an_answer_does_not_resume_by_a_mere_move() -> None:
    sla = bound({"stop": [{"on": "public_agent_comment"}], "pause": []}, of=RESOLUTION)
    issue = request("11-09 09:00", ("11-09 11:00", "in-progress"), comments=(comment("11-09 10:00"),))
    assert measure(issue, sla, paris("11-09 12:00")).elapsed == hours(1)


def test_a_change_of_priority_may_start_a_clock_but_not_in_a_status_that_stops_it() -> None:
    sla = bound({"start": [{"on": "priority_changed"}]})
    changed = priority("11-09 10:00", "Low", "High")
    found = measure(request("11-09 09:00", edits=(changed,)), sla, paris("11-09 11:00"))
    assert (found.start, found.rule) == (paris("11-09 10:00"), "start: on priority_changed")
    planned = measure(request("11-09 09:00", first="planned", edits=(changed,)), sla, paris("11-09 11:00"))
    assert planned.state is ClockState.NOT_STARTED


def test_a_clock_may_start_paused() -> None:
    sla = bound({"pause": ["waiting-third-party"]}, of=RESOLUTION)
    found = measure(request("11-09 09:00", first="waiting-third-party"), sla, paris("11-09 11:00"))
    assert (found.paused, found.elapsed, found.paused_for) == (True, hours(0), hours(2))


def test_a_clock_that_never_started_says_so() -> None:
    found = measure(request("11-09 09:00", first="in-progress", priority="High"), bound(), paris("11-09 11:00"))
    assert (found.state, found.start, found.elapsed) == (ClockState.NOT_STARTED, None, hours(0))
    assert (found.priority, found.within_calendar_hours, found.breach_time) == ("High", True, None)


def test_a_start_at_now_measures_nothing_yet() -> None:
    found = measure(request("11-09 10:00"), bound(), paris("11-09 10:00"))
    assert (found.state, found.elapsed, found.breach_time) == (ClockState.RUNNING, hours(0), paris("11-09 15:30"))


def test_warnings_are_instants_past_or_to_come() -> None:
    issue = request("11-09 09:00", ("11-09 15:00", "waiting-third-party"), ("11-09 16:00", "in-progress"))
    early = measure(issue, bound(), paris("11-09 09:30"))
    assert [(w.fraction, w.at) for w in early.warnings] == [(0.5, paris("11-09 11:00")), (1.0, paris("11-09 14:30"))]
    assert [w.at for w in measure(issue, bound(), paris("11-09 17:00")).warnings] == [
        paris("11-09 11:00"),
        paris("11-09 14:30"),
    ]
    answered = request("11-09 09:00", ("11-09 11:30", "closed"))
    assert [w.at for w in measure(answered, bound(), paris("11-09 17:00")).warnings] == [paris("11-09 11:00"), None]


def test_a_calendar_that_closes_for_good_is_an_anomaly() -> None:
    last_day = Calendar("Europe/Paris", {}, date_overrides={"2026-11-09": [("09:00", "12:00")]})
    for goal in ("4h", "2bd"):
        found = measure(request("11-09 09:00"), bound({"goals": {"default": goal}}, last_day), paris("11-09 10:00"))
        assert found.breach_time is None
        assert [a.kind for a in found.anomalies] == [AnomalyKind.NEVER_OPENS]
        assert f"does not open long enough for the goal {goal}" in found.anomalies[0].text


def test_changing_the_calendar_or_the_goal_recounts_from_history() -> None:
    issue = request("11-06 17:00")
    now = paris("11-09 10:00")
    assert [measure(issue, bound(calendar=c), now).elapsed for c in (OFFICE, ALWAYS, OFFICE)] == [
        hours(2),
        hours(65),
        hours(2),
    ]
    assert measure(issue, bound({"goals": {"default": "1h"}}), now).breached
    assert not measure(replace(issue, priority="Low"), bound(), now).breached
