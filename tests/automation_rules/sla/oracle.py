"""A plain, independent witness of working time: it writes down every second, open, closed or holiday, and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Day = Sequence[tuple[str, str]]
SECOND, MINUTE, ONE_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
DAY = 24 * 60 * 60
QUARTER = 15 * 60
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED, OPEN, HOLIDAY = 0, 1, 2


def seconds(text: str) -> int:
    hour, minute, *rest = map(int, text.split(":"))
    return hour * 3600 + minute * 60 + sum(rest)


class Oracle:
    """Says of each second what it is to the desk, straight from the words of the issue."""

    def __init__(
        self,
        zone: str,
        weekly: Mapping[str, Day],
        holidays: Sequence[date] = (),
        overrides: Mapping[date, Day] | None = None,
        breaks: Mapping[date | str, Day] | None = None,
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
        return self.every_second(instant, instant + SECOND) == bytes([OPEN])

    def every_second(self, start: datetime, end: datetime) -> bytes:
        """What each second from one whole second to another is: `OPEN`, `CLOSED` or `HOLIDAY` (and closed)."""
        first, last = start.astimezone(UTC), end.astimezone(UTC)
        if last <= first:
            return b""
        midnight = datetime.combine(first.date(), time.min, UTC)
        days = range((last - midnight) // ONE_DAY + 1)
        known = b"".join(self._utc_day(first.date() + timedelta(days=day)) for day in days)
        return known[(first - midnight) // SECOND : (last - midnight) // SECOND]

    def between(self, start: datetime, end: datetime) -> timedelta:
        return self.every_second(start, end).count(OPEN) * SECOND

    def add(self, start: datetime, amount: timedelta, horizon: timedelta = 7 * ONE_DAY) -> datetime:
        """One second after another, until enough of them were open."""
        left = amount // SECOND
        for passed, kind in enumerate(self.every_second(start, start + horizon)):
            if not left:
                return start + passed * SECOND
            left -= kind == OPEN
        raise AssertionError("the horizon is too near")

    def subtract(self, start: datetime, amount: timedelta, horizon: timedelta = 7 * ONE_DAY) -> datetime:
        """The latest instant: back to the second that is one too many, and then just after it."""
        left = amount // SECOND
        for passed, kind in enumerate(reversed(self.every_second(start - horizon, start))):
            left -= kind == OPEN
            if not left:
                return start - (passed + 1) * SECOND
        raise AssertionError("the horizon is too near")

    def _utc_day(self, day: date) -> bytes:
        if day not in self._utc:
            self._utc[day] = b"".join(
                self._local_day(shown)[since:until] for shown, since, until in wall(self.zone.key, day)
            )
        return self._utc[day]

    def _local_day(self, day: date) -> bytes:
        """The seconds the wall clock shows on a day."""
        if day not in self._local:
            known = bytearray([HOLIDAY if day in self.holidays else CLOSED]) * DAY
            closed = bytes(known)
            for since, until in self._spans(day, self.hours):
                known[since:until] = bytes([OPEN]) * (until - since)
            for since, until in self._spans(day, self._cut):
                known[since:until] = closed[since:until]
            self._local[day] = bytes(known)
        return self._local[day]

    def _cut(self, day: date) -> Day:
        return [*self.breaks.get(day, ()), *self.breaks.get(NAMES[day.weekday()], ())]

    @staticmethod
    def _spans(day: date, hours: object) -> Iterator[tuple[int, int]]:
        """The hours of a day and those of the day before that run into it, cut at its midnights."""
        assert callable(hours)
        for begun, shift in ((day, 0), (day - ONE_DAY, DAY)):
            for start, end in hours(begun):
                first, last = seconds(start), seconds(end)
                last += DAY if last <= first else 0
                yield max(first - shift, 0), max(min(last - shift, DAY), 0)


@lru_cache(maxsize=512)
def wall(zone: str, day: date) -> tuple[tuple[date, int, int], ...]:
    """What a clock on the wall shows during a day of UTC, as unbroken runs `(date, from, to)` of its seconds.

    Each quarter of an hour is looked at; one in which the wall clock does not simply run on is looked at each second.
    """
    there, midnight = ZoneInfo(zone), datetime.combine(day, time.min, UTC)
    shown: list[tuple[date, int, int]] = []
    for at in range(0, DAY, QUARTER):
        (first_day, first), (last_day, last) = (_shown(midnight, s, there) for s in (at, at + QUARTER - 1))
        if first_day == last_day and last - first == QUARTER - 1:
            shown.append((first_day, first, last + 1))
        else:
            each = (_shown(midnight, second, there) for second in range(at, at + QUARTER))
            shown += [(date_, second, second + 1) for date_, second in each]
    return tuple(shown)


def _shown(midnight: datetime, second: int, zone: ZoneInfo) -> tuple[date, int]:
    local = (midnight + second * SECOND).astimezone(zone)
    return local.date(), local.hour * 3600 + local.minute * 60 + local.second
