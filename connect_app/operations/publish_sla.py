"""Writes where the clocks of a request stand to an issue property, when that changed, for JQL and queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from automation_rules.decide import Review
from automation_rules.sla.measure import Measure, measure
from connect_app.jira.marks import SLA_PROPERTY, STATE_PROPERTY
from connect_app.jira.own_marks import Mark, listing
from connect_app.operations.open_site import OpenSite
from connect_app.operations.part_from import FOLLOWED
from connect_app.operations.publish_property import publish_property
from connect_app.operations.read_request import Request
from connect_app.store.ledger import EntryState


def publish_sla(site: OpenSite, request: Request, outcome: Review, clocks: Mapping[str, Measure]) -> None:
    """Writes `relance.sla` and `relance.state` when they differ from what Jira holds; a refusal is logged, no more.

    Neither holds anything that changes by itself as time passes, or it would be written for ever.
    """
    told = {name: published(clock) for name, clock in clocks.items()}
    state = published_state(request.issue.status, request.policy.document.pack, outcome.next_at)
    if done := listing(_unmarked(request)):
        state["done"] = done
    for name, value in ((SLA_PROPERTY, told), (STATE_PROPERTY, state)):
        if value and request.raw.properties.get(name) != value:
            publish_property(site, request.issue, name, value)


def _unmarked(request: Request) -> Iterator[Mark]:
    """What was done and leaves no mark of its own in Jira, a message to the team for one."""
    for entry in request.entries:
        if entry.state is EntryState.DONE and entry.rule != FOLLOWED:
            yield Mark(key=entry.key, rule=entry.rule, action=entry.action, since=entry.intended_at, at=entry.done_at)


def clocks_of(request: Request, now: datetime) -> dict[str, Measure]:
    """Each clock of the request as it stands, by its id."""
    return {sla.document.id: measure(request.issue, sla, now) for sla in request.policy.slas(request.issue)}


def late_clocks(clocks: Mapping[str, Measure]) -> int:
    """How many clocks run beyond their goal."""
    return sum(clock.breached and clock.stop is None for clock in clocks.values())


def jql_instant(at: datetime) -> str:
    """An instant as Jira indexes dates of properties: to the minute, with its offset (contract §2.4)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M+00:00")


def published(clock: Measure) -> dict[str, Any]:
    """The lasting part of a measure, in the names JQL uses; each is declared in the descriptor.

    `late` is `yes` or `no` once that is certain, and nothing while the clock runs in time; `breachTime` tells how long.
    """
    late = "yes" if clock.breached else "no" if clock.stop and clock.goal is not None else None
    return {
        "state": clock.state.value,
        "late": late,
        "breachTime": jql_instant(clock.breach_time) if clock.breach_time else None,
        "goalSeconds": int(clock.goal.total_seconds()) if clock.goal is not None else None,
        "stoppedAt": jql_instant(clock.stop) if clock.stop else None,
        "elapsedSeconds": int(clock.elapsed.total_seconds()) if clock.stop else None,
    }


def published_state(status: str | None, pack: str, next_at: datetime | None) -> dict[str, Any]:
    """Where Relance stands with a request; each part is declared in the descriptor."""
    return {"status": status, "nextAt": jql_instant(next_at) if next_at else None, "policy": pack}
