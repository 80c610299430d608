"""Working time against a witness that writes down every second, in zones with odd changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from automation_rules.sla.calendar import Calendar
from tests.automation_rules.sla.oracle import DAY, NAMES, QUARTER, SECOND, Oracle

# Around the nights the clocks change, where most mistakes live; also when offsets still had odd seconds (Paris until
# 1911, St. John's until 1935, Monrovia until 1972), at a minute past midnight (St. John's in 2010), with half an hour
# of summer time (Lord Howe), and over a day that never was (Apia).
CHANGES = {
    "Europe/Paris": (date(1911, 3, 11), date(2025, 10, 26), date(2026, 3, 29)),
    "Australia/Lord_Howe": (date(2025, 10, 5), date(2026, 4, 5)),
    "America/St_Johns": (date(1935, 3, 30), date(2010, 3, 14), date(2025, 11, 2), date(2026, 3, 8)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Africa/Monrovia": (date(1972, 1, 7),),
    "Asia/Kathmandu": (date(2026, 1, 1),),
    "Pacific/Apia": (date(2011, 12, 30),),
}
SPAN = 6
ZERO = timedelta()


def clock(second: int) -> str:
    """`09:30`, and `09:30:07` where the seconds are odd."""
    text = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return text.removesuffix(":00") if second % 60 == 0 else text


# Round hours and quarters as people write them, and any second at all.
seconds_of_day = st.one_of(st.integers(0, 96).map(lambda quarter: quarter * 900), st.integers(0, DAY))


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, str]]:
    """The hours of a day, to the second; the whole day at times."""
    bounds = sorted(draw(st.sets(seconds_of_day, max_size=6)))
    return [(clock(a), clock(b)) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[tuple[str, str]]]:
    """A week of days, or of nights that run past midnight."""
    if draw(st.booleans()):
        return {day: draw(days()) for day in NAMES}
    morning = draw(st.integers(0, 10 * 3600))
    night = (clock(draw(st.integers(morning + 1, DAY - 1))), clock(morning))
    return {day: [night] if draw(st.booleans()) else [] for day in NAMES}


@st.composite
def desks(draw: st.DrawFn) -> tuple[Calendar, Oracle, date]:
    """A calendar, its witness and the day they are asked about."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    around = draw(st.sampled_from(CHANGES[zone]))
    near = st.integers(-3, SPAN).map(lambda n: around + timedelta(days=n))
    week, holidays = draw(weeks()), draw(st.lists(near, max_size=2))
    overrides = draw(st.dictionaries(near, days(), max_size=2))
    breaks = draw(st.dictionaries(st.one_of(near, st.sampled_from(NAMES)), days(), max_size=2))
    witness = Oracle(zone, week, holidays, overrides, breaks)
    return Calendar(zone, week, holidays, overrides, breaks), witness, around


def instants(around: date) -> st.SearchStrategy[datetime]:
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=3)
    return st.integers(0, SPAN * DAY).map(lambda second: first + second * SECOND)


def change_near(zone: str, around: date) -> datetime:
    """The first second with another offset than the second before, within a day and a half of a date's noon."""
    there = ZoneInfo(zone)
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(hours=24)

    def changed(at: datetime, within: int) -> bool:
        return at.astimezone(there).utcoffset() != (at + within * SECOND).astimezone(there).utcoffset()

    quarter = next(at for step in range(288) if changed(at := first + step * QUARTER * SECOND, QUARTER))
    return next(at + SECOND for step in range(QUARTER) if changed(at := quarter + step * SECOND, 1))


@pytest.mark.parametrize(
    ("zone", "around"), [(zone, day) for zone, found in CHANGES.items() if zone != "Asia/Kathmandu" for day in found]
)
def test_each_second_around_a_change_of_the_clock_is_what_the_witness_says(zone: str, around: date) -> None:
    change = change_near(zone, around)
    seconds = [change + step * SECOND for step in range(-1200, 1201)]
    # The desk opens for a few seconds around the time the wall shows from then on, or would have shown without it.
    for shown in (change.astimezone(ZoneInfo(zone)), (change - SECOND).astimezone(ZoneInfo(zone)) + SECOND):
        at = shown.hour * 3600 + shown.minute * 60 + shown.second
        hours = {shown.date(): [(clock(max(at - 20, 0)), clock(min(at + 20, DAY)))]}
        told = Calendar(zone, {}, date_overrides=hours).steps(seconds)
        witness = Oracle(zone, {}, overrides=hours)
        assert told == [1_000_000 * kind for kind in witness.every_second(seconds[0], seconds[-1])]


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
    amount = data.draw(st.integers(1, worked // SECOND)) * SECOND
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
    start = data.draw(instants(around)) + timedelta(microseconds=data.draw(st.integers(0, 999_999)))
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
