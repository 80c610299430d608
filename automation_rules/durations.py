"""Reads the units of time a policy may write, and adds them to an instant, never converting one into another."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, WithJsonSchema, model_validator

from automation_rules.sla.calendar import Calendar
from workflows.model import Document

_PATTERN = r"([1-9][0-9]{0,3})(m|h|bh|d|bd)"


class Unit(StrEnum):
    """What is counted; none is a multiple of another: a day may last 23 hours, a working day may be five days away."""

    MINUTES = "m"
    HOURS = "h"
    BUSINESS_HOURS = "bh"
    DAYS = "d"
    WORKING_DAYS = "bd"


_WORDS = {
    Unit.MINUTES: ("minute", "minutes"),
    Unit.HOURS: ("hour", "hours"),
    Unit.BUSINESS_HOURS: ("business hour", "business hours"),
    Unit.DAYS: ("day", "days"),
    Unit.WORKING_DAYS: ("working day", "working days"),
}


class DurationValue(Document):
    """A length of time: `3d` calendar days, `3bd` working days, `24h` elapsed hours, `8bh` business hours."""

    count: int = Field(ge=0, le=9999)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(_PATTERN, value)
        if found is None:
            raise ValueError(f"{value!r} is not a duration such as 3d, 3bd, 24h, 8bh or 10m, above zero")
        return {"count": int(found[1]), "unit": found[2]}

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

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


def parse(text: str) -> DurationValue:
    """A duration from its text; ValueError says what one looks like."""
    return DurationValue.model_validate(text)


Duration = Annotated[DurationValue, WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$"})]
"""A duration as a document's field: text in YAML and in the JSON Schema."""
