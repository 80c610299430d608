"""Tells of one request where every clock stands and how each second of it was counted: why is it paused?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from automation_rules.facts import Issue
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.ledger import Kind, Ledger, Segment, ledger
from automation_rules.sla.measure import Measure, measures
from connect_app.errors import NotFound
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request


def explain_sla(parts: Parts, site: OpenSite, issue: str, *, at: datetime | None = None) -> dict[str, Any]:
    """The clocks of a request now, or at another instant; raises `NotFound` for what is no request of a bound project.

    Instants are in each calendar's zone, durations in seconds. `at` leaves out what the history holds after it.
    """
    request = read_request(parts, site, issue)
    if isinstance(request, NotOurs):
        raise NotFound(f"{issue} is not a request we follow: {request.why}", status=404)
    now = at or parts.clock.now()
    clocks = [
        clock_of(request.issue, sla, now, request.policy.binding.locale) for sla in request.policy.slas(request.issue)
    ]
    return {
        "issue": request.issue.key,
        "status": request.issue.status_name,
        "now": now.isoformat(),
        "slas": clocks,
    }


def clock_of(issue: Issue, sla: BoundSla, now: datetime, locale: str = "fr") -> dict[str, Any]:
    """One clock: its last cycle, and its ledger of seconds from the first start on."""
    cycles, told, zone = measures(issue, sla, now), ledger(issue, sla, now), ZoneInfo(sla.calendar.time_zone)
    last, name = cycles[-1], sla.document.name
    return {
        "sla": sla.document.id,
        "name": name.in_language(locale) if name else sla.document.id,
        "calendar": sla.calendar_id,
        "time_zone": sla.calendar.time_zone,
        **_standing(last, zone),
        "cycles": len(cycles) if told.start else 0,
        "segments": [_segment(one, zone) for one in told.segments],
        **_totals(told, cycles),
        "anomalies": [{"kind": a.kind.value, "at": _local(a.at, zone), "text": a.text} for a in last.anomalies],
        "notes": list(last.notes),
    }


def _standing(clock: Measure, zone: ZoneInfo) -> dict[str, Any]:
    """Where the last cycle stands, in JSM's words."""
    return {
        "state": clock.state.value,
        "rule": clock.rule,
        "start": _local(clock.start, zone),
        "stop": _local(clock.stop, zone),
        "paused": clock.paused,
        "within_calendar_hours": clock.within_calendar_hours,
        "priority": clock.priority,
        "goal": clock.goal_text,
        "elapsed_seconds": clock.elapsed.total_seconds(),
        "remaining_seconds": None if clock.remaining is None else clock.remaining.total_seconds(),
        "breach_time": _local(clock.breach_time, zone),
        "breached": clock.breached,
        "warnings": [{"fraction": w.fraction, "at": _local(w.at, zone)} for w in clock.warnings],
        "goal_changes": [
            {"at": _local(c.at, zone), "priority": c.priority, "goal": c.goal} for c in clock.goal_changes
        ],
    }


def _totals(told: Ledger, cycles: tuple[Measure, ...]) -> dict[str, Any]:
    """The time of each kind and all of it; ValueError when the segments and the measures do not agree."""
    totals = {kind.value: told.total(kind) for kind in Kind}
    whole = told.now - (told.start or told.now)
    counted = sum((cycle.elapsed for cycle in cycles), timedelta())
    if sum(totals.values(), timedelta()) != whole or totals[Kind.COUNTED] != counted:
        raise ValueError(f"the ledger of {told.sla} does not add up: {totals} of {whole}, measured {counted}")
    return {
        "totals": {kind: total.total_seconds() for kind, total in totals.items()},
        "total_seconds": whole.total_seconds(),
    }


def _segment(segment: Segment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "kind": segment.kind.value,
        "status": segment.status,
        "rule": segment.rule,
        "start": _local(segment.start, zone),
        "end": _local(segment.end, zone),
        "seconds": segment.length.total_seconds(),
    }


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
