"""Adds a length of time as policies write them to an instant, never converting one unit into another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import WithJsonSchema

from automation_rules.sla.calendar import Calendar
from automation_rules.units import WRITTEN, Amount, Unit

_WORDS = {
    Unit.MINUTES: ("minute", "minutes"),
    Unit.HOURS: ("hour", "hours"),
    Unit.BUSINESS_HOURS: ("business hour", "business hours"),
    Unit.DAYS: ("day", "days"),
    Unit.WORKING_DAYS: ("working day", "working days"),
}


class DurationValue(Amount):
    """A length of time: `3d` calendar days, `3bd` working days, `24h` elapsed hours, `8bh` business hours."""

    @property
    def words(self) -> str:
        """The duration in English, for reasons: `3 working days`."""
        return f"{self.count} {_WORDS[self.unit][self.count != 1]}"

    def minus(self, other: DurationValue) -> DurationValue:
        """What is left of this duration after a shorter one; ValueError when the units differ or it is longer."""
        if self.unit is not other.unit:
            raise ValueError(f"{self} and {other} are in different units, which are never converted")
        return DurationValue(count=self.count - other.count, unit=self.unit)

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """The instant (UTC) this long after `start`; days keep the local time of the calendar's zone.

        A local time that does not exist on that day is read with the offset before the change (02:30 → 03:30), one that
        exists twice is the first.
        """
        match self.unit:
            case Unit.MINUTES:
                end = start + timedelta(minutes=self.count)
            case Unit.HOURS:
                end = start + timedelta(hours=self.count)
            case Unit.BUSINESS_HOURS:
                end = calendar.add(start, timedelta(hours=self.count))
            case Unit.DAYS:
                zone = ZoneInfo(calendar.time_zone)
                local = start.astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(days=self.count)
                end = local.replace(tzinfo=zone)
            case _:  # working days
                end = calendar.add_days(start, self.count)
        return end.astimezone(UTC)

    def before(self, end: datetime, calendar: Calendar) -> datetime:
        """The instant (UTC) this long before `end`, by the same rules as `after`."""
        match self.unit:
            case Unit.MINUTES:
                start = end - timedelta(minutes=self.count)
            case Unit.HOURS:
                start = end - timedelta(hours=self.count)
            case Unit.BUSINESS_HOURS:
                start = calendar.add(end, -timedelta(hours=self.count))
            case Unit.DAYS:
                zone = ZoneInfo(calendar.time_zone)
                local = end.astimezone(zone).replace(tzinfo=None, fold=0) - timedelta(days=self.count)
                start = local.replace(tzinfo=zone)
            case _:  # working days
                start = calendar.add_days(end, -self.count)
        return start.astimezone(UTC)


def parse(text: str) -> DurationValue:
    """A duration from its text; ValueError says what one looks like."""
    return DurationValue.model_validate(text)


Duration = Annotated[DurationValue, WithJsonSchema(WRITTEN)]
"""A duration as a document's field: text in YAML and in the JSON Schema."""
