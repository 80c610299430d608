"""Working time against a witness that steps through every minute, in zones with odd changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from automation_rules.sla.calendar import Calendar
from tests.automation_rules.sla.oracle import NAMES, Oracle

# Around the nights the clocks change in 2025 and 2026, where most mistakes live.
CHANGES = {
    "Europe/Paris": (date(2025, 10, 26), date(2026, 3, 29)),
    "Australia/Lord_Howe": (date(2025, 10, 5), date(2026, 4, 5)),
    "America/St_Johns": (date(2025, 11, 2), date(2026, 3, 8)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Asia/Kathmandu": (date(2026, 1, 1), date(2026, 6, 1)),
}
SPAN = 6
ZERO = timedelta()


def clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def days(draw: st.DrawFn, latest: int = 96) -> list[tuple[str, str]]:
    """The hours of a day, on quarters of an hour, ending before `latest`; the whole day at times."""
    bounds = sorted(draw(st.sets(st.integers(0, latest), max_size=6)))
    return [(clock(a), clock(b)) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[tuple[str, str]]]:
    """A week of days, or of nights that run past midnight."""
    if draw(st.booleans()):
        return {day: draw(days()) for day in NAMES}
    morning = draw(st.integers(0, 40))
    night = (clock(draw(st.integers(morning + 1, 95))), clock(morning))
    return {day: [night] if draw(st.booleans()) else [] for day in NAMES}


@st.composite
def desks(draw: st.DrawFn) -> tuple[Calendar, Oracle, date]:
    """A calendar, its witness and the day they are asked about."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    around = draw(st.sampled_from(CHANGES[zone]))
    near = st.integers(-3, SPAN).map(lambda n: around + timedelta(days=n))
    week, holidays = draw(weeks()), draw(st.lists(near, max_size=2))
    overrides = draw(st.dictionaries(near, days(), max_size=2))
    breaks = draw(st.dictionaries(near, days(), max_size=2))
    witness = Oracle(zone, week, holidays, overrides, breaks)
    return Calendar(zone, week, holidays, overrides, breaks), witness, around


def instants(around: date) -> st.SearchStrategy[datetime]:
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=3)
    return st.integers(0, SPAN * 24 * 60).map(lambda minutes: first + timedelta(minutes=minutes))


@given(st.data())
def test_between_and_is_open_agree_with_the_witness(data: st.DataObject) -> None:
    calendar, witness, around = data.draw(desks())
    start, end = data.draw(instants(around)), data.draw(instants(around))
    assert calendar.between(start, end) == witness.between(start, end)
    assert calendar.is_open(start) == witness.is_open(start)
    spans = calendar.open_spans(start, end)
    assert sum((closes - opens for opens, closes in spans), ZERO) == calendar.between(start, end)
    assert all(a[1] < b[0] for a, b in pairwise(spans))


@given(st.data())
def test_add_agrees_with_the_witness_both_ways(data: st.DataObject) -> None:
    calendar, witness, around = data.draw(desks())
    start, end = sorted((data.draw(instants(around)), data.draw(instants(around))))
    worked = witness.between(start, end)
    assume(worked > ZERO)
    amount = timedelta(minutes=data.draw(st.integers(1, int(worked.total_seconds()) // 60)))
    later = calendar.add(start, amount)
    assert later == witness.add(start, amount)
    assert calendar.between(start, later) == amount
    earlier = calendar.add(end, -amount)
    assert earlier == witness.subtract(end, amount)
    assert calendar.between(earlier, end) == amount


@given(st.data(), st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400)))
def test_between_undoes_add_to_the_microsecond(data: st.DataObject, amount: timedelta) -> None:
    calendar, _, around = data.draw(desks())
    assume(any(calendar.weekly.values()))
    start = data.draw(instants(around)) + timedelta(microseconds=data.draw(st.integers(0, 59_999_999)))
    assert calendar.between(start, calendar.add(start, amount)) == amount
    assert calendar.between(calendar.add(start, -amount), start) == amount


@given(st.data())
def test_between_is_additive(data: st.DataObject) -> None:
    calendar, _, around = data.draw(desks())
    far = st.timedeltas(min_value=ZERO, max_value=timedelta(days=1500))
    first = data.draw(instants(around))
    middle = first + data.draw(far)
    last = middle + data.draw(far)
    whole = calendar.between(first, last)
    assert calendar.between(first, middle) + calendar.between(middle, last) == whole
    steps = [timedelta(microseconds=step) for step in calendar.steps([first, middle, last])]
    assert steps == [calendar.between(first, middle), calendar.between(middle, last)]
    assert ZERO <= whole <= last - first


@given(st.data(), st.integers(-40, 40))
def test_add_days_walks_working_dates_only(data: st.DataObject, count: int) -> None:
    calendar, witness, around = data.draw(desks())
    assume(any(calendar.weekly.values()) and not witness.breaks)
    start = data.draw(instants(around))
    day, left = start.astimezone(witness.zone).date(), abs(count)
    while left:
        day += timedelta(days=1 if count > 0 else -1)
        left -= bool(witness.hours(day))
    assert calendar.local_day(calendar.add_days(start, count)) == day


@settings(max_examples=settings().max_examples // 8)
@given(st.permutations(range(1990, 2040, 5)))
@example(list(range(2035, 1985, -5)))
def test_answers_do_not_depend_on_what_was_asked_before(years: list[int]) -> None:
    week = {day: [("09:00", "17:00")] for day in NAMES[:5]}
    asked = Calendar("Europe/Paris", week)
    for year in years:
        start = datetime(year, 1, 1, tzinfo=UTC)
        fresh = Calendar("Europe/Paris", week)
        assert asked.between(start, start + timedelta(days=500)) == fresh.between(start, start + timedelta(days=500))
        assert asked.add(start, timedelta(days=70)) == fresh.add(start, timedelta(days=70))
