"""Foresees the reminders and closures of a request, and counts those of many requests by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from automation_rules.actions import Action, AddComment, MoveTo
from automation_rules.facts import Audience, Issue
from automation_rules.forecast import forecast
from automation_rules.model import InactivityRule
from automation_rules.policy import Policy
from workflows.model import StatusRole


class StepKind(StrEnum):
    """What a customer will notice: a reminder, or the closure of a request that stayed silent."""

    REMINDER = "reminder"
    CLOSURE = "closure"


@dataclass(frozen=True, kw_only=True)
class ComingStep:
    """One step to come of one request, if nobody acts until then; `at` in UTC."""

    at: datetime
    kind: StepKind
    rule: str


@dataclass(frozen=True, kw_only=True)
class DayOfSteps:
    """How many steps fall on one day of a zone."""

    day: date
    reminders: int
    closures: int


@dataclass(frozen=True, kw_only=True)
class StepsByDay:
    """The days looked at, each with its steps, and how many more come after the last of them.

    What is due already and not done yet counts on the first day; `overdue` tells how many those are.
    """

    days: tuple[DayOfSteps, ...]
    overdue: int
    later: int

    @property
    def reminders(self) -> int:
        """All reminders of these days."""
        return sum(day.reminders for day in self.days)

    @property
    def closures(self) -> int:
        """All closures of these days."""
        return sum(day.closures for day in self.days)


def coming_steps(issue: Issue, policy: Policy, now: datetime) -> tuple[ComingStep, ...]:
    """Every reminder and closure to come, soonest first, nobody acting: what the forecast of the whole policy says.

    Only rules about silence do either as time passes, so only they are asked: a tenth of the work.
    """
    rules = [rule for rule in policy.document.rules if isinstance(rule, InactivityRule)]
    if not rules:
        return ()
    silent = replace(policy, document=policy.document.model_copy(update={"rules": rules}))
    closed = frozenset(status.id for status in policy.pack.statuses if status.role is StatusRole.CLOSED)
    found = ((step, _kind(step.action, closed)) for step in forecast(issue, silent, now))
    return tuple(ComingStep(at=step.at, kind=kind, rule=step.action.rule) for step, kind in found if kind is not None)


def _kind(action: Action, closed: frozenset[str]) -> StepKind | None:
    """None for what is neither, and for the comment that goes with a closure: the move is what counts."""
    if isinstance(action, MoveTo):
        return StepKind.CLOSURE if action.to_status in closed else None
    if isinstance(action, AddComment) and action.audience is Audience.PUBLIC and not action.key.endswith("/comment"):
        return StepKind.REMINDER
    return None


def by_day(steps: Iterable[ComingStep], now: datetime, time_zone: str, days: int = 14) -> StepsByDay:
    """The steps of so many days of a zone, today the first."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    counts: Counter[tuple[date, StepKind]] = Counter()
    overdue = later = 0
    end = today + timedelta(days=days)
    for step in steps:
        overdue += step.at <= now
        day = max(today, step.at.astimezone(zone).date())
        if day < end:
            counts[day, step.kind] += 1
        else:
            later += 1
    listed = (today + timedelta(days=count) for count in range(days))
    return StepsByDay(
        days=tuple(
            DayOfSteps(day=day, reminders=counts[day, StepKind.REMINDER], closures=counts[day, StepKind.CLOSURE])
            for day in listed
        ),
        overdue=overdue,
        later=later,
    )
