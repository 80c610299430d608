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


@dataclass
class _OpenTurn:
    start: datetime
    stop: datetime | None = None
    stopped_by: str = ""
    stretches: list[Stretch] = field(default_factory=list)


@dataclass
class _Fold:
    """What the clock does now, since when, in which status and why, and the cycles so far."""

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

    def take(self, moment: Moment) -> None:
        """The next moment: it may start, stop, pause or resume the clock."""
        at, status, happening = moment
        effect = self.effects[status]
        if not self.on:
            state, rule = self._when_idle(moment, effect)
        elif happening is not None and happening in self.effects.stops_at:
            state, rule = ClockState.STOPPED, self.effects.stops_at[happening]
        elif effect.stop is not None:
            state, rule = ClockState.STOPPED, effect.stop
        elif status is None:
            state, rule = self.state, self.rule
        elif effect.pause is not None:
            state, rule = ClockState.PAUSED, effect.pause
        else:
            state, rule = ClockState.RUNNING, self.started_by
        if status != self.status or state is not self.state or rule != self.rule:
            self._finish_stretch(at)
            if state is not self.state:
                self._switch(at, state, rule, effect)
            self.state, self.rule, self.status = state, rule, status

    def end(self, now: datetime) -> tuple[Turn, ...]:
        """The cycles, the last of them as it stands at `now`."""
        self._finish_stretch(now)
        return tuple(
            Turn(turn.start, turn.stop, self.state, self.rule, tuple(turn.stretches))
            if turn.stop is None
            else Turn(turn.start, turn.stop, ClockState.STOPPED, turn.stopped_by, tuple(turn.stretches))
            for turn in self.turns
        )

    def _when_idle(self, moment: Moment, effect: Effect) -> tuple[ClockState, str]:
        """What a clock that has not started, or has stopped, does from this moment, and by which rule."""
        start = self._start_rule(moment, effect)
        if start is None:
            return self.state, self.rule
        self.started_by = start
        return (ClockState.PAUSED, effect.pause) if effect.pause else (ClockState.RUNNING, start)

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
        if state is ClockState.STOPPED:
            self.on = False
            self.turns[-1].stop, self.turns[-1].stopped_by = at, rule
            self.held_by_status = effect.stop is not None
        elif not self.on:
            self.on = True
            if self.turns and self.cycle is Cycle.RESUME:
                self.turns[-1].stop = None
            else:
                self.turns.append(_OpenTurn(at))

    def _finish_stretch(self, at: datetime) -> None:
        if self.turns and self.since is not None and self.since < at:
            self.turns[-1].stretches.append(Stretch(self.since, at, self.state, self.status, self.rule))
        self.since = at
