"""Working time in hand-checked tables: boundaries, nights, holidays, the nights the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automation_rules.sla.calendar import Calendar
from automation_rules.sla.public_holidays import HolidayCalendar

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WEEKDAYS, "sat", "sun")
OFFICE = Calendar("Europe/Paris", {day: [("09:00", "12:30"), ("14:00", "18:00")] for day in WEEKDAYS})
FRENCH = Calendar("Europe/Paris", OFFICE.weekly, HolidayCalendar(("FR",)))
NIGHTS = Calendar("Europe/Paris", {day: [("22:00", "06:00")] for day in WEEKDAYS}, holidays=[date(2026, 11, 11)])
ALWAYS = Calendar("Europe/Paris", {day: [("00:00", "24:00")] for day in EVERY_DAY})
NEVER = Calendar("Europe/Paris", {})


def paris(text: str) -> datetime:
    """`2026-11-10 09:00`, Paris time."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


# 2026-11-09 is a Monday; Wednesday 11 November is a holiday in France.
@pytest.mark.parametrize(
    ("calendar", "start", "end", "expected"),
    [
        (OFFICE, "2026-11-09 09:00", "2026-11-09 18:00", 7.5),
        (OFFICE, "2026-11-09 08:00", "2026-11-09 19:00", 7.5),
        (OFFICE, "2026-11-09 12:30", "2026-11-09 14:00", 0),
        (OFFICE, "2026-11-09 12:29", "2026-11-09 14:01", 2 / 60),
        (OFFICE, "2026-11-09 18:00", "2026-11-10 09:00", 0),
        (OFFICE, "2026-11-06 17:00", "2026-11-09 10:00", 2),
        (OFFICE, "2026-11-07 00:00", "2026-11-08 23:59", 0),
        (OFFICE, "2026-11-09 10:00", "2026-11-09 10:00", 0),
        (OFFICE, "2026-11-09 11:00", "2026-11-09 10:00", 0),
        (OFFICE, "2026-11-09 00:00", "2026-11-16 00:00", 37.5),
        (FRENCH, "2026-11-09 00:00", "2026-11-16 00:00", 30),
        (FRENCH, "2026-11-10 17:00", "2026-11-12 10:00", 2),
        (NIGHTS, "2026-11-06 23:00", "2026-11-07 07:00", 7),  # Friday's night ends on Saturday
        (NIGHTS, "2026-11-08 00:00", "2026-11-09 22:00", 0),  # nothing opened on Sunday
        (NIGHTS, "2026-11-10 22:00", "2026-11-11 22:00", 8),  # Tuesday's night runs into the holiday
        (NIGHTS, "2026-11-11 06:00", "2026-11-12 22:00", 0),  # the holiday opens no night
        (ALWAYS, "2026-03-29 00:00", "2026-03-30 00:00", 23),
        (ALWAYS, "2026-10-25 00:00", "2026-10-26 00:00", 25),
        (ALWAYS, "2026-11-09 00:00", "2026-11-16 00:00", 168),
        (NIGHTS, "2026-03-27 20:00", "2026-03-30 20:00", 8),  # the change is on Sunday morning: no night then
        (NEVER, "2026-01-01 00:00", "2026-12-31 00:00", 0),
    ],
)
def test_between(calendar: Calendar, start: str, end: str, expected: float) -> None:
    assert calendar.between(paris(start), paris(end)) == hours(expected)


@pytest.mark.parametrize(
    ("calendar", "start", "amount", "expected"),
    [
        (OFFICE, "2026-11-09 16:00", 2, "2026-11-09 18:00"),  # a budget that ends at closing time ends there
        (OFFICE, "2026-11-09 16:00", 2.5, "2026-11-10 09:30"),
        (OFFICE, "2026-11-09 11:30", 1, "2026-11-09 12:30"),
        (OFFICE, "2026-11-09 11:30", 1.5, "2026-11-09 14:30"),
        (OFFICE, "2026-11-07 11:00", 1, "2026-11-09 10:00"),  # from a Saturday, the clock starts on Monday
        (OFFICE, "2026-11-06 17:00", 1, "2026-11-06 18:00"),
        (FRENCH, "2026-11-10 17:00", 2, "2026-11-12 10:00"),
        (OFFICE, "2026-11-09 20:00", 0, "2026-11-09 20:00"),
        (OFFICE, "2026-11-09 10:00", -1, "2026-11-09 09:00"),
        (OFFICE, "2026-11-09 10:00", -2, "2026-11-06 17:00"),
        (OFFICE, "2026-11-09 14:00", -1, "2026-11-09 11:30"),
        (OFFICE, "2026-11-09 13:00", -3.5, "2026-11-09 09:00"),  # the latest instant is the opening
        (OFFICE, "2026-11-09 16:00", -2, "2026-11-09 14:00"),
        (NIGHTS, "2026-11-10 23:00", 8, "2026-11-12 23:00"),
        (ALWAYS, "2026-03-28 12:00", 24, "2026-03-29 13:00"),
    ],
)
def test_add(calendar: Calendar, start: str, amount: float, expected: str) -> None:
    assert calendar.add(paris(start), hours(amount)) == paris(expected)


def test_add_crosses_years_both_ways() -> None:
    start = paris("2026-11-09 09:00")
    later = FRENCH.add(start, hours(7.5 * 251 * 3))
    assert later > start + timedelta(days=3 * 360)
    assert FRENCH.between(start, later) == hours(7.5 * 251 * 3)
    fresh = Calendar("Europe/Paris", OFFICE.weekly, HolidayCalendar(("FR",)))
    earlier = fresh.add(start, -hours(7.5 * 251 * 3))
    assert fresh.between(earlier, start) == hours(7.5 * 251 * 3)
    assert fresh.add(earlier, hours(7.5 * 251 * 3)) == paris("2026-11-06 18:00")  # the earliest instant: closing time


@pytest.mark.parametrize(
    ("calendar", "start", "expected"),
    [
        (OFFICE, "2026-11-09 09:00", "2026-11-09 09:00"),
        (OFFICE, "2026-11-09 12:29", "2026-11-09 12:29"),
        (OFFICE, "2026-11-09 12:30", "2026-11-09 14:00"),
        (OFFICE, "2026-11-06 18:00", "2026-11-09 09:00"),
        (FRENCH, "2026-11-10 19:00", "2026-11-12 09:00"),
        (ALWAYS, "2026-11-10 19:00", "2026-11-10 19:00"),
    ],
)
def test_next_open(calendar: Calendar, start: str, expected: str) -> None:
    assert calendar.next_open(paris(start)) == paris(expected)
    assert calendar.is_open(paris(start)) == (start == expected)


@pytest.mark.parametrize(
    ("calendar", "start", "count", "expected"),
    [
        (OFFICE, "2026-11-09 10:00", 1, "2026-11-10 10:00"),
        (OFFICE, "2026-11-06 10:00", 1, "2026-11-09 10:00"),
        (OFFICE, "2026-11-07 10:00", 1, "2026-11-09 10:00"),  # from a closed day: the next working date
        (OFFICE, "2026-11-07 10:00", 0, "2026-11-07 10:00"),
        (OFFICE, "2026-11-07 10:00", -1, "2026-11-06 10:00"),
        (OFFICE, "2026-11-09 10:00", -1, "2026-11-06 10:00"),
        (FRENCH, "2026-11-10 22:00", 1, "2026-11-12 22:00"),
        (FRENCH, "2026-12-31 10:00", 1, "2027-01-04 10:00"),  # 1 January 2027 is a Friday
        (FRENCH, "2027-01-01 10:00", -1, "2026-12-31 10:00"),
        (ALWAYS, "2026-03-28 02:30", 1, "2026-03-29 03:30"),  # 02:30 does not exist that night
        (ALWAYS, "2026-10-24 02:30", 1, "2026-10-25 02:30"),
    ],
)
def test_add_days(calendar: Calendar, start: str, count: int, expected: str) -> None:
    found = calendar.add_days(paris(start), count)
    assert found == paris(expected)
    assert found.fold == 0


def test_a_day_cut_whole_by_a_break_is_not_a_working_date() -> None:
    cut = Calendar("Europe/Paris", OFFICE.weekly, breaks={"2026-11-10": [("00:00", "24:00")]})
    assert cut.add_days(paris("2026-11-09 10:00"), 1) == paris("2026-11-11 10:00")
    overnight = Calendar("Europe/Paris", OFFICE.weekly, breaks={"2026-11-09": [("20:00", "18:00")]})
    assert overnight.add_days(paris("2026-11-09 10:00"), 1) == paris("2026-11-11 10:00")


def test_a_date_may_have_hours_of_its_own_even_on_a_holiday() -> None:
    calendar = Calendar(
        "Europe/Paris",
        OFFICE.weekly,
        HolidayCalendar(("FR",)),
        {date(2026, 11, 11): [("10:00", "12:00")], date(2026, 11, 12): []},
    )
    assert calendar.between(paris("2026-11-11 00:00"), paris("2026-11-13 00:00")) == hours(2)


def test_a_date_whose_hours_meet_the_night_before_opens_each_second_once() -> None:
    calendar = Calendar("Europe/Paris", NIGHTS.weekly, date_overrides={"2026-11-11": [("04:00", "08:00")]})
    assert calendar.between(paris("2026-11-10 22:00"), paris("2026-11-11 12:00")) == hours(10)


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        ({"2026-11-09": [("10:00", "11:00")]}, 36.5),
        ({"2026-11-09": [("08:00", "10:00"), ("12:00", "15:00")]}, 35),
        ({"2026-11-09": [("13:00", "13:30")]}, 37.5),
        ({"2026-11-09": [("10:00", "10:30"), ("11:00", "11:30")]}, 36.5),
        ({"mon": [("10:00", "11:00")], "2026-11-10": [("00:00", "24:00")]}, 29),
        ({"2026-11-08": [("23:00", "10:00")]}, 36.5),
    ],
)
def test_breaks_cut_from_the_hours(breaks: dict[date | str, list[tuple[str, str]]], expected: float) -> None:
    calendar = Calendar("Europe/Paris", OFFICE.weekly, breaks=breaks)
    assert calendar.between(paris("2026-11-09 00:00"), paris("2026-11-16 00:00")) == hours(expected)


def test_a_break_cuts_a_night_on_the_date_it_is_written_for() -> None:
    calendar = Calendar("Europe/Paris", NIGHTS.weekly, breaks={"2026-11-14": [("02:00", "03:00")]})
    assert calendar.between(paris("2026-11-13 20:00"), paris("2026-11-14 20:00")) == hours(7)


@pytest.mark.parametrize(
    ("zone", "opening", "night", "expected"),
    [
        ("Europe/Paris", ("22:00", "06:00"), "2026-03-28", 7),
        ("Europe/Paris", ("22:00", "06:00"), "2026-10-24", 9),
        ("Europe/Paris", ("02:30", "06:00"), "2026-03-29", 3),  # nominal opening in the gap: only existing instants
        ("Europe/Paris", ("02:00", "03:00"), "2026-03-29", 0),
        ("Europe/Paris", ("02:00", "03:00"), "2026-10-25", 2),  # the wall shows that hour twice
        ("Europe/Paris", ("02:30", "03:30"), "2026-10-25", 1.5),
        ("Australia/Lord_Howe", ("22:00", "06:00"), "2026-10-03", 7.5),
        ("Australia/Lord_Howe", ("22:00", "06:00"), "2026-04-04", 8.5),
        ("America/St_Johns", ("22:00", "06:00"), "2026-03-07", 7),
        ("America/St_Johns", ("22:00", "06:00"), "2026-10-31", 9),
        ("Asia/Kolkata", ("22:00", "06:00"), "2026-10-31", 8),
    ],
)
def test_the_nights_the_clocks_change(zone: str, opening: tuple[str, str], night: str, expected: float) -> None:
    calendar = Calendar(zone, {}, date_overrides={night: [opening]})
    start = datetime.fromisoformat(night).replace(tzinfo=ZoneInfo(zone))
    assert calendar.between(start - hours(30), start + hours(60)) == hours(expected)


def test_microseconds_are_kept() -> None:
    start = paris("2026-11-09 11:59") + timedelta(microseconds=123_457)
    assert OFFICE.between(start, paris("2026-11-09 12:00")) == timedelta(seconds=59, microseconds=876_543)
    assert OFFICE.add(start, timedelta(microseconds=1)) == start + timedelta(microseconds=1)


def test_instants_come_back_in_the_zone_asked_in() -> None:
    assert OFFICE.add(datetime(2026, 11, 9, 15, tzinfo=UTC), hours(1)).tzinfo is UTC
    assert OFFICE.next_open(paris("2026-11-07 10:00")).tzinfo is PARIS
    assert OFFICE.add_days(datetime(2026, 11, 9, 15, tzinfo=UTC), 1).tzinfo is UTC


def test_open_spans_are_clipped() -> None:
    found = OFFICE.open_spans(paris("2026-11-09 10:00"), paris("2026-11-09 15:00"))
    assert found == [
        (paris("2026-11-09 10:00"), paris("2026-11-09 12:30")),
        (paris("2026-11-09 14:00"), paris("2026-11-09 15:00")),
    ]
    assert OFFICE.open_spans(paris("2026-11-09 12:30"), paris("2026-11-09 14:00")) == []
    assert OFFICE.open_spans(paris("2026-11-09 15:00"), paris("2026-11-09 10:00")) == []


def test_what_never_opens_is_refused_not_searched_for_ever() -> None:
    start = paris("2026-11-09 10:00")
    with pytest.raises(ValueError, match="never opens for 1:00:00 after"):
        NEVER.add(start, hours(1))
    with pytest.raises(ValueError, match="never opens for 1:00:00 before"):
        NEVER.add(start, -hours(1))
    with pytest.raises(ValueError, match="never opens for any time after"):
        NEVER.next_open(start)
    with pytest.raises(ValueError, match="does not have 1 working dates"):
        NEVER.add_days(start, 1)
    with pytest.raises(ValueError, match="does not have -1 working dates"):
        NEVER.add_days(start, -1)


def test_instants_without_a_zone_or_outside_two_centuries_are_refused() -> None:
    naive = datetime(2026, 11, 9)  # noqa: DTZ001 -- the very mistake to refuse
    for question in (OFFICE.next_open, OFFICE.is_open, lambda at: OFFICE.add_days(at, 1)):
        with pytest.raises(ValueError, match="has no time zone"):
            question(naive)
    with pytest.raises(ValueError, match="from 1901 to 2198 only"):
        OFFICE.between(datetime(1800, 1, 1, tzinfo=UTC), datetime(1800, 1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="from 1901 to 2198 only"):
        OFFICE.is_open(datetime(2300, 1, 1, tzinfo=UTC))


def test_a_calendar_is_what_it_was_made_of() -> None:
    weekly = {"mon": [("09:00", "17:00")]}
    calendar = Calendar("Europe/Paris", weekly)
    assert calendar == Calendar("Europe/Paris", dict(weekly))
    assert hash(calendar) == hash(Calendar("Europe/Paris", dict(weekly)))
    assert calendar != Calendar("Europe/Paris", weekly, holidays=["2026-11-09"])
    weekly["mon"].append(("18:00", "19:00"))
    assert calendar.between(paris("2026-11-09 00:00"), paris("2026-11-10 00:00")) == hours(8)
    with pytest.raises(AttributeError):
        calendar.time_zone = "UTC"  # type: ignore[misc]  # frozen


def test_steps_are_the_betweens_of_neighbours() -> None:
    edges = [paris(t) for t in ("2026-11-06 08:00", "2026-11-06 10:00", "2026-11-06 10:00", "2026-11-09 10:00")]
    assert [timedelta(microseconds=step) for step in OFFICE.steps(edges)] == [hours(1), hours(0), hours(7.5)]


def test_the_day_after_begins_at_local_midnight() -> None:
    assert OFFICE.day_after(date(2026, 11, 9)) == datetime(2026, 11, 9, 23, tzinfo=UTC)
    assert OFFICE.local_day(datetime(2026, 11, 9, 23, tzinfo=UTC)) == date(2026, 11, 10)
