"""Says of every second since a clock started whether it counted and by which rule: why is it paused?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from automation_rules.facts import Issue
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.history import Anomaly
from automation_rules.sla.timeline import ClockState, Stretch, timeline

_ZERO = timedelta()


class Kind(StrEnum):
    """What a second was to a clock; a second of a pause outside opening hours is a closed one."""

    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED_HOURS = "closed_hours"
    HOLIDAY = "holiday"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Segment:
    """A half-open span of one kind, in one status, by one rule; instants are in UTC."""

    start: datetime
    end: datetime
    kind: Kind
    status: str | None
    rule: str

    @property
    def length(self) -> timedelta:
        """Its real elapsed time."""
        return self.end - self.start


@dataclass(frozen=True)
class Ledger:
    """The segments from the first start to `now`, without a gap or an overlap; ValueError when they do not add up."""

    sla: str
    start: datetime | None
    now: datetime
    segments: tuple[Segment, ...]
    anomalies: tuple[Anomaly, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        at = self.start or self.now
        for segment in self.segments:
            if segment.start != at or segment.end <= segment.start:
                raise ValueError(f"the ledger of {self.sla} breaks at {at.isoformat()}: {segment}")
            at = segment.end
        if at != self.now:
            raise ValueError(f"the ledger of {self.sla} ends at {at.isoformat()}, not at {self.now.isoformat()}")

    def total(self, kind: Kind) -> timedelta:
        """The time of one kind."""
        return sum((segment.length for segment in self.segments if segment.kind is kind), _ZERO)


def ledger(issue: Issue, sla: BoundSla, now: datetime) -> Ledger:
    """Every second from the first start of the SLA to `now` in exactly one segment; none when it never started."""
    told = timeline(issue, sla.document, sla.pack, now)
    segments = tuple(segment for stretch in told.stretches for segment in _split(stretch, sla.calendar))
    start = told.turns[0].start if told.turns else None
    return Ledger(sla.document.id, start, told.now, segments, told.anomalies, sla.notes)


_OPEN = {ClockState.RUNNING: Kind.COUNTED, ClockState.PAUSED: Kind.PAUSED}


def _split(stretch: Stretch, calendar: Calendar) -> Iterator[Segment]:
    """A stretch cut at opening and closing times; once stopped, the hour does not matter."""
    if stretch.state is ClockState.STOPPED:
        yield Segment(stretch.start, stretch.end, Kind.STOPPED, stretch.status, stretch.rule)
        return
    at = stretch.start
    for opens, closes in calendar.open_spans(stretch.start, stretch.end):
        yield from _closed(at, opens, stretch.status, calendar)
        yield Segment(opens, closes, _OPEN[stretch.state], stretch.status, stretch.rule)
        at = closes
    yield from _closed(at, stretch.end, stretch.status, calendar)


def _closed(start: datetime, end: datetime, status: str | None, calendar: Calendar) -> Iterator[Segment]:
    """A closed span cut at the local midnights around holidays."""
    at = start
    while at < end:
        name = calendar.holiday_name(day := calendar.local_day(at))
        until = min(calendar.day_after(day), end)
        while name is None and until < end and calendar.holiday_name(day := calendar.local_day(until)) is None:
            until = min(calendar.day_after(day), end)
        if name is None:
            yield Segment(at, until, Kind.CLOSED_HOURS, status, f"closed hours ({calendar.time_zone})")
        else:
            yield Segment(at, until, Kind.HOLIDAY, status, f"holiday: {name}")
        at = until
