"""Warns the team while a clock runs: at fractions of its goal and when the goal is used up, once each (B18, C13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from automation_rules import messages, titles
from automation_rules.actions import Action, Notify
from automation_rules.decision import Decision
from automation_rules.events import Event, TimePassed
from automation_rules.model import SlaWatchRule
from automation_rules.question import Question
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.measure import Measure, measure
from automation_rules.sla.model import Delivery, SlaChannel
from automation_rules.sla.timeline import ClockState

_GOAL = 1.0


def listens(_: SlaWatchRule) -> tuple[type[Event], ...]:
    """Clocks are read anew each time: only time, or another history, changes what they say."""
    return (TimePassed,)


def evaluate(rule: SlaWatchRule, asked: Question) -> Decision:
    """Whether a fraction of the goal is used up that nobody was warned of, or when the next one will be.

    Everything is measured anew under the present goal and calendar, so a warning that a new priority makes due is told
    now and one it puts off is not. Of several that are due only the highest is told. A clock that has stopped warns
    nobody any more, and what was used up before the rule was switched on is history.
    """
    watch = _Watch(rule, asked)
    silent = watch.silence()
    if silent is not None:
        return asked.not_concerned(*silent)
    used, following = watch.used(), watch.following()
    reasons = [watch.told, *watch.doubts]
    if used is not None:
        answer = _due(watch, used, following, reasons)
        if answer is not None:
            return answer
    if following is None:
        why = "paused: no fraction is used up until it goes on" if watch.clock.paused else "nothing is left to warn of"
        return asked.not_concerned(*reasons, why)
    fraction, at = following
    return asked.wait(
        watch.leaves(at), *reasons, f"{watch.percent(fraction)} used up on {asked.moment(at)} if nothing pauses it"
    )


def _due(
    watch: _Watch, used: tuple[float, datetime], following: tuple[float, datetime] | None, reasons: list[str]
) -> Decision | None:
    """The decision on a fraction that is used up; None when it was told already, or need not be."""
    asked, (fraction, at) = watch.asked, used
    if at < asked.policy.binding.enabled_at:
        reasons.append(f"{watch.percent(fraction)} used up on {asked.moment(at)}, before the rule was switched on")
        return None
    actions = watch.actions(fraction)
    if not actions:
        reasons.append(f"{watch.percent(fraction)} used up on {asked.moment(at)}, but nobody is there to be told")
        return None
    if all(action.key in asked.issue.done for action in actions):
        reasons.append(f"{watch.percent(fraction)} was told already")
        return None
    reasons.append(f"{watch.percent(fraction)} used up on {asked.moment(at)}")
    leaves = watch.leaves(asked.now)
    if leaves > asked.now:
        return asked.wait(leaves, *reasons, f"told at the next opening, {asked.moment(leaves)}")
    return asked.act(actions, *reasons, until=watch.leaves(following[1]) if following else None)


@dataclass(frozen=True)
class _Watch:
    """One clock of one request, watched by one rule."""

    rule: SlaWatchRule
    asked: Question

    @cached_property
    def sla(self) -> BoundSla:
        """The clock, with the rule's fractions to warn at."""
        bound = next(sla for sla in self.asked.policy.slas(self.asked.issue) if sla.document.id == self.rule.sla)
        fractions = self.rule.at or tuple(dict.fromkeys((*bound.document.warnings, _GOAL)))
        return replace(bound, document=bound.document.model_copy(update={"warnings": fractions}))

    @cached_property
    def clock(self) -> Measure:
        """Where it stands now."""
        return measure(self.asked.issue, self.sla, self.asked.now)

    @property
    def told(self) -> str:
        """The state of the clock in a sentence."""
        clock = self.clock
        spent = f"{_length(clock.elapsed)} of {clock.goal_text} counted"
        return f"{clock.sla} is {clock.state.value} ({clock.rule}): {spent} on {clock.calendar}"

    @property
    def doubts(self) -> list[str]:
        """What makes the measure doubtful, told with every warning."""
        return [*self.clock.notes, *(f"doubtful: {anomaly.text}" for anomaly in self.clock.anomalies)]

    def silence(self) -> tuple[str, ...] | None:
        """Why this clock has no warnings at all, None when it may have some."""
        clock = self.clock
        if clock.state is ClockState.NOT_STARTED:
            return (f"{clock.sla} has not started", *self.doubts)
        if clock.state is ClockState.STOPPED and clock.stop is not None:
            return (f"{clock.sla} stopped on {self.asked.moment(clock.stop)} ({clock.rule})",)
        if clock.goal is None and clock.goal_text is None:
            return (f"{clock.sla} has no goal for priority {clock.priority or 'none'}: nothing to warn of",)
        return (f"the goal {clock.goal_text} cannot be measured", *self.doubts) if clock.goal is None else None

    def used(self) -> tuple[float, datetime] | None:
        """The highest fraction used up, with the instant from which it was due under the present goal."""
        found = [(w.fraction, w.at) for w in self.clock.warnings if w.at is not None and w.at <= self.asked.now]
        # A clock paused at the very limit is still in time.
        in_time = self.clock.paused and not self.clock.breached
        found = [(fraction, at) for fraction, at in found if not (in_time and fraction == _GOAL)]
        if not found:
            return None
        fraction, at = found[-1]
        return fraction, max(at, self._goal_since())

    def following(self) -> tuple[float, datetime] | None:
        """The next fraction nobody was warned of, and when it will be used up if nothing pauses the clock."""
        for warning in self.clock.warnings:
            if warning.at is not None and warning.at > self.asked.now and not self._was_told(warning.fraction):
                return warning.fraction, warning.at
        return None

    def leaves(self, at: datetime) -> datetime:
        """When a warning due at an instant may leave."""
        if self.rule.deliver is Delivery.AT_ONCE:
            return at
        return self.asked.policy.calendar(self.rule.calendar).next_open(at)

    def percent(self, fraction: float) -> str:
        """A fraction for a reason."""
        return "the goal is" if fraction == _GOAL else f"{fraction * 100:g}% is"

    def actions(self, fraction: float) -> list[Action]:
        """The internal comment and the notification of one fraction; none where nobody would be told."""
        breach = fraction == _GOAL
        text = self.rule.breach if breach else self.rule.warning
        key, values, asked = self._key(fraction), self._values(fraction), self.asked
        actions: list[Action] = []
        if SlaChannel.INTERNAL_COMMENT in self.rule.channels:
            quoted = values | {name: messages.quoted(values[name]) for name in ("summary", "priority")}
            actions.append(asked.internal_comment(f"{key}/comment", text, **quoted))
        accounts, groups = asked.policy.people(self.rule.roles)
        # Nobody named is no reason to tell nobody: the assignee hears of it.
        to_assignee = self.rule.to_assignee or not (accounts or groups)
        somebody = accounts or groups or asked.issue.assignee is not None
        if SlaChannel.NOTIFY in self.rule.channels and somebody:
            locale = asked.policy.binding.locale
            subject = self.rule.breach_subject if breach else self.rule.warning_subject
            notify = Notify(
                key=f"{key}/notify",
                rule=self.rule.id,
                subject=messages.render(subject, locale, **values),
                text=messages.render(text, locale, **values),
                account_ids=accounts,
                groups=groups,
                to_assignee=to_assignee and asked.issue.assignee is not None,
            )
            actions.append(notify)
        return actions

    def _goal_since(self) -> datetime:
        """Since when the present goal is the goal: the last change of priority that changed it, else the start."""
        since = self.clock.start or self.asked.issue.created
        for before, after in pairwise(self.clock.goal_changes):
            since = after.at if before.goal != after.goal else since
        return since

    def _key(self, fraction: float) -> str:
        start = self.clock.start or self.asked.issue.created
        cycle = f"{start:%Y%m%dT%H%M%S}.{start.microsecond // 1000:03d}Z"
        return f"sla/{self.rule.id}/{self.asked.issue.id}/{self.rule.sla}/{cycle}/{fraction:g}"

    def _was_told(self, fraction: float) -> bool:
        key = self._key(fraction)
        return any(f"{key}/{channel}" in self.asked.issue.done for channel in ("comment", "notify"))

    def _values(self, fraction: float) -> dict[str, str]:
        policy, issue, clock = self.asked.policy, self.asked.issue, self.clock
        locale, document = policy.binding.locale, self.sla.document
        goal = document.goal(clock.priority, self.sla.calendar_id)
        zone = self.sla.calendar.time_zone
        parameters = {name.replace("-", "_"): str(value) for name, value in policy.parameters.items()}
        return parameters | {
            "number": issue.number,
            "key": issue.key,
            "summary": titles.shortened(titles.one_line(issue.summary), titles.LONGEST),
            "status": policy.status_name(issue.status) or issue.status_name,
            "sla": document.name.in_language(locale) if document.name else document.id,
            "percent": f"{fraction * 100:g}",
            "goal": messages.length(goal.count, goal.unit.value, locale) if goal else "—",
            "elapsed": _length(clock.elapsed),
            "due": messages.moment(clock.breach_time, locale, zone) if clock.breach_time else "—",
            "priority": titles.one_line(clock.priority or "—"),
        }


def _length(time: timedelta) -> str:
    """Counted time in hours and minutes, which read alike in every language of ours: `2 h 05 min`."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02d} min"
