"""A plain, independent witness of working time: it knows every minute of every day, open or closed, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Day = Sequence[tuple[str, str]]
MINUTE = timedelta(minutes=1)
DAY = 24 * 60
QUARTER = 15
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
        self._local: dict[date, bytes] = {}
        self._utc: dict[date, bytes] = {}

    def hours(self, day: date) -> Day:
        if day in self.overrides:
            return self.overrides[day]
        return () if day in self.holidays else self.weekly.get(NAMES[day.weekday()], ())

    def is_open(self, instant: datetime) -> bool:
        at = instant.astimezone(UTC)
        return bool(self._utc_day(at.date())[at.hour * 60 + at.minute])

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

    def _utc_day(self, day: date) -> bytes:
        """The minutes of a day in UTC, as the wall clock of the desk shows them, a quarter of an hour at a time."""
        if day not in self._utc:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            quarters = range(0, DAY, QUARTER)
            self._utc[day] = b"".join(self._quarter(midnight + quarter * MINUTE) for quarter in quarters)
        return self._utc[day]

    def _quarter(self, at: datetime) -> bytes:
        local, last = at.astimezone(self.zone), (at + (QUARTER - 1) * MINUTE).astimezone(self.zone)
        first = local.hour * 60 + local.minute
        assert local.date() == last.date(), "no quarter of an hour runs past midnight"
        assert last.hour * 60 + last.minute == first + QUARTER - 1, "the clocks change between two quarters of an hour"
        return self._local_day(local.date())[first : first + QUARTER]

    def _local_day(self, day: date) -> bytes:
        """The minutes the wall clock shows on a day: 1 open, 0 closed."""
        if day not in self._local:
            known = bytearray(DAY)
            for spans, value in ((self.hours, 1), (lambda of: self.breaks.get(of, ()), 0)):
                for begun, shift in ((day, 0), (day - timedelta(days=1), DAY)):
                    for start, end in spans(begun):
                        first = minutes(start) - shift
                        last = minutes(end) + (DAY if minutes(end) <= minutes(start) else 0) - shift
                        for minute in range(max(first, 0), min(last, DAY)):
                            known[minute] = value
            self._local[day] = bytes(known)
        return self._local[day]
