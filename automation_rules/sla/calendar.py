"""Adds and measures working time, in real elapsed seconds, on a calendar of opening hours in a time zone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from automation_rules.sla.hours import WEEKDAYS, Hours, known_weekday, local_date, local_dates, spans, week
from automation_rules.sla.openings import BLOCK, FIRST_BLOCK, LAST_BLOCK, NOTHING, Openings, cover
from automation_rules.sla.public_holidays import HolidayCalendar
from automation_rules.sla.schedule import Schedule
from automation_rules.sla.zone import EPOCH, time_zone

_NONE = timedelta()
MICROSECOND = timedelta(microseconds=1)
_YEARS = range(1901, 2199)


class _WorkingDays(NamedTuple):
    """The working dates of the years `first..last`, as ordinals."""

    first: int
    last: int
    days: list[int]


_NO_DAYS = _WorkingDays(1, 0, [])

HoursByDate = Mapping[date, Hours] | Mapping[str, Hours] | Mapping[date | str, Hours]
"""Hours of single local dates, given as such or as ISO text."""


@dataclass(frozen=True)
class Calendar:
    """When a desk works. Intervals are half-open, nights belong to the day that opened them, holidays are local dates.

    `weekly` maps `mon`...`sun` to hours; `date_overrides` replaces the hours of one date, a holiday included; `breaks`
    cuts from what is then open, on one date or on every `mon`...`sun`. ValueError for contradictory hours or an unknown
    zone. All instants taken are aware; those given back are in the time zone of the instant asked about.
    """

    time_zone: str
    weekly: Mapping[str, Hours]
    holidays: Iterable[date | str] | HolidayCalendar = ()
    date_overrides: HoursByDate = field(default_factory=dict)
    breaks: HoursByDate = field(default_factory=dict)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _schedule: Schedule = field(init=False, repr=False)
    _openings: Openings = field(init=False, repr=False, compare=False, default=NOTHING)
    _working: _WorkingDays = field(init=False, repr=False, compare=False, default=_NO_DAYS)

    def __post_init__(self) -> None:
        holidays = self.holidays
        if not isinstance(holidays, HolidayCalendar):
            holidays = HolidayCalendar(dates=local_dates(holidays))
        by_date = {key: hours for key, hours in self.breaks.items() if key not in WEEKDAYS}
        by_weekday = {str(key): hours for key, hours in self.breaks.items() if key in WEEKDAYS}
        schedule = Schedule(
            weekly=week(self.weekly),
            holidays=holidays,
            overrides=_by_day("hours", self.date_overrides),
            breaks=_by_day("break", by_date),
            weekly_breaks={known_weekday(day): spans(f"break of {day}", cut) for day, cut in by_weekday.items()},
        )
        # The arguments are copied, so that nobody's later change of a dict changes a calendar.
        for name, value in (
            ("weekly", {day: tuple(map(tuple, self.weekly.get(day, ()))) for day in WEEKDAYS}),
            ("holidays", holidays),
            ("date_overrides", dict(self.date_overrides)),
            ("breaks", dict(self.breaks)),
            ("_zone", time_zone(self.time_zone)),
            ("_schedule", schedule),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash((self.time_zone, self._schedule.weekly))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; zero when `end` is not after `start`."""
        since, until = _microseconds(start), _microseconds(end)
        if until <= since:
            return _NONE
        openings = self._covering(since, until)
        before, after = openings.open_before_each((since, until))
        return timedelta(microseconds=after - before)

    def steps(self, instants: Sequence[datetime]) -> list[int]:
        """`between` of each instant and the next in microseconds, for instants in order of time: cheap for many."""
        # As `_microseconds`, in half the time: the same whole number, put together from its parts.
        micros = [
            (since := instant - EPOCH).days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds
            for instant in instants
        ]
        before = self._covering(micros[0], micros[-1]).open_before_each(micros)
        return [after - earlier for earlier, after in pairwise(before)]

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant from `start` with `amount` of working time between; the latest before it when negative.

        A budget that ends exactly at closing time ends there. ValueError when the calendar never opens that much.
        """
        micros, at = amount // MICROSECOND, _microseconds(start)
        if micros == 0:
            return start
        openings = self._covering(at, at)
        wanted = openings.open_before(at) + micros
        if micros > 0:
            while wanted > openings.total:
                openings = self._grown(openings, openings.last + 1, f"{amount} after {start}")
            return _instant(openings.earliest(wanted), start.tzinfo)
        while wanted < 0:
            openings = self._grown(openings, openings.first - 1, f"{-amount} before {start}")
            wanted = openings.open_before(at) + micros
        return _instant(openings.latest(wanted), start.tzinfo)

    def next_open(self, start: datetime) -> datetime:
        """`start` when open, else the next opening; ValueError when there is none."""
        at = _microseconds(start)
        openings = self._covering(at, at)
        while (found := openings.next_open(at)) is None:
            openings = self._grown(openings, openings.last + 1, f"any time after {start}")
        return start if found == at else _instant(found, start.tzinfo)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk works at that instant; closing time itself is closed."""
        micros = _microseconds(at)
        return self._covering(micros, micros).next_open(micros) == micros

    def open_spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open spans between two instants, clipped to them, in order; none when `end` is not after `start`."""
        since, until = _microseconds(start), _microseconds(end)
        if until <= since:
            return []
        found = self._covering(since, until).between(since, until)
        return [(_instant(opens, start.tzinfo), _instant(closes, start.tzinfo)) for opens, closes in found]

    def add_days(self, start: datetime, count: int) -> datetime:
        """The same local time `count` working dates later (earlier when negative), whatever `start`'s own date is.

        A working date is one that opens at least once. A local time the clock skips is read with the offset before the
        change, one it shows twice is the first. ValueError when there are not that many working dates.
        """
        _microseconds(start)
        if count == 0:
            return start
        local = start.astimezone(self._zone)
        day = date.fromordinal(self._working_day(local.toordinal(), count))
        there = datetime.combine(day, local.time(), self._zone)
        return there.astimezone(UTC).astimezone(start.tzinfo)

    def local_day(self, at: datetime) -> date:
        """The date on the desk's wall at that instant."""
        return at.astimezone(self._zone).date()

    def day_after(self, day: date) -> datetime:
        """When the local date after `day` begins, in UTC."""
        tomorrow = date.fromordinal(day.toordinal() + 1)
        return datetime.combine(tomorrow, time.min, self._zone).astimezone(UTC)

    @property
    def opens_every_week(self) -> bool:
        """Whether an ordinary week has any time left after its own breaks."""
        return self._schedule.opens_every_week()

    def holiday_name(self, day: date) -> str | None:
        """What is celebrated on that local date, None on an ordinary day."""
        return self._schedule.holidays.name(day)

    def _working_day(self, today: int, count: int) -> int:
        year = date.fromordinal(today).year
        known = self._working_days(year, year)
        while True:
            days = known.days
            at = bisect_right(days, today) + count - 1 if count > 0 else bisect_left(days, today) + count
            if 0 <= at < len(days):
                return days[at]
            first, last = (known.first, known.last + 1) if count > 0 else (known.first - 1, known.last)
            if first not in _YEARS or last not in _YEARS:
                raise ValueError(f"the calendar does not have {count} working dates from there")
            known = self._working_days(first, last)

    def _working_days(self, first: int, last: int) -> _WorkingDays:
        """The working dates of some years; like the index of openings, replaced by a longer one and never changed."""
        known = self._working
        if known.last < known.first:
            known = _WorkingDays(first, last, self._days_of(first, last))
        else:
            before = self._days_of(first, known.first - 1)
            after = self._days_of(known.last + 1, last)
            known = _WorkingDays(min(first, known.first), max(last, known.last), [*before, *known.days, *after])
        object.__setattr__(self, "_working", known)
        return known

    def _days_of(self, first: int, last: int) -> list[int]:
        if last < first:
            return []
        return self._schedule.working_days(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal())

    def _covering(self, since: int, until: int) -> Openings:
        openings = self._openings
        first, last = since // BLOCK, until // BLOCK
        if first < openings.first or last > openings.last:
            # An index is never changed but replaced, so threads may both extend it: one of them works for nothing.
            openings = cover(openings, self._schedule, self._zone, first, last)
            object.__setattr__(self, "_openings", openings)
        return openings

    def _grown(self, openings: Openings, block: int, wanted: str) -> Openings:
        if not FIRST_BLOCK <= block <= LAST_BLOCK:
            raise ValueError(f"the calendar never opens for {wanted}")
        openings = cover(openings, self._schedule, self._zone, block, block)
        object.__setattr__(self, "_openings", openings)
        return openings


def _by_day(what: str, hours: HoursByDate) -> dict[int, tuple[tuple[int, int], ...]]:
    days = {local_date(day): cut for day, cut in hours.items()}
    return {day.toordinal(): spans(f"{what} of {day}", cut) for day, cut in days.items()}


def _microseconds(instant: datetime) -> int:
    try:
        return (instant - EPOCH) // MICROSECOND
    except TypeError:
        raise ValueError(f"{instant} has no time zone") from None


def _instant(micros: int, zone: tzinfo | None) -> datetime:
    return (EPOCH + timedelta(microseconds=micros)).astimezone(zone)
