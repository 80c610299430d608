"""Hours that contradict each other are refused, with the place and the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from automation_rules.sla.calendar import Calendar
from automation_rules.sla.hours import spans

OFFICE = {"mon": [("09:00", "12:30"), ("14:00", "18:00")]}


@pytest.mark.parametrize(
    ("weekly", "reason"),
    [
        ({"mon": [("09:00", "12:30"), ("12:00", "18:00")]}, "mon: 12:00-18:00 overlaps"),
        ({"mon": [("14:00", "18:00"), ("09:00", "12:30")]}, "mon: 09:00-12:30 is written after later hours"),
        ({"mon": [("22:00", "06:00")], "tue": [("05:00", "12:00")]}, "mon: the last hours run past midnight .* tue"),
        ({"sun": [("22:00", "06:00")], "mon": [("05:59", "12:00")]}, "sun: .* overlap those of mon"),
        ({"mon": [("22:00", "06:00"), ("23:00", "23:30")]}, "mon: 23:00-23:30 overlaps"),
        ({"monday": [("09:00", "12:30")]}, r"'monday' is not a day .*did you mean \"mon\""),
        ({"xyz": []}, "'xyz' is not a day of the week: mon, tue, wed, thu, fri, sat, sun$"),
        ({"mon": [("9:00", "12:30")]}, "mon: '9:00' is not a time"),
        ({"mon": [("24:00", "12:30")]}, "mon: '24:00' is not a time"),
        ({"mon": [("09:00", "24:30")]}, "mon: '24:30' is not a time"),
        ({"mon": [("09:60", "12:30")]}, "mon: '09:60' is not a time"),
        ({"mon": [("09:00:60", "12:30")]}, "mon: '09:00:60' is not a time"),
        ({"mon": [("09:00", "24:00:00")]}, "mon: '24:00:00' is not a time"),
        ({"mon": [("０9:00", "12:30")]}, "mon: '０9:00' is not a time"),
        ({"mon": [(540, "12:30")]}, "mon: 540 is not a time"),
        ({"mon": ["09:00-12:30"]}, "mon: '09:00-12:30' is not a pair"),
        ({"mon": [("09:00", "12:00", "14:00")]}, "mon: .* is not a pair"),
    ],
)
def test_contradictory_hours_are_refused(weekly: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Calendar("Europe/Paris", weekly)


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        ("Europe/Pariss", r"'Europe/Pariss' is not a time zone .*did you mean \"Europe/Paris\""),
        ("", "'' is not a time zone of the IANA database$"),
        ("Europe", "'Europe' is not a time zone"),
        ("../etc/passwd", "is not a time zone"),
    ],
)
def test_an_unknown_zone_is_refused(zone: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Calendar(zone, OFFICE)


def test_dates_are_dates() -> None:
    with pytest.raises(ValueError, match="is not a local date"):
        Calendar("Europe/Paris", OFFICE, holidays=[datetime(2026, 7, 14, tzinfo=UTC)])
    with pytest.raises(ValueError, match="Invalid isoformat"):
        Calendar("Europe/Paris", OFFICE, date_overrides={"yesterday": []})
    with pytest.raises(ValueError, match="5 is not a local date"):
        Calendar("Europe/Paris", OFFICE, breaks={5: []})  # type: ignore[arg-type]  # what a careless caller passes
    with pytest.raises(ValueError, match="hours of 2026-12-24: '9' is not a time"):
        Calendar("Europe/Paris", OFFICE, date_overrides={date(2026, 12, 24): [("9", "12:00")]})
    with pytest.raises(ValueError, match="break of mon: '9' is not a time"):
        Calendar("Europe/Paris", OFFICE, breaks={"mon": [("9", "12:00")]})


def test_text_dates_are_the_same_dates() -> None:
    text = Calendar("Europe/Paris", OFFICE, ["2026-11-16"], {"2026-11-23": []}, {"2026-11-30": [("09:00", "10:00")]})
    true = Calendar(
        "Europe/Paris",
        OFFICE,
        [date(2026, 11, 16)],
        {date(2026, 11, 23): []},
        {date(2026, 11, 30): [("09:00", "10:00")]},
    )
    span = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    assert text.open_spans(*span) == true.open_spans(*span)


def test_an_end_at_or_before_the_start_runs_past_midnight() -> None:
    assert spans("mon", [("22:00", "06:00")]) == ((22 * 3600, 30 * 3600),)
    assert spans("mon", [("09:00:07", "23:59:59")]) == ((9 * 3600 + 7, 24 * 3600 - 1),)
    assert spans("mon", [("09:00", "09:00")]) == ((9 * 3600, 33 * 3600),)
    assert spans("mon", [("00:00", "00:00")]) == spans("mon", [("00:00", "24:00")]) == ((0, 24 * 3600),)
