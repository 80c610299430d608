"""Public holidays of the four regions, checked by hand against their laws."""

from __future__ import annotations

from datetime import date

import pytest

from automation_rules.sla.public_holidays import HolidayCalendar

FRANCE_2026 = {"01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"}
# In Belgium Easter and Whit Sunday are counted too: they are Sundays.
BELGIUM_2026 = (FRANCE_2026 - {"05-08", "07-14"}) | {"04-05", "05-24", "07-21"}
LUXEMBOURG_2026 = (FRANCE_2026 - {"05-08", "07-14", "11-11"}) | {"05-09", "06-23", "12-26"}


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("FR", FRANCE_2026),
        ("FR-Alsace-Moselle", FRANCE_2026 | {"04-03", "12-26"}),
        ("BE", BELGIUM_2026),
        ("LU", LUXEMBOURG_2026),
    ],
)
def test_the_holidays_of_2026(region: str, expected: set[str]) -> None:
    found = HolidayCalendar((region,)).in_year(2026)
    assert {day.strftime("%m-%d") for day in found} == expected


def test_any_year_may_be_asked_for() -> None:
    french = HolidayCalendar(("FR",))
    assert date(1999, 7, 14) in french.in_year(1999)
    assert date(2060, 7, 14) in french.in_year(2060)
    assert date(2019, 6, 23) in HolidayCalendar(("LU",)).in_year(2019)
    assert date(2018, 5, 9) not in HolidayCalendar(("LU",)).in_year(2018)  # Europe Day since 2019


def test_own_dates_add_to_the_regions_and_names_are_french() -> None:
    both = HolidayCalendar(("FR", "BE"), frozenset({date(2026, 12, 24)}))
    assert {date(2026, 7, 14), date(2026, 7, 21), date(2026, 12, 24)} <= both.in_year(2026)
    assert date(2026, 12, 24) not in both.in_year(2027)
    assert both.name(date(2026, 7, 14)) == "Fête nationale"
    assert both.name(date(2026, 7, 21)) == "Fête nationale"
    assert both.name(date(2026, 12, 24)) == "2026-12-24"
    assert both.name(date(2026, 12, 23)) is None


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="'DE'; known: FR, FR-Alsace-Moselle, BE, LU"):
        HolidayCalendar(("DE",))
    with pytest.raises(ValueError, match="FR are known from 1803 to 2100 only"):
        HolidayCalendar(("FR",)).in_year(2150)
