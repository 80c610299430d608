"""Folds an issue's history into the stretches in which a clock runs, is paused or is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from automation_rules.facts import Issue
from automation_rules.sla.conditions import Effect, Effects
from automation_rules.sla.history import Anomaly, Moment, history
from automation_rules.sla.model import Cycle, SlaDocument
from workflows.model import Pack


class ClockState(StrEnum):
    """What a clock is doing, opening hours aside."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Stretch(NamedTuple):
    """A half-open span in which the clock does one thing in one status, by one rule of the SLA; never empty."""

    start: datetime
    end: datetime
    state: ClockState
    status: str | None
    rule: str


@dataclass(frozen=True)
class Turn:
    """One cycle of a clock: from a start to its stop (None while it goes on)."""

    start: datetime
    stop: datetime | None
    state: ClockState
    rule: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Timeline:
    """Every cycle of a clock up to `now`, and what was doubtful."""

    now: datetime
    turns: tuple[Turn, ...]
    anomalies: tuple[Anomaly, ...]

    @property
    def stretches(self) -> Iterator[Stretch]:
        """The stretches of all cycles: they touch from the first start to `now`."""
        return (stretch for turn in self.turns for stretch in turn.stretches)


def timeline(issue: Issue, sla: SlaDocument, pack: Pack, now: datetime) -> Timeline:
    """Folds the history up to `now`; nothing is remembered from an earlier fold, so a changed policy recounts all."""
    wanted = frozenset(c.on for c in (*sla.start, *sla.stop) if c.on is not None)
    known = history(issue, wanted, now)
    fold = _Fold(Effects(sla, pack), sla.cycle)
    for moment in known.moments:
        fold.take(moment)
    # An issue of the future (clocks that disagree) is measured at its creation, with an anomaly.
    end = max(now, issue.created)
    return Timeline(end, fold.end(end), known.anomalies)


_new_tuple = tuple.__new__
_RUNNING, _PAUSED, _STOPPED = ClockState.RUNNING, ClockState.PAUSED, ClockState.STOPPED


@dataclass(slots=True)
class _OpenTurn:
    start: datetime
    stop: datetime | None = None
    stopped_by: str = ""
    stretches: list[Stretch] = field(default_factory=list)


@dataclass(slots=True)
class _Fold:
    """What the clock does now, since when, in which status and why, and the cycles so far.

    `goes_on` remembers what a started clock does in each status: a long history enters the same few for ever.
    """

    effects: Effects
    cycle: Cycle
    on: bool = False
    state: ClockState = ClockState.NOT_STARTED
    rule: str = ""
    status: str | None = None
    since: datetime | None = None
    started_by: str = ""
    held_by_status: bool = False
    turns: list[_OpenTurn] = field(default_factory=list)
    goes_on: dict[str, tuple[ClockState, str]] = field(default_factory=dict)

    def take(self, moment: Moment) -> None:
        """The next moment: it may start, stop, pause or resume the clock."""
        at, status, happening = moment
        if not self.on:
            state, rule = self._when_idle(moment, self.effects[status])
        elif happening is not None and happening in self.effects.stops_at:
            state, rule = _STOPPED, self.effects.stops_at[happening]
        elif status is None:
            state, rule = self.state, self.rule
        else:
            known = self.goes_on.get(status)
            state, rule = self._when_on(status) if known is None else known
        if status != self.status or state is not self.state or rule != self.rule:
            since = self.since
            if since is not None and since < at and self.turns:
                # Stretch(…) without the detour through Python: half of the cost of a long history.
                made: Stretch = _new_tuple(Stretch, (since, at, self.state, self.status, self.rule))
                self.turns[-1].stretches.append(made)
            self.since = at
            if state is not self.state and (state is _STOPPED or not self.on):
                self._switch(at, state, rule, self.effects[status])
            self.state, self.rule, self.status = state, rule, status

    def end(self, now: datetime) -> tuple[Turn, ...]:
        """The cycles, the last of them as it stands at `now`."""
        if self.turns and self.since is not None and self.since < now:
            self.turns[-1].stretches.append(Stretch(self.since, now, self.state, self.status, self.rule))
        return tuple(
            Turn(turn.start, turn.stop, self.state, self.rule, tuple(turn.stretches))
            if turn.stop is None
            else Turn(turn.start, turn.stop, ClockState.STOPPED, turn.stopped_by, tuple(turn.stretches))
            for turn in self.turns
        )

    def _when_on(self, status: str) -> tuple[ClockState, str]:
        """What a started clock does in a status of which nothing is remembered yet."""
        effect = self.effects[status]
        if effect.stop is not None:
            found = _STOPPED, effect.stop
        elif effect.pause is not None:
            found = _PAUSED, effect.pause
        else:
            found = _RUNNING, self.started_by
        self.goes_on[status] = found
        return found

    def _when_idle(self, moment: Moment, effect: Effect) -> tuple[ClockState, str]:
        """What a clock that has not started, or has stopped, does from this moment, and by which rule."""
        start = self._start_rule(moment, effect)
        if start is None:
            return self.state, self.rule
        self.started_by = start
        self.goes_on.clear()
        return (_PAUSED, effect.pause) if effect.pause else (_RUNNING, start)

    def _start_rule(self, moment: Moment, effect: Effect) -> str | None:
        """The rule by which an idle clock starts or resumes; a status that stops it never does."""
        if effect.stop is not None or (self.turns and self.cycle is Cycle.FIRST):
            return None
        start = self.effects.starts_at.get(moment.happening) if moment.happening else None
        if start is None and moment.entered:
            start = effect.start
        if start is not None:
            return start
        left = moment.entered and moment.status is not None and self.held_by_status and self.cycle is Cycle.RESUME
        return f"resume: status {moment.status}" if left else None

    def _switch(self, at: datetime, state: ClockState, rule: str, effect: Effect) -> None:
        """The clock starts or stops: a cycle begins, goes on or ends."""
        if state is _STOPPED:
            self.on = False
            self.turns[-1].stop, self.turns[-1].stopped_by = at, rule
            self.held_by_status = effect.stop is not None
        else:
            self.on = True
            if self.turns and self.cycle is Cycle.RESUME:
                self.turns[-1].stop = None
            else:
                self.turns.append(_OpenTurn(at))
