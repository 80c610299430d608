"""Five units of time that are never converted into one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from automation_rules.durations import DurationValue, parse
from automation_rules.sla.calendar import Calendar
from automation_rules.units import Unit

PARIS = Calendar("Europe/Paris", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
FRIDAY = datetime(2026, 10, 23, 13, tzinfo=UTC)
"""15:00 in Paris, two days before the clocks go back."""


@pytest.mark.promise("C24", "D25", "D26")
@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("30m", datetime(2026, 10, 23, 13, 30, tzinfo=UTC)),
        ("72h", datetime(2026, 10, 26, 13, tzinfo=UTC)),
        ("3d", datetime(2026, 10, 26, 14, tzinfo=UTC)),
        ("3bd", datetime(2026, 10, 28, 14, tzinfo=UTC)),
        ("8bh", datetime(2026, 10, 26, 14, tzinfo=UTC)),
    ],
)
def test_from_a_friday_before_the_change_of_clock_the_units_end_apart(text: str, end: datetime) -> None:
    assert parse(text).after(FRIDAY, PARIS) == end


@pytest.mark.promise("C24", "C26")
@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1d", datetime(2028, 2, 29, 9, tzinfo=UTC)),
        ("3d", datetime(2028, 3, 2, 9, tzinfo=UTC)),
        ("12d", datetime(2028, 3, 11, 9, tzinfo=UTC)),
        ("2bd", datetime(2028, 3, 1, 9, tzinfo=UTC)),
        ("16bh", datetime(2028, 3, 1, 9, tzinfo=UTC)),
    ],
)
def test_a_leap_day_is_a_day_like_another(text: str, end: datetime) -> None:
    assert parse(text).after(datetime(2028, 2, 28, 9, tzinfo=UTC), PARIS) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # 02:30 does not exist on 28 March 2027 in Paris: the offset before the change makes it 03:30.
        (datetime(2027, 3, 27, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        # 02:30 exists twice on 25 October 2026: the first one.
        (datetime(2026, 10, 24, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_day_later_at_an_hour_the_clock_skips_or_shows_twice(start: datetime, end: datetime) -> None:
    assert parse("1d").after(start, PARIS) == end


@pytest.mark.parametrize("text", ["", "3", "d", "0d", "3 d", "3w", "-1h", "3.5d", "3D", "10000d", "３d"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a duration such as 3d"):
        parse(text)


def test_a_duration_reads_as_it_is_written_and_in_words() -> None:
    assert [str(parse(text)) for text in ("3d", "3bd", "24h", "8bh", "10m")] == ["3d", "3bd", "24h", "8bh", "10m"]
    assert [parse(text).words for text in ("1d", "3bd", "1bh")] == ["1 day", "3 working days", "1 business hour"]


def test_only_the_same_unit_can_be_taken_away() -> None:
    assert parse("12d").minus(parse("6d")) == DurationValue(count=6, unit=Unit.DAYS)
    with pytest.raises(ValueError, match="different units"):
        parse("12d").minus(parse("24h"))
    with pytest.raises(ValidationError):
        parse("3d").minus(parse("6d"))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(1, 40))  # noqa: DTZ001 -- made aware below
def test_days_keep_the_hour_on_the_wall_within_the_hour_of_a_change(naive: datetime, count: int) -> None:
    start = naive.replace(tzinfo=UTC)
    end = DurationValue(count=count, unit=Unit.DAYS).after(start, PARIS)
    assert abs(end - start - timedelta(days=count)) <= timedelta(hours=1)
    assert DurationValue(count=count, unit=Unit.HOURS).after(start, PARIS) - start == timedelta(hours=count)
