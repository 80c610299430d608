"""Spends a goal along one cycle of a clock: how much counted, when an amount was used up, or when it will be."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from operator import itemgetter

from automation_rules.sla.calendar import MICROSECOND, Calendar
from automation_rules.sla.model import Goal
from automation_rules.sla.timeline import ClockState, Stretch, Turn

_RUNNING, _PAUSED = ClockState.RUNNING, ClockState.PAUSED


def budget(goal: Goal, start: datetime, calendar: Calendar) -> timedelta:
    """The counted time a goal allows from `start`; a start outside hours counts from the next opening.

    ValueError when the calendar does not open as often as the goal needs.
    """
    if goal.fixed is not None:
        return goal.fixed
    opening = calendar.next_open(start)
    return calendar.between(opening, calendar.add_days(opening, goal.count))


@dataclass(frozen=True)
class Used:
    """When an amount of counted time was used up, and whether the clock ran on after that."""

    at: datetime
    exceeded: bool


@dataclass(frozen=True)
class Spending:
    """The stretches of a cycle in which the clock ran, with the microseconds counted up to the end of each."""

    turn: Turn
    calendar: Calendar
    now: datetime
    runs: list[Stretch]
    counted: list[int]
    paused_for: timedelta

    @property
    def elapsed(self) -> timedelta:
        """All the time that counted."""
        return timedelta(microseconds=self.counted[-1] if self.counted else 0)

    def used(self, amount: timedelta) -> Used | None:
        """When that much counted time (more than none) was used up, None when it is not yet."""
        found = bisect_left(self.counted, amount // MICROSECOND)
        if found == len(self.counted):
            return None
        run, before = self.runs[found], self.counted[found - 1] if found else 0
        at = self.calendar.add(run.start, amount - timedelta(microseconds=before))
        return Used(at, exceeded=at < run.end or found + 1 < len(self.runs))

    def ahead(self, amount: timedelta) -> datetime | None:
        """When an amount not used up will be, or would have been if the clock had not stopped; None while paused."""
        if self.turn.state is ClockState.PAUSED:
            return None
        try:
            return self.calendar.add(self.turn.stop or self.now, amount - self.elapsed)
        except ValueError:
            return None  # the calendar does not open that long any more


def spending(turn: Turn, calendar: Calendar, now: datetime) -> Spending:
    """Measures the stretches of a cycle, all in one pass, for they touch."""
    runs: list[Stretch] = []
    counted: list[int] = []
    paused_for = 0
    if turn.stretches:
        opened = calendar.steps([*map(itemgetter(0), turn.stretches), turn.stretches[-1].end])
        for stretch, length in zip(turn.stretches, opened, strict=True):
            state = stretch[2]
            if state is _RUNNING:
                runs.append(stretch)
                counted.append(length)
            elif state is _PAUSED:
                paused_for += length
    return Spending(turn, calendar, now, runs, list(accumulate(counted)), timedelta(microseconds=paused_for))
