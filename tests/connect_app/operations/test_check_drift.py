"""What counts as a difference between our clock and Jira Service Management's, cycle by cycle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from automation_rules.facts import Issue
from automation_rules.sla.measure import measures
from connect_app.jira.service_levels import JsmCycle
from connect_app.operations.check_drift import compare
from tests.automation_rules.sla.desk import ALWAYS, RESOLUTION, RESPONSE, bound, paris, request

NAMED = RESPONSE | {"jsm_name": "Time to first response"}
REOPENED = request(
    "11-09 09:00", ("11-09 10:00", "closed"), ("11-09 12:00", "in-progress"), ("11-09 13:00", "waiting-third-party")
)


def cycle(start: str, stop: str | None, minutes: float, *, paused: bool = False) -> JsmCycle:
    end = paris(f"11-09 {stop}") if stop else None
    return JsmCycle(start=paris(f"11-09 {start}"), stop=end, elapsed=timedelta(minutes=minutes), paused=paused)


def told(
    issue: Issue, theirs: tuple[JsmCycle, ...] | None, sla: dict[str, Any] | None = None, now: str = "11-09 14:00"
) -> list[tuple[str, str, str]]:
    clock = bound(calendar=ALWAYS, of=NAMED | (sla or {}))
    ours = measures(issue, clock, paris(now))
    found = compare("SUP-88", clock.document, ours, theirs, timedelta(minutes=1))
    return [(one.what, one.ours, one.jsm) for one in found]


RUNS = request("11-09 09:00", ("11-09 10:00", "in-progress"))
PAUSED = request("11-09 09:00", ("11-09 10:00", "waiting-third-party"))


@pytest.mark.promise("C15")
@pytest.mark.parametrize(
    ("issue", "theirs", "expected"),
    [
        (RUNS, (cycle("09:00", None, 300),), []),
        (RUNS, (cycle("09:00", None, 300.9),), []),
        (RUNS, (cycle("09:00", None, 302),), [("elapsed", "18000 s", "18120 s")]),
        (PAUSED, (cycle("09:00", None, 60, paused=True),), []),
        (
            PAUSED,
            (cycle("09:00", None, 300),),
            [("paused", "paused", "running"), ("elapsed", "3600 s", "18000 s")],
        ),
        (RUNS, (cycle("09:00", "11:00", 120),), [("state", "running", "stopped"), ("elapsed", "18000 s", "7200 s")]),
        (RUNS, (), [("cycles", "1", "0"), ("state", "running", "not_started")]),
        (RUNS, None, [("presence", "running", "no SLA “Time to first response”")]),
    ],
)
def test_state_pause_and_time_are_compared(
    issue: Issue, theirs: tuple[JsmCycle, ...] | None, expected: list[tuple[str, str, str]]
) -> None:
    assert told(issue, theirs) == expected


@pytest.mark.promise("C14")
def test_a_clock_that_jsm_starts_again_is_told_and_compared_with_its_first_cycle() -> None:
    again = (cycle("09:00", "10:00", 60), cycle("12:00", None, 60, paused=True))
    assert told(REOPENED, again[:1]) == []
    assert told(REOPENED, again) == [("cycles", "1", "2")]


def test_a_clock_that_resumes_is_compared_with_the_sum_of_jsms_cycles() -> None:
    cycles = (cycle("09:00", "10:00", 60), cycle("12:00", None, 60, paused=True))
    resumes = RESOLUTION | {"jsm_name": "Resolution"}
    assert told(REOPENED, cycles, resumes) == []
    assert told(REOPENED, cycles[:1], resumes) == [("paused", "paused", "stopped"), ("elapsed", "7200 s", "3600 s")]


def test_a_clock_that_never_started_here_runs_there() -> None:
    idle = request("11-09 09:00", first="in-progress")
    assert told(idle, ()) == []
    assert told(idle, (cycle("09:00", None, 300),)) == [
        ("cycles", "0", "1"),
        ("state", "not_started", "running"),
    ]
