"""Puts an issue's history in order for a clock and says what is wrong with it, instead of measuring it silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from automation_rules.facts import Audience, Issue, Side
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
    happening: Happening | None = None
    entered: bool = True


@dataclass(frozen=True)
class History:
    """The moments from creation to now in order, with the anomalies found on the way."""

    moments: tuple[Moment, ...]
    anomalies: tuple[Anomaly, ...]


class _Raw(NamedTuple):
    at: datetime
    happening: Happening | None = None
    old: str = ""
    new: str = ""
    new_id: str | None = None


def history(issue: Issue, happenings: frozenset[Happening], now: datetime) -> History:
    """The issue's moves up to `now`, and the happenings asked for; later ones are anomalies (clock skew)."""
    anomalies: list[Anomaly] = []
    raw = _raw(issue, happenings)
    if any(later.at < earlier.at for earlier, later in zip(issue.moves, issue.moves[1:], strict=False)):
        text = "the changes of status are not in order of time; they were sorted"
        anomalies.append(Anomaly(AnomalyKind.OUT_OF_ORDER, issue.created, text))
    raw.sort(key=attrgetter("at"))
    known = [moment for moment in raw if moment.at <= now]
    if len(known) < len(raw) or issue.created > now:
        later = len(raw) - len(known) + (issue.created > now)
        text = f"{later} event(s) lie after {now.isoformat()} and are not counted yet"
        anomalies.append(Anomaly(AnomalyKind.AFTER_NOW, known[-1].at if known else issue.created, text))
    if known and known[0].at < issue.created:
        text = "an event is older than the issue; it counts from its creation"
        anomalies.append(Anomaly(AnomalyKind.BEFORE_CREATION, known[0].at, text))
    moments = _moments(issue, known, anomalies, complete=len(known) == len(raw))
    return History(tuple(moments), tuple(anomalies))


def _raw(issue: Issue, happenings: frozenset[Happening]) -> list[_Raw]:
    raw = [_Raw(m.at, None, m.old or m.old_name, m.new or m.new_name, m.new) for m in issue.moves]
    if Happening.PRIORITY_CHANGED in happenings:
        raw += [_Raw(e.at, Happening.PRIORITY_CHANGED) for e in issue.edits if e.field == "priority"]
    if Happening.PUBLIC_AGENT_COMMENT in happenings:
        answers = (c for c in issue.comments if c.audience is Audience.PUBLIC and c.by.side is Side.AGENT)
        raw += [_Raw(c.at, Happening.PUBLIC_AGENT_COMMENT) for c in answers]
    return raw


def _moments(issue: Issue, raw: list[_Raw], anomalies: list[Anomaly], *, complete: bool) -> list[Moment]:
    """The moments, each with its status; a move that leaves another status than the last one entered is a gap."""
    first = min(issue.moves, key=lambda move: move.at, default=None)
    status = first.old if first else issue.status
    name = (first.old or first.old_name) if first else (issue.status or issue.status_name)
    moments = [Moment(issue.created, status, Happening.CREATED)]
    if status is None:
        anomalies.append(_unknown(issue.created, name))
    for moment in raw:
        at = max(moment.at, issue.created)
        if moment.happening is not None:
            moments.append(Moment(at, status, moment.happening, entered=False))
            continue
        if moment.old != name:
            text = f"a move left {moment.old}, but the history had the issue in {name}; {name} was counted until then"
            anomalies.append(Anomaly(AnomalyKind.GAP, at, text))
        status, name = moment.new_id, moment.new
        moments.append(Moment(at, status))
        if status is None:
            anomalies.append(_unknown(at, name))
    if complete and name != (issue.status or issue.status_name):
        text = f"the history ends in {name}, but the issue is in {issue.status or issue.status_name}"
        anomalies.append(Anomaly(AnomalyKind.GAP, moments[-1].at, text))
    return moments


def _unknown(at: datetime, name: str) -> Anomaly:
    text = f"the status {name!r} is none of the pack's; no rule knows it, so the clock went on as it was"
    return Anomaly(AnomalyKind.UNKNOWN_STATUS, at, text)
