"""Puts an issue's history in order for a clock and says what is wrong with it, instead of measuring it silently."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from automation_rules.facts import Audience, Issue, Move, Side
from automation_rules.sla.model import Happening


class AnomalyKind(StrEnum):
    """What can be wrong with a history."""

    OUT_OF_ORDER = "out_of_order"
    GAP = "gap"
    BEFORE_CREATION = "before_creation"
    AFTER_NOW = "after_now"
    UNKNOWN_STATUS = "unknown_status"
    NEVER_OPENS = "never_opens"


@dataclass(frozen=True)
class Anomaly:
    """Something in the history that makes a measure doubtful, and what was done about it."""

    kind: AnomalyKind
    at: datetime
    text: str


class Moment(NamedTuple):
    """The issue enters a status, or something happens that a clock may start or stop at."""

    at: datetime
    status: str | None
    happening: Happening | None

    @property
    def entered(self) -> bool:
        """Whether the issue enters its status, by being created in it or by a move."""
        return self.happening is None or self.happening is Happening.CREATED


_new_tuple = tuple.__new__
_DIGITS = 20
"""As many as a 64-bit number has at most."""


@dataclass(frozen=True)
class History:
    """The moments from creation to now in order, with the anomalies found on the way."""

    moments: tuple[Moment, ...]
    anomalies: tuple[Anomaly, ...]


class _Happened(NamedTuple):
    """A happening at its instant, sorted among the moves."""

    at: datetime
    what: Happening


def history(issue: Issue, happenings: frozenset[Happening], now: datetime) -> History:
    """The issue's moves up to `now`, and the happenings asked for; later ones are anomalies (clock skew)."""
    anomalies: list[Anomaly] = []
    moves = sorted(issue.moves, key=attrgetter("at"))
    if moves != list(issue.moves):
        text = "the changes of status are not in order of time; they were sorted"
        anomalies.append(Anomaly(AnomalyKind.OUT_OF_ORDER, issue.created, text))
    elif (late := _numbered_late(moves)) is not None:
        text = f"Jira numbered a change of status ({late.id}) in another order than its time; the time decided"
        anomalies.append(Anomaly(AnomalyKind.OUT_OF_ORDER, late.at, text))
    happened = list(_happened(issue, happenings))
    events: list[Move | _Happened] = [*moves, *happened]
    if happened:
        events.sort(key=attrgetter("at"))
    later = len(events) - bisect_right(events, now, key=attrgetter("at"))
    known = events[: len(events) - later]
    if later or issue.created > now:
        text = f"{later + (issue.created > now)} event(s) lie after {now.isoformat()} and are not counted yet"
        anomalies.append(Anomaly(AnomalyKind.AFTER_NOW, known[-1].at if known else issue.created, text))
    if known and known[0].at < issue.created:
        text = "an event is older than the issue; it counts from its creation"
        anomalies.append(Anomaly(AnomalyKind.BEFORE_CREATION, known[0].at, text))
    moments = _moments(issue, moves[:1], known, anomalies, complete=not later)
    return History(tuple(moments), tuple(anomalies))


def _numbered_late(moves: list[Move]) -> Move | None:
    """The first move whose number is lower than that of an earlier one: two clocks of Jira's did not agree."""
    numbers = [move.id.rjust(_DIGITS) for move in moves]  # as text that sorts like the number it is
    if numbers == sorted(numbers):
        return None
    return next(move for move, (before, after) in zip(moves[1:], pairwise(numbers), strict=True) if after < before)


def _happened(issue: Issue, happenings: frozenset[Happening]) -> Iterator[_Happened]:
    if Happening.PRIORITY_CHANGED in happenings:
        yield from (_Happened(e.at, Happening.PRIORITY_CHANGED) for e in issue.edits if e.field == "priority")
    if Happening.PUBLIC_AGENT_COMMENT in happenings:
        answers = (c for c in issue.comments if c.audience is Audience.PUBLIC and c.by.side is Side.AGENT)
        yield from (_Happened(c.at, Happening.PUBLIC_AGENT_COMMENT) for c in answers)


def _moments(
    issue: Issue, first: list[Move], events: list[Move | _Happened], anomalies: list[Anomaly], *, complete: bool
) -> Iterator[Moment]:
    """The moments, each with its status; a move that leaves another status than the last one entered is a gap."""
    created = issue.created
    status = first[0].old if first else issue.status
    name = status or (first[0].old_name if first else issue.status_name)
    yield Moment(created, status, Happening.CREATED)
    if status is None:
        anomalies.append(_unknown(created, name))
    for event in events:
        at = event.at if event.at > created else created  # noqa: FURB136 -- max() is slow here
        if isinstance(event, _Happened):
            yield Moment(at, status, event.what)
            continue
        if (event.old or event.old_name) != name:
            text = f"left {event.old or event.old_name}, but was known to be in {name}, which was counted until then"
            anomalies.append(Anomaly(AnomalyKind.GAP, at, text))
        status = event.new
        name = status or event.new_name
        # Moment(…) without the detour through Python, as for the stretches of a timeline.
        moment: Moment = _new_tuple(Moment, (at, status, None))
        yield moment
        if status is None:
            anomalies.append(_unknown(at, name))
    if complete and name != (issue.status or issue.status_name):
        text = f"the history ends in {name}, but the issue is in {issue.status or issue.status_name}"
        anomalies.append(Anomaly(AnomalyKind.GAP, events[-1].at if events else created, text))


def _unknown(at: datetime, name: str) -> Anomaly:
    text = f"the status {name!r} is none of the pack's; no rule knows it, so the clock went on as it was"
    return Anomaly(AnomalyKind.UNKNOWN_STATUS, at, text)
