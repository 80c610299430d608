"""Reminds and closes a request that waits in silence: days 3, 6 and 12 of document C, 48 h and 72 h of document D."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from automation_rules import messages
from automation_rules.actions import Action, MoveTo
from automation_rules.chronology import entered, human_activity
from automation_rules.conditions import examine
from automation_rules.decision import Decision
from automation_rules.durations import DurationValue
from automation_rules.events import Event, TimePassed
from automation_rules.facts import Audience, Side
from automation_rules.model import InactivityRule, ResetBy, Since, Step
from automation_rules.question import Question
from automation_rules.sla.calendar import Calendar
from automation_rules.units import Unit

_HOUR = timedelta(hours=1)
_TOLD_IN_DAYS = timedelta(days=7)
"""A silence this long is told in days also where the policy counts hours."""


def listens(_: InactivityRule) -> tuple[type[Event], ...]:
    """Only time makes silence longer."""
    return (TimePassed,)


def evaluate(rule: InactivityRule, asked: Question) -> Decision:
    """Which step of the present waiting episode is next, and whether it is time for it (C24-C26, design §4).

    An episode starts with the last human activity (or the entry into the status), and its steps are due that long
    after it. A step that fell due before the rule was switched on is not made up for: the first step is then done now
    and each next one keeps its distance to the one before. After an outage only the latest due reminder is sent. A
    closure always waits until the last reminder has been out for its full delay.
    """
    calendar = asked.policy.calendar(rule.calendar)
    verdict = examine(rule.while_, asked.issue, asked.policy.pack, asked.now, calendar.time_zone)
    if not verdict.holds:
        return asked.not_concerned(verdict.because)
    episode = _Episode(rule, asked, calendar)
    answer = episode.answer()
    if rule.unless_answered and answer is not None:
        return asked.not_concerned(f"the customer has the last word, of {asked.moment(answer)}: the team is awaited")
    told = f"silent since {asked.moment(episode.origin)} ({episode.why_origin})"
    place, skipped = episode.next_step()
    if place is None:
        return asked.not_concerned(told, "every step is done; nothing follows until somebody acts")
    ready, because = episode.ready(place)
    reasons = [told]
    if skipped:
        names = ", ".join(str(episode.delays[one]) for one in skipped)
        reasons.append(f"skipped {names}: due while nobody could send it, and the next reminder is due as well")
    reasons.append(because)
    if ready > asked.now:
        return asked.wait(ready, *reasons, f"{episode.name(place)} at {asked.moment(ready)}")
    return asked.act(episode.actions(place), *reasons, f"{episode.name(place)} is due since {asked.moment(ready)}")


@dataclass(frozen=True)
class _Episode:
    """One stretch of silence and what was done in it."""

    rule: InactivityRule
    asked: Question
    calendar: Calendar

    @cached_property
    def origin(self) -> datetime:
        """The later of the entry into the waiting statuses and, when the rule says so, the last human activity."""
        last = self._activity[-1:] if self.rule.since is Since.LAST_HUMAN_ACTIVITY else []
        return max([self._entry, *last])

    @property
    def why_origin(self) -> str:
        return "entry into the status" if self.origin == self._entry else "last human activity"

    @cached_property
    def _entry(self) -> datetime:
        pack = self.asked.policy.pack
        return entered(self.asked.issue, lambda status: self.rule.while_.has_status(pack, status))

    @cached_property
    def _activity(self) -> list[datetime]:
        customer_only = self.rule.reset_by is ResetBy.CUSTOMER_ONLY
        return human_activity(
            self.asked.issue, customer_only=customer_only, ignored=frozenset(self.rule.ignored_fields)
        )

    @cached_property
    def delays(self) -> tuple[DurationValue, ...]:
        """How long after the origin each step is due."""
        return tuple(self.asked.policy.delay(step.after) for step in self.rule.steps)

    @cached_property
    def due(self) -> tuple[datetime, ...]:
        """When each step is due, whatever was done."""
        return tuple(delay.after(self.origin, self.calendar) for delay in self.delays)

    def answer(self) -> datetime | None:
        """When the customer had the last public word of this stay; None when the team had it, or nobody spoke."""
        public = [c for c in self.asked.issue.comments if c.audience is Audience.PUBLIC and c.by.is_human]
        last = public[-1] if public else None
        return last.at if last and last.by.side is Side.CUSTOMER and last.at > self._entry else None

    def key(self, place: int) -> str:
        """The natural key of a step of this episode."""
        at = self.origin.astimezone(UTC)
        episode = f"{at:%Y%m%dT%H%M%S}.{at.microsecond // 1000:03d}Z"
        return f"inactivity/{self.rule.id}/{self.asked.issue.id}/{episode}/{self.delays[place]}"

    def name(self, place: int) -> str:
        step = self.rule.steps[place]
        what = f"move to {step.move_to}" if step.move_to else f"comment “{step.comment}”"
        return f"step {self.delays[place]} ({what})"

    @cached_property
    def last_done(self) -> int:
        """The place of the last reminder that is out, -1 when there is none."""
        done = self.asked.issue.done
        return max(
            (p for p, step in enumerate(self.rule.steps) if not step.move_to and self.key(p) in done), default=-1
        )

    @cached_property
    def late(self) -> bool:
        """Whether some step fell due before the rule was switched on, and was not done by then."""
        enabled, done = self.asked.policy.binding.enabled_at, self.asked.issue.done
        return any(
            due < enabled and done.get(self.key(place), enabled) >= enabled for place, due in enumerate(self.due)
        )

    def next_step(self) -> tuple[int | None, list[int]]:
        """The place of the step to do next, None when all are done, and those an outage has one skip."""
        places = range(self.last_done + 1, len(self.rule.steps))
        if not places:
            return None, []
        missed = [p for p in places if not self.rule.steps[p].move_to and self.due[p] <= self.asked.now]
        if self.late or len(missed) <= 1:
            return places[0], []
        return missed[-1], missed[:-1]

    def ready(self, place: int) -> tuple[datetime, str]:
        """From when on a step may be done, and why then."""
        at, because = self.due[place], f"{self.delays[place].words} of silence"
        previous = self.last_done
        closing = self.rule.steps[place].move_to is not None
        if previous >= 0 and (closing or self.late):
            gap = self.delays[place].minus(self.delays[previous])
            since = self._out_since(previous, closing=closing)
            at, because = self._later(
                at, gap.after(since, self.calendar), because, f"{gap.words} after the last reminder"
            )
        elif previous < 0 and self.late and closing:
            since = self.asked.policy.binding.enabled_at
            full = self.delays[place].after(since, self.calendar)
            at, because = self._later(at, full, because, f"{self.delays[place].words} after the rule was switched on")
        elif self.late:
            because += ", due before the rule was switched on: it starts now"
        if self.rule.send_window is not None and not closing:
            window = self.asked.policy.calendar(self.rule.send_window.calendar)
            at = window.next_open(max(at, self.asked.now))
        return at, because

    def _out_since(self, previous: int, *, closing: bool) -> datetime:
        """When the reminder before went out; time while the rule was off does not count towards a closure."""
        out = self.asked.issue.done[self.key(previous)]
        return max(out, self.asked.policy.binding.enabled_at) if closing and self.late else out

    @staticmethod
    def _later(at: datetime, other: datetime, because: str, instead: str) -> tuple[datetime, str]:
        return (other, instead) if other > at else (at, because)

    def actions(self, place: int) -> list[Action]:
        """What a step does: its comment, then its move."""
        step, key = self.rule.steps[place], self.key(place)
        if step.move_to is None:
            return [self._comment(step, key, place)]
        # A closure is two writes to Jira: two keys, so that a crash between them leaves only the second to do.
        comment = [self._comment(step, f"{key}/comment", place)] if step.comment else []
        return [*comment, self._move(step, f"{key}/move", step.move_to)]

    def _move(self, step: Step, key: str, to: str) -> MoveTo:
        transition = self.asked.our_transition(to)
        return MoveTo(
            key=key,
            rule=self.rule.id,
            from_status=self.asked.issue.status,
            to_status=to,
            transition=transition.id if transition else None,
            resolution=step.resolution or (transition.resolution if transition else None),
        )

    def _comment(self, step: Step, key: str, place: int) -> Action:
        names = self.asked.names()
        values = names | {
            "summary": messages.quoted(names["summary"]),
            "waiting_for": self._waiting_for(place),
            "closing_date": self._closing_date(place),
        }
        return self.asked.public_comment(key, step.comment or "", headed_by=step.subject, **values)

    def _waiting_for(self, place: int) -> str:
        """How long the silence really lasts: a request forgotten for a month is not told of 48 hours."""
        delay, locale = self.delays[place], self.asked.policy.binding.locale
        silence = self.asked.now - self.origin
        if delay.unit is Unit.HOURS and silence >= _TOLD_IN_DAYS:
            return messages.length(silence.days, Unit.DAYS, locale)
        whole = {Unit.DAYS: silence.days, Unit.HOURS: silence // _HOUR}.get(delay.unit, 0)
        return messages.length(max(delay.count, whole), delay.unit, locale)

    def _closing_date(self, place: int) -> str:
        """When the request will be closed, if this comment leaves now and nobody acts."""
        left = self.delays[-1].minus(self.delays[place]).after(self.asked.now, self.calendar)
        return self.asked.day(max(left, self.due[-1]))
