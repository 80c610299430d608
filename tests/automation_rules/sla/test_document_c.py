"""The response clock of document C, sentence by sentence, on histories of requests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from automation_rules.sla.ledger import Kind, ledger
from automation_rules.sla.measure import measure
from automation_rules.sla.timeline import ClockState
from tests.automation_rules.sla.desk import ALWAYS, RESOLUTION, bound, paris, request


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.promise("C13")
@pytest.mark.parametrize("stop", ["planned", "waiting-customer", "closed"])
def test_the_clock_runs_from_submitted_to_the_first_stop(stop: str) -> None:
    issue = request("11-09 10:00", ("11-09 10:20", "in-progress"), ("11-09 11:00", stop))
    found = measure(issue, bound(), paris("11-10 10:00"))
    assert (found.state, found.start, found.stop) == (ClockState.STOPPED, paris("11-09 10:00"), paris("11-09 11:00"))
    assert (found.elapsed, found.remaining, found.breached) == (hours(1), hours(3), False)
    assert found.breach_time == paris("11-09 15:30")  # when it would have been
    assert found.within_calendar_hours


@pytest.mark.promise("C13")
def test_resolved_is_any_status_of_category_done() -> None:
    sla = bound({"stop": ["resolved"]})
    issue = request("11-09 10:00", ("11-09 11:00", "closed"))
    assert measure(issue, sla, paris("11-10 10:00")).rule == "stop: status resolved"


@pytest.mark.promise("C14")
@pytest.mark.parametrize("after", ["in-progress", "submitted"])
def test_the_first_stop_is_the_last_whatever_comes_after(after: str) -> None:
    issue = request("11-09 10:00", ("11-09 11:00", "closed"), ("11-09 14:00", after), ("11-09 15:00", "planned"))
    found = measure(issue, bound(), paris("11-12 10:00"))
    assert (found.state, found.elapsed, found.stop) == (ClockState.STOPPED, hours(1), paris("11-09 11:00"))
    assert ledger(issue, bound(), paris("11-12 10:00")).total(Kind.STOPPED) == paris("11-12 10:00") - paris(
        "11-09 11:00"
    )


@pytest.mark.promise("C15")
def test_waiting_for_a_third_party_pauses_and_only_the_open_part_counts_as_pause() -> None:
    # Tuesday 17:00 to Thursday 10:00, over a holiday: one open hour on each side.
    issue = request(
        "11-10 16:00", ("11-10 17:00", "waiting-third-party"), ("11-12 10:00", "in-progress"), ("11-12 11:00", "closed")
    )
    found = measure(issue, bound(), paris("11-12 12:00"))
    assert (found.elapsed, found.paused_for) == (hours(2), hours(2))
    book = ledger(issue, bound(), paris("11-12 12:00"))
    totals = {kind: book.total(kind) for kind in Kind}
    assert totals == {
        Kind.COUNTED: hours(2),
        Kind.PAUSED: hours(2),
        Kind.CLOSED_HOURS: hours(6 + 9),
        Kind.HOLIDAY: hours(24),
        Kind.STOPPED: hours(1),
    }
    assert [(s.kind, s.status, s.rule) for s in book.segments[2:5]] == [
        (Kind.CLOSED_HOURS, "waiting-third-party", "closed hours (Europe/Paris)"),
        (Kind.HOLIDAY, "waiting-third-party", "holiday: Armistice"),
        (Kind.CLOSED_HOURS, "waiting-third-party", "closed hours (Europe/Paris)"),
    ]


@pytest.mark.promise("C15")
def test_while_paused_the_remaining_time_is_shown_and_no_date() -> None:
    issue = request("11-09 10:00", ("11-09 11:00", "waiting-third-party"))
    for now, open_now in (("11-09 15:00", True), ("11-09 20:00", False)):
        found = measure(issue, bound(), paris(now))
        assert (found.paused, found.within_calendar_hours) == (True, open_now)
        assert (found.remaining, found.breach_time, found.breached) == (hours(3), None, False)
        assert [w.at for w in found.warnings] == [None, None]


@pytest.mark.promise("C13", "C15")
def test_stop_wins_over_pause_unless_the_policy_says_otherwise() -> None:
    issue = request("11-09 10:00", ("11-09 11:00", "waiting-customer"), ("11-09 15:00", "in-progress"))
    stopped = measure(issue, bound(), paris("11-09 16:00"))
    assert (stopped.state, stopped.elapsed) == (ClockState.STOPPED, hours(1))
    assert stopped.rule == "stop: status waiting-customer (stop wins over pause: status waiting-customer)"
    paused = bound({"on_conflict": "pause"})
    going_on = measure(issue, paused, paris("11-09 16:00"))
    assert (going_on.state, going_on.elapsed, going_on.paused_for) == (ClockState.RUNNING, hours(2), hours(2.5))
    segment = ledger(issue, paused, paris("11-09 16:00")).segments[1]
    assert segment.rule == "pause: status waiting-customer (pause wins over stop: status waiting-customer)"


@pytest.mark.promise("C16")
def test_the_same_request_on_business_hours_and_round_the_clock() -> None:
    issue = request("11-06 17:00", ("11-09 10:00", "planned"))
    assert measure(issue, bound(), paris("11-10 10:00")).elapsed == hours(2)
    assert measure(issue, bound(calendar=ALWAYS), paris("11-10 10:00")).elapsed == hours(65)


def test_a_resolution_clock_goes_on_after_reopening() -> None:
    sla = bound(of=RESOLUTION)
    issue = request(
        "11-09 09:00",
        ("11-09 10:00", "waiting-customer"),
        ("11-09 11:00", "in-progress"),
        ("11-09 12:00", "closed"),
        ("11-09 15:00", "in-progress"),
    )
    closed = measure(issue, sla, paris("11-09 14:30"))
    assert (closed.state, closed.elapsed, closed.stop) == (ClockState.STOPPED, hours(2), paris("11-09 12:00"))
    reopened = measure(issue, sla, paris("11-09 16:00"))
    assert (reopened.state, reopened.elapsed, reopened.stop) == (ClockState.RUNNING, hours(3), None)
    assert (reopened.start, reopened.paused_for) == (paris("11-09 09:00"), hours(1))
    assert reopened.rule == "resume: status in-progress"
    assert reopened.breach_time == paris("11-09 17:00")
    book = ledger(issue, sla, paris("11-09 16:00"))
    assert (book.total(Kind.COUNTED), book.total(Kind.STOPPED)) == (hours(3), hours(3))
