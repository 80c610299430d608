"""Measures one SLA of one request at a moment, in JSM's words: elapsed, remaining, paused, breach time, breached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from automation_rules.facts import Issue
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.history import Anomaly, AnomalyKind
from automation_rules.sla.model import Goal
from automation_rules.sla.spending import Spending, budget, spending
from automation_rules.sla.timeline import ClockState, Turn, timeline

_ZERO = timedelta()


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
        spent = spending(turn, calendar, self.now)
        priority = _priority(self.issue, self.now)
        goal = self.sla.document.goal(priority, self.sla.calendar_id)
        allowed = self._allowed(goal)
        used = None if allowed is None else spent.used(allowed)
        breach_time = used.at if used else None if allowed is None else spent.ahead(allowed)
        return Measure(
            sla=self.sla.document.id,
            calendar=self.sla.calendar_id,
            state=turn.state,
            now=self.now,
            rule=turn.rule,
            start=turn.start,
            stop=turn.stop,
            elapsed=spent.elapsed,
            paused_for=spent.paused_for,
            paused=turn.state is ClockState.PAUSED,
            within_calendar_hours=calendar.is_open(turn.stop or self.now),
            priority=priority,
            goal=allowed,
            goal_text=None if goal is None else str(goal),
            remaining=None if allowed is None else allowed - spent.elapsed,
            breach_time=breach_time,
            breached=used is not None and used.exceeded,
            warnings=self._warnings(allowed, spent),
            goal_changes=self._goal_changes(),
            anomalies=(*self.anomalies, *self._never_opens(goal, breach_time)),
            notes=self.sla.notes,
        )

    def _allowed(self, goal: Goal | None) -> timedelta | None:
        try:
            return None if goal is None else budget(goal, self.turn.start, self.sla.calendar)
        except ValueError:
            return None  # told as an anomaly

    def _warnings(self, allowed: timedelta | None, spent: Spending) -> tuple[Warning, ...]:
        """When each fraction of the goal was used up, or will be by a running clock."""
        if allowed is None:
            return ()
        warnings: list[Warning] = []
        for fraction in self.sla.document.warnings:
            used = spent.used(allowed * fraction)
            ahead = spent.ahead(allowed * fraction) if used is None and self.turn.stop is None else None
            warnings.append(Warning(fraction=fraction, at=used.at if used else ahead))
        return tuple(warnings)

    def _never_opens(self, goal: Goal | None, breach_time: datetime | None) -> tuple[Anomaly, ...]:
        if goal is None or breach_time is not None or self.turn.state is ClockState.PAUSED:
            return ()
        text = f"the calendar {self.sla.calendar_id} does not open long enough for the goal {goal}"
        return (Anomaly(AnomalyKind.NEVER_OPENS, self.now, text),)

    def _goal_changes(self) -> tuple[GoalChange, ...]:
        """The goal at the start of the cycle and from each change of priority in it; none without such a change."""
        end = self.turn.stop or self.now
        edits = [edit for edit in self.issue.edits if edit.field == "priority" and edit.at <= end]
        priorities: dict[datetime, str | None] = {self.turn.start: edits[0].old_text or edits[0].old} if edits else {}
        for edit in edits:
            priorities[max(edit.at, self.turn.start)] = edit.new_text or edit.new
        return tuple(GoalChange(at=at, priority=name, goal=self._goal_text(name)) for at, name in priorities.items())

    def _goal_text(self, priority: str | None) -> str | None:
        goal = self.sla.document.goal(priority, self.sla.calendar_id)
        return None if goal is None else str(goal)


def _priority(issue: Issue, now: datetime) -> str | None:
    """The priority at `now`: the last one known then decides (requirements §2 #19)."""
    later = next((edit for edit in issue.edits if edit.field == "priority" and edit.at > now), None)
    return issue.priority if later is None else later.old_text or later.old
