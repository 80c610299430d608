"""A slow, independent witness of working time: it looks at the wall clock once a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Day = Sequence[tuple[str, str]]
MINUTE = timedelta(minutes=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class Oracle:
    """Says whether the desk is open at an instant, straight from the words of the issue."""

    def __init__(
        self,
        zone: str,
        weekly: Mapping[str, Day],
        holidays: Sequence[date] = (),
        overrides: Mapping[date, Day] | None = None,
        breaks: Mapping[date, Day] | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.weekly, self.holidays = weekly, holidays
        self.overrides, self.breaks = overrides or {}, breaks or {}

    def hours(self, day: date) -> Day:
        if day in self.overrides:
            return self.overrides[day]
        return () if day in self.holidays else self.weekly.get(NAMES[day.weekday()], ())

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone).replace(tzinfo=None)
        days = (local.date(), local.date() - timedelta(days=1))
        within = any(self._in(local, day, self.hours(day)) for day in days)
        return within and not any(self._in(local, day, self.breaks.get(day, ())) for day in days)

    @staticmethod
    def _in(local: datetime, day: date, hours: Day) -> bool:
        midnight = datetime.combine(day, datetime.min.time())
        for start, end in hours:
            last = minutes(end) + (24 * 60 if minutes(end) <= minutes(start) else 0)
            if midnight + minutes(start) * MINUTE <= local < midnight + last * MINUTE:
                return True
        return False

    def between(self, start: datetime, end: datetime) -> timedelta:
        at, total = start.astimezone(UTC), timedelta()
        while at < end:
            if self.is_open(at):
                total += MINUTE
            at += MINUTE
        return total

    def add(self, start: datetime, amount: timedelta) -> datetime:
        at, left = start.astimezone(UTC), amount
        while left > timedelta():
            if self.is_open(at):
                left -= MINUTE
            at += MINUTE
        return at

    def subtract(self, start: datetime, amount: timedelta) -> datetime:
        at, left = start.astimezone(UTC), amount
        while left > timedelta():
            at -= MINUTE
            if self.is_open(at):
                left -= MINUTE
        while not self.is_open(at):  # the latest instant: on through closed time up to the opening
            at += MINUTE
        return at
