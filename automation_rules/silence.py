"""Counts one stretch of silence of a request that waits: since when, which step is next, and when it may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from automation_rules import messages, reprieves
from automation_rules.actions import Action, MoveTo
from automation_rules.chronology import entered, human_activity, orderly
from automation_rules.conditions import examine
from automation_rules.durations import DurationValue
from automation_rules.events import TimePassed
from automation_rules.facts import Audience, Issue, Reprieve, Side, Word
from automation_rules.model import InactivityRule, ResetBy, Since, Step
from automation_rules.policy import Policy
from automation_rules.question import Question
from automation_rules.sla.calendar import Calendar
from automation_rules.units import Unit

_HOUR = timedelta(hours=1)
_TOLD_IN_DAYS = timedelta(days=7)
"""A silence this long is told in days also where the policy counts hours."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Where a request that waits stands with one rule, for people to read.

    `step` is the number of the next reminder of `reminders`; None when no reminder is left. `closes` says whether the
    rule ends in a move, `at` (UTC) when the next step is due, None when there is none.
    """

    origin: datetime
    since_entry: bool
    reprieve: Reprieve | None
    step: int | None
    reminders: int
    closes: bool
    at: datetime | None


def silences(issue: Issue, policy: Policy, now: datetime) -> dict[str, Silence]:
    """Where the request stands with each rule on silence that concerns it, by the rule's id."""
    issue = orderly(issue)
    if policy.graph(issue) is None:
        return {}
    found: dict[str, Silence] = {}
    for rule in policy.document.rules:
        if isinstance(rule, InactivityRule):
            event = TimePassed(id="time", at=now, by=None)
            asked = Question(rule=rule.id, event=event, issue=issue, policy=policy, now=now)
            when = examine(rule.when, issue, policy.pack, now, policy.calendar().time_zone)
            told = silence(rule, asked) if when.holds else None
            if told is not None:
                found[rule.id] = told
    return found


def silence(rule: InactivityRule, asked: Question) -> Silence | None:
    """The present silence as the rule sees it; None when the rule is not concerned."""
    episode = concerned(rule, asked)
    if isinstance(episode, str):
        return None
    place = None if episode.exempt else episode.next_step()[0]
    reminds = place is not None and rule.steps[place].move_to is None
    return Silence(
        origin=episode.origin,
        since_entry=episode.since_entry,
        reprieve=episode.reprieve,
        step=place + 1 if place is not None and reminds else None,
        reminders=sum(step.move_to is None for step in rule.steps),
        closes=rule.steps[-1].move_to is not None,
        at=None if place is None else episode.ready(place)[0],
    )


def concerned(rule: InactivityRule, asked: Question) -> Episode | str:
    """The silence the rule is about, or why it is about none."""
    calendar = asked.policy.calendar(rule.calendar)
    verdict = examine(rule.while_, asked.issue, asked.policy.pack, asked.now, calendar.time_zone)
    if not verdict.holds:
        return verdict.because
    episode = Episode(rule, asked, calendar)
    answer = episode.answer()
    if rule.unless_answered and answer is not None:
        return f"the customer has the last word, of {asked.moment(answer)}: the team is awaited"
    return episode


@dataclass(frozen=True)
class Episode:
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
        """Where the silence began, for a reason."""
        return "entry into the status" if self.since_entry else "last human activity"

    @property
    def since_entry(self) -> bool:
        """Whether nobody acted since the request entered the status."""
        return self.origin == self._entry

    @cached_property
    def reprieve(self) -> Reprieve | None:
        """The agent's word that holds now."""
        return reprieves.standing(self.asked.issue, self._entry)

    @property
    def exempt(self) -> bool:
        """Whether the request is left alone as long as it waits."""
        return self.reprieve is not None and self.reprieve.word is Word.EXEMPTED

    @property
    def told_reprieve(self) -> list[str]:
        """The agent's word in a sentence."""
        word = self.reprieve
        if word is None:
            return []
        what = f"postponed to {word.until}" if word.until else "exempted from reminders and closure"
        why = f": {word.reason}" if word.reason else ""
        return [f"{what} by {word.by.account_id or 'an operator'} on {self.asked.moment(word.at)}{why}"]

    def counted(self, at: datetime) -> datetime:
        """The instant from which a delay after `at` counts: time under a word that was taken back is no silence."""
        return at + reprieves.suspended(self.asked.issue, self._entry, at)

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
        """When each step is due, whatever was done; postponed, the last one is due then, the others as long before."""
        origin = self.counted(self.origin)
        plain = (delay.after(origin, self.calendar) for delay in self.delays)
        end = self._postponed_to
        if end is None:
            return tuple(plain)
        ahead = [self.delays[-1].minus(delay).before(end, self.calendar) for delay in self.delays[:-1]]
        return tuple(max(at, moved) for at, moved in zip(plain, [*ahead, end], strict=True))

    @property
    def _postponed_to(self) -> datetime | None:
        """The day the last step was postponed to, at the hour at which the silence began."""
        if self.reprieve is None or self.reprieve.until is None:
            return None
        zone = ZoneInfo(self.calendar.time_zone)
        hour = self.origin.astimezone(zone).time()
        return datetime.combine(self.reprieve.until, hour, zone).astimezone(UTC)

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
        """A step for a reason."""
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
            full = self.delays[place].after(self.counted(since), self.calendar)
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
        return self.counted(max(out, self.asked.policy.binding.enabled_at) if closing and self.late else out)

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
