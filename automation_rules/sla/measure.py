"""Measures one SLA of one request at a moment, in JSM's words: elapsed, remaining, paused, breach time, breached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from automation_rules.facts import Issue
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.history import Anomaly, AnomalyKind
from automation_rules.sla.model import Goal
from automation_rules.sla.timeline import ClockState, Stretch, Turn, timeline

_ZERO = timedelta()

Run = tuple[datetime, datetime, timedelta]
"""A span in which the clock ran, and how much of it counted."""


@dataclass(frozen=True, kw_only=True)
class GoalChange:
    """From that instant the request's priority asked for that goal: the audit of requirements §2 #19."""

    at: datetime
    priority: str | None
    goal: str | None


@dataclass(frozen=True, kw_only=True)
class Warning:  # noqa: A001 -- the requirement's word, never confused with Python's class
    """A fraction of the goal and when it was or will be used up; None if it will not be as things stand."""

    fraction: float
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One cycle of one SLA at `now`; durations are counted time, instants are in UTC.

    `paused` is the pause condition, whatever the hour; `within_calendar_hours` tells the hour. `breach_time` is when
    the goal was used up, or will be (would have been, once stopped) if nothing pauses the clock; None without a goal,
    and while paused unless it is past. `breached` once the clock has run beyond `breach_time`: an answer at that very
    instant is in time.
    """

    sla: str
    calendar: str
    state: ClockState
    now: datetime
    rule: str = ""
    start: datetime | None = None
    stop: datetime | None = None
    elapsed: timedelta = _ZERO
    paused_for: timedelta = _ZERO
    paused: bool = False
    within_calendar_hours: bool = False
    priority: str | None = None
    goal: timedelta | None = None
    goal_text: str | None = None
    remaining: timedelta | None = None
    breach_time: datetime | None = None
    breached: bool = False
    warnings: tuple[Warning, ...] = ()
    goal_changes: tuple[GoalChange, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    notes: tuple[str, ...] = ()


def measure(issue: Issue, sla: BoundSla, now: datetime) -> Measure:
    """The current or last cycle of the SLA, recomputed from the whole history; `not_started` before the first start."""
    return measures(issue, sla, now)[-1]


def measures(issue: Issue, sla: BoundSla, now: datetime) -> tuple[Measure, ...]:
    """Every cycle of the SLA, oldest first: at least one measure, though not started."""
    told = timeline(issue, sla.document, sla.pack, now)
    if told.turns:
        return tuple(_Reading(issue, sla, turn, told.now, told.anomalies).measure() for turn in told.turns)
    idle = Measure(
        sla=sla.document.id,
        calendar=sla.calendar_id,
        state=ClockState.NOT_STARTED,
        now=told.now,
        within_calendar_hours=sla.calendar.is_open(told.now),
        priority=issue.priority,
        anomalies=told.anomalies,
        notes=sla.notes,
    )
    return (idle,)


def budget(goal: Goal, start: datetime, calendar: Calendar) -> timedelta:
    """The counted time a goal allows from `start`; a start outside hours counts from the next opening.

    ValueError when the calendar does not open as often as the goal needs.
    """
    if goal.fixed is not None:
        return goal.fixed
    opening = calendar.next_open(start)
    return calendar.between(opening, calendar.add_days(opening, goal.count))


@dataclass(frozen=True)
class _Used:
    """When some amount of counted time was used up, and whether the clock ran on after that."""

    at: datetime
    exceeded: bool


@dataclass(frozen=True)
class _Reading:
    """One cycle being measured."""

    issue: Issue
    sla: BoundSla
    turn: Turn
    now: datetime
    anomalies: tuple[Anomaly, ...]

    def measure(self) -> Measure:
        turn, calendar = self.turn, self.sla.calendar
        running, pauses = _runs(turn.stretches, ClockState.RUNNING), _runs(turn.stretches, ClockState.PAUSED)
        runs = [(*span, counted) for span, counted in zip(running, calendar.lengths(running), strict=True)]
        elapsed = sum((counted for _, _, counted in runs), _ZERO)
        goal = self.sla.document.goal(self.issue.priority, self.sla.calendar_id)
        allowed = self._allowed(goal)
        used = None if allowed is None else _used(allowed, runs, calendar)
        breach_time = used.at if used else self._ahead(allowed, elapsed)
        return Measure(
            sla=self.sla.document.id,
            calendar=self.sla.calendar_id,
            state=turn.state,
            now=self.now,
            rule=turn.rule,
            start=turn.start,
            stop=turn.stop,
            elapsed=elapsed,
            paused_for=sum(calendar.lengths(pauses), _ZERO),
            paused=turn.state is ClockState.PAUSED,
            within_calendar_hours=calendar.is_open(turn.stop or self.now),
            priority=self.issue.priority,
            goal=allowed,
            goal_text=None if goal is None else str(goal),
            remaining=None if allowed is None else allowed - elapsed,
            breach_time=breach_time,
            breached=used is not None and used.exceeded,
            warnings=tuple(self._warning(fraction, allowed, elapsed, runs) for fraction in self.sla.document.warnings),
            goal_changes=self._goal_changes(),
            anomalies=(*self.anomalies, *self._never_opens(goal, breach_time)),
            notes=self.sla.notes,
        )

    def _allowed(self, goal: Goal | None) -> timedelta | None:
        try:
            return None if goal is None else budget(goal, self.turn.start, self.sla.calendar)
        except ValueError:
            return None

    def _ahead(self, allowed: timedelta | None, elapsed: timedelta) -> datetime | None:
        """When a goal not used up will be, or would have been if the clock had not stopped; None while paused."""
        if allowed is None or self.turn.state is ClockState.PAUSED:
            return None
        try:
            return self.sla.calendar.add(self.turn.stop or self.now, allowed - elapsed)
        except ValueError:
            return None

    def _warning(self, fraction: float, allowed: timedelta | None, elapsed: timedelta, runs: list[Run]) -> Warning:
        """When that fraction of the goal was used up, or will be by a running clock."""
        if allowed is None:
            return Warning(fraction=fraction, at=None)
        used = _used(allowed * fraction, runs, self.sla.calendar)
        if used is not None:
            return Warning(fraction=fraction, at=used.at)
        running = self.turn.state is ClockState.RUNNING
        return Warning(fraction=fraction, at=self._ahead(allowed * fraction, elapsed) if running else None)

    def _never_opens(self, goal: Goal | None, breach_time: datetime | None) -> tuple[Anomaly, ...]:
        if goal is None or breach_time is not None or self.turn.state is ClockState.PAUSED:
            return ()
        text = f"the calendar {self.sla.calendar_id} does not open long enough for the goal {goal}"
        return (Anomaly(AnomalyKind.NEVER_OPENS, self.now, text),)

    def _goal_changes(self) -> tuple[GoalChange, ...]:
        """The goal at the start and after each change of priority during this cycle."""
        end = self.turn.stop or self.now
        edits = [edit for edit in self.issue.edits if edit.field == "priority" and edit.at <= end]
        if not edits:
            return ()
        changes = [(self.turn.start, edits[0].old_text or edits[0].old)]
        for edit in edits:
            new = (max(edit.at, self.turn.start), edit.new_text or edit.new)
            changes = [*(change for change in changes if change[0] < new[0]), new]
        return tuple(GoalChange(at=at, priority=priority, goal=self._goal_text(priority)) for at, priority in changes)

    def _goal_text(self, priority: str | None) -> str | None:
        goal = self.sla.document.goal(priority, self.sla.calendar_id)
        return None if goal is None else str(goal)


def _used(amount: timedelta, runs: list[Run], calendar: Calendar) -> _Used | None:
    """When the first `amount` of counted time was used up, None when it is not yet."""
    before = _ZERO
    for number, (start, end, counted) in enumerate(runs):
        if before + counted >= amount:
            at = calendar.add(start, amount - before)
            return _Used(at, exceeded=at < end or number + 1 < len(runs))
        before += counted
    return None


def _runs(stretches: Iterable[Stretch], state: ClockState) -> list[tuple[datetime, datetime]]:
    """The spans in one state, whatever the statuses: touching stretches are one span."""
    spans: list[tuple[datetime, datetime]] = []
    for start, end, doing, _, _ in stretches:
        if doing is state:
            touches = spans and spans[-1][1] == start
            spans[-1:] = [(spans[-1][0], end)] if touches else [*spans[-1:], (start, end)]
    return spans
