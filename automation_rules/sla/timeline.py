"""Folds an issue's history into the stretches in which a clock runs, is paused or is stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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


_ON = frozenset({ClockState.RUNNING, ClockState.PAUSED})


@dataclass(frozen=True, slots=True)
class Stretch:
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
    """Every cycle of a clock up to `now`, the stretches from the first start to `now`, and what was doubtful."""

    now: datetime
    turns: tuple[Turn, ...]
    stretches: tuple[Stretch, ...]
    anomalies: tuple[Anomaly, ...]


def timeline(issue: Issue, sla: SlaDocument, pack: Pack, now: datetime) -> Timeline:
    """Folds the history up to `now`; nothing is remembered from an earlier fold, so a changed policy recounts all."""
    wanted = frozenset(c.on for c in (*sla.start, *sla.stop) if c.on is not None)
    known = history(issue, wanted, now)
    fold = _Fold(Effects(sla, pack), sla.cycle)
    for moment in known.moments:
        fold.take(moment)
    # An issue of the future (clocks that disagree) is measured at its creation, with an anomaly.
    end = max(now, issue.created)
    turns = fold.end(end)
    return Timeline(end, turns, tuple(stretch for turn in turns for stretch in turn.stretches), known.anomalies)


@dataclass
class _OpenTurn:
    start: datetime
    stop: datetime | None = None
    stretches: list[Stretch] = field(default_factory=list)


@dataclass
class _Fold:
    """What the clock does now, since when, in which status and why, and the cycles so far."""

    effects: Effects
    cycle: Cycle
    state: ClockState = ClockState.NOT_STARTED
    rule: str = ""
    status: str | None = None
    since: datetime | None = None
    started_by: str = ""
    held_by_status: bool = False
    turns: list[_OpenTurn] = field(default_factory=list)
    ends: list[tuple[ClockState, str]] = field(default_factory=list)

    def take(self, moment: Moment) -> None:
        """The next moment: it may start, stop, pause or resume the clock."""
        state, rule = self._after(moment)
        if (state, rule, moment.status) != (self.state, self.rule, self.status):
            self._finish_stretch(moment.at)
        if state in _ON and self.state not in _ON:
            self._begin(moment.at)
        elif state is ClockState.STOPPED and self.state in _ON:
            self.turns[-1].stop = moment.at
            self.held_by_status = self.effects.of_status(moment.status).stop == rule
        self.state, self.rule, self.status = state, rule, moment.status
        if self.turns:
            self.ends[-1] = (state, rule)

    def end(self, now: datetime) -> tuple[Turn, ...]:
        """The cycles, the last of them as it stands at `now`."""
        self._finish_stretch(now)
        pairs = zip(self.turns, self.ends, strict=True)
        return tuple(Turn(t.start, t.stop, state, rule, tuple(t.stretches)) for t, (state, rule) in pairs)

    def _after(self, moment: Moment) -> tuple[ClockState, str]:
        """What the clock does from this moment, and by which rule."""
        effect = self.effects.of_status(moment.status)
        if self.state in _ON:
            stop = effect.stop or self.effects.stops_at(moment.happening)
            if stop is not None:
                return ClockState.STOPPED, stop
            if moment.status is None:
                return self.state, self.rule
        else:
            start = self._start_rule(moment, effect)
            if start is None:
                return self.state, self.rule
            self.started_by = start
        return (ClockState.PAUSED, effect.pause) if effect.pause else (ClockState.RUNNING, self.started_by)

    def _start_rule(self, moment: Moment, effect: Effect) -> str | None:
        """The rule by which an idle clock starts or resumes; a status that stops it never does."""
        if effect.stop is not None or (self.turns and self.cycle is Cycle.FIRST):
            return None
        start = self.effects.starts_at(moment.happening)
        if start is None and moment.entered:
            start = effect.start
        if start is not None:
            return start
        left = moment.entered and moment.status is not None and self.held_by_status and self.cycle is Cycle.RESUME
        return f"resume: status {moment.status}" if left else None

    def _begin(self, at: datetime) -> None:
        if self.turns and self.cycle is Cycle.RESUME:
            self.turns[-1].stop = None
        else:
            self.turns.append(_OpenTurn(at))
            self.ends.append((self.state, self.rule))

    def _finish_stretch(self, at: datetime) -> None:
        if self.turns and self.since is not None and self.since < at:
            stretch = Stretch(self.since, at, self.state, self.status, self.rule)
            self.turns[-1].stretches.append(stretch)
        self.since = at
