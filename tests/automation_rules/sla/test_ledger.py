"""Every second has its place: random histories against a witness that writes down every second."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.facts import Issue
from automation_rules.sla.ledger import Kind, Ledger, Segment, ledger
from automation_rules.sla.measure import measure, measures
from automation_rules.sla.timeline import ClockState
from tests.automation_rules.sla.desk import OFFICE, RESOLUTION, RESPONSE, STATUSES, bound, moves, paris, request
from tests.automation_rules.sla.oracle import CLOSED, HOLIDAY, OPEN, SECOND, Oracle

START = paris("11-09 08:00")
HOURS = [("09:00", "12:30"), ("14:00", "18:00")]
WITNESS = Oracle(
    "Europe/Paris", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS), [paris("11-11 12:00").date()]
)
STOPS = {"response": {"planned", "waiting-customer", "closed"}, "resolution": {"closed"}}
PAUSES = {"waiting-customer", "waiting-third-party"}
FOUR_DAYS = 4 * 24 * 3600
ZERO = timedelta()
RUNNING, PAUSED, STOPPED = 0, 4, 8
"""What a clock does, written beside what the wall says: together one number for every second."""

KINDS = {
    RUNNING + OPEN: Kind.COUNTED,
    PAUSED + OPEN: Kind.PAUSED,
    RUNNING + CLOSED: Kind.CLOSED_HOURS,
    PAUSED + CLOSED: Kind.CLOSED_HOURS,
    RUNNING + HOLIDAY: Kind.HOLIDAY,
    PAUSED + HOLIDAY: Kind.HOLIDAY,
    STOPPED + OPEN: Kind.STOPPED,
    STOPPED + CLOSED: Kind.STOPPED,
    STOPPED + HOLIDAY: Kind.STOPPED,
}


@st.composite
def histories(draw: st.DrawFn) -> Issue:
    """A request made on Monday and moved at random seconds until Friday, several times in one second at times."""
    steps = draw(st.lists(st.tuples(st.integers(0, FOUR_DAYS), st.sampled_from(sorted(STATUSES))), max_size=12))
    told = [(START + second * SECOND, new) for second, new in sorted(steps, key=lambda step: step[0])]
    made = moves("submitted", *(("11-09 08:00", new) for _, new in told))
    dated = tuple(_at(move, at) for move, (at, _) in zip(made, told, strict=True))
    return request("11-09 08:00", status=dated[-1].new if dated else "submitted", moves=dated)


def _at(move: Any, at: Any) -> Any:
    return type(move)(id=move.id, at=at, by=move.by, old=move.old, new=move.new)


def second_by_second(issue: Issue, sla: str, now: Any) -> dict[Kind, timedelta]:
    """The totals by writing down, for every second, what the clock does beside what the wall says, and counting."""
    wall = WITNESS.every_second(START, now)
    doing = bytearray([RUNNING]) * len(wall)
    for move in issue.moves:
        if sla == "response" and STOPPED in doing:
            break  # stopped for good
        place = (move.at - START) // SECOND
        does = STOPPED if move.new in STOPS[sla] else PAUSED if move.new in PAUSES else RUNNING
        doing[place:] = bytes([does]) * max(len(wall) - place, 0)
    told = Counter(clock + hour for clock, hour in zip(doing, wall, strict=True))
    totals = dict.fromkeys(Kind, ZERO)
    for code, count in told.items():
        totals[KINDS[code]] += count * SECOND
    return totals


@given(histories(), st.integers(0, FOUR_DAYS + 24 * 3600), st.sampled_from([RESPONSE, RESOLUTION]))
def test_the_ledger_agrees_with_the_witness_second_by_second(issue: Issue, passed: int, of: dict[str, Any]) -> None:
    now = START + passed * SECOND
    book = ledger(issue, bound(of=of), now)
    assert {kind: book.total(kind) for kind in Kind} == second_by_second(issue, of["id"], now)


@given(
    histories(),
    st.integers(0, 6 * 24 * 3600),
    st.sampled_from(["first", "each", "resume"]),
    st.sampled_from(["stop", "pause"]),
)
def test_the_measure_is_the_sum_of_the_ledger(issue: Issue, passed: int, cycle: str, conflict: str) -> None:
    now = START + passed * SECOND
    for of in (RESPONSE, RESOLUTION):
        sla = bound({"cycle": cycle, "on_conflict": conflict}, of=of)
        book, found = ledger(issue, sla, now), measures(issue, sla, now)
        assert sum((segment.length for segment in book.segments), ZERO) == now - START
        assert sum((m.elapsed for m in found), ZERO) == book.total(Kind.COUNTED)
        assert sum((m.paused_for for m in found), ZERO) == book.total(Kind.PAUSED)
        assert found == measures(issue, sla, now)
        last = found[-1]
        if last.breach_time and last.goal and last.breached:
            assert measure(issue, sla, last.breach_time).remaining == ZERO


@given(histories(), st.integers(1, 5 * 24 * 3600))
def test_a_running_clock_left_alone_breaches_when_it_said(issue: Issue, passed: int) -> None:
    now = START + passed * SECOND
    known = request("11-09 08:00", moves=tuple(move for move in issue.moves if move.at <= now))
    sla = bound({"cycle": "resume"}, of=RESOLUTION)
    found = measure(known, sla, now)
    if found.state is ClockState.RUNNING and found.breach_time and not found.breached:
        due = found.breach_time
        assert not measure(known, sla, due).breached
        assert measure(known, sla, due + timedelta(microseconds=1)).breached
        assert measure(known, sla, due).elapsed == found.goal


def test_no_ledger_before_the_first_start() -> None:
    book = ledger(request("11-09 09:00", first="in-progress"), bound(), paris("11-09 10:00"))
    assert (book.start, book.segments) == (None, ())


def test_weekends_and_holidays_side_by_side() -> None:
    book = ledger(request("05-07 17:00"), bound(), paris("05-11 10:00"))
    assert [(s.start, s.end, s.kind) for s in book.segments] == [
        (paris("05-07 17:00"), paris("05-07 18:00"), Kind.COUNTED),
        (paris("05-07 18:00"), paris("05-08 00:00"), Kind.CLOSED_HOURS),
        (paris("05-08 00:00"), paris("05-09 00:00"), Kind.HOLIDAY),
        (paris("05-09 00:00"), paris("05-11 09:00"), Kind.CLOSED_HOURS),
        (paris("05-11 09:00"), paris("05-11 10:00"), Kind.COUNTED),
    ]
    assert book.segments[2].rule == "holiday: Fête de la Victoire"


def test_a_ledger_that_does_not_add_up_is_refused() -> None:
    def segment(start: str, end: str) -> Segment:
        return Segment(paris(start), paris(end), Kind.COUNTED, "submitted", "start")

    start, now = paris("11-09 09:00"), paris("11-09 11:00")
    whole = Ledger("response", start, now, (segment("11-09 09:00", "11-09 11:00"),))
    assert whole.total(Kind.COUNTED) == timedelta(hours=2)
    for segments, reason in (
        ((segment("11-09 09:00", "11-09 10:00"),), "ends at"),
        ((segment("11-09 09:00", "11-09 10:00"), segment("11-09 10:30", "11-09 11:00")), "breaks at"),
        ((segment("11-09 09:00", "11-09 10:30"), segment("11-09 10:00", "11-09 11:00")), "breaks at"),
        ((segment("11-09 09:00", "11-09 09:00"), segment("11-09 09:00", "11-09 11:00")), "breaks at"),
        ((), "ends at"),
    ):
        with pytest.raises(ValueError, match=f"the ledger of response {reason}"):
            Ledger("response", start, now, segments)


def test_the_witness_and_the_calendar_keep_the_same_hours() -> None:
    assert OFFICE.between(START, paris("11-14 00:00")) == WITNESS.between(START, paris("11-14 00:00"))
