"""Lays opening hours out on the local clock: the week, then holidays, dates with hours of their own, and breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from automation_rules.sla.hours import DAY, Span
from automation_rules.sla.public_holidays import HolidayCalendar

EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a calendar is open in local time; days are ordinals (`date.toordinal`), times seconds since local 1970."""

    weekly: tuple[tuple[Span, ...], ...]
    holidays: HolidayCalendar
    overrides: Mapping[int, tuple[Span, ...]]
    breaks: Mapping[int, tuple[Span, ...]]
    weekly_breaks: Mapping[int, tuple[Span, ...]]

    def openings(self, first: int, last: int) -> list[Span]:
        """The open spans of the days `first..last`, in order and merged, as seconds since local 1970."""
        return subtract(self._opened(first, last), self._cut(first - 1, last + 1))

    def working_days(self, first: int, last: int) -> list[int]:
        """The days of `first..last` that open at least once."""
        if not self.breaks and not self.weekly_breaks:
            hours = self._hours(first, last)
            return [day for day in range(first, last + 1) if hours(day)]
        return [day for day in range(first, last + 1) if self.openings(day, day)]

    def opens_every_week(self) -> bool:
        """Whether a week without holidays, overrides or breaks of single dates opens at all."""
        opened = [(day * DAY + start, day * DAY + end) for day in range(7) for start, end in self.weekly[day]]
        cuts = [(day * DAY + s, day * DAY + e) for day in range(-1, 9) for s, e in self.weekly_breaks.get(day % 7, ())]
        return bool(subtract(merge(opened), merge(sorted(cuts))))

    def _hours(self, first: int, last: int) -> _DayHours:
        years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        closed = {day.toordinal() for year in years for day in self.holidays.in_year(year)}
        return _DayHours(self, frozenset(closed))

    def _opened(self, first: int, last: int) -> list[Span]:
        hours = self._hours(first, last)
        placed: list[Span] = []
        for day in range(first, last + 1):
            midnight = (day - EPOCH_DAY) * DAY
            placed += [(midnight + start, midnight + end) for start, end in hours(day)]
        return merge(placed)

    def _cut(self, first: int, last: int) -> list[Span]:
        if not self.breaks and not self.weekly_breaks:
            return []
        placed: list[Span] = []
        for day in range(first, last + 1):
            midnight = (day - EPOCH_DAY) * DAY
            cuts = (*self.breaks.get(day, ()), *self.weekly_breaks.get((day + 6) % 7, ()))
            placed += [(midnight + start, midnight + end) for start, end in cuts]
        return merge(sorted(placed))


@dataclass(frozen=True)
class _DayHours:
    """The hours one day opens with, before breaks: its own if it has some, none on a holiday, else its weekday's."""

    schedule: Schedule
    closed: frozenset[int]

    def __call__(self, day: int) -> tuple[Span, ...]:
        own = self.schedule.overrides.get(day)
        if own is not None:
            return own
        return () if day in self.closed else self.schedule.weekly[(day + 6) % 7]


def merge(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of start, with those that touch or overlap made one: a second is open once at most."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: list[Span], cuts: list[Span]) -> list[Span]:
    """What is left of `spans` outside `cuts`; both in order and merged."""
    if not cuts:
        return spans
    left: list[Span] = []
    first = 0
    for start, end in spans:
        while first < len(cuts) and cuts[first][1] <= start:
            first += 1
        at = start
        for cut_start, cut_end in cuts[first:]:
            if cut_start >= end:
                break
            if cut_start > at:
                left.append((at, cut_start))
            at = max(at, cut_end)
        if at < end:
            left.append((at, end))
    return left
