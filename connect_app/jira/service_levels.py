"""Reads what Jira Service Management itself measured: the cycles of each SLA of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connect_app.jira.client import JiraClient
from workflows.graph import folded

PAGE = 50
MOST_PAGES = 20

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class JsmCycle:
    """One cycle as JSM counts it; `paused` is its pause condition, whatever the hour; instants are in UTC."""

    start: datetime
    stop: datetime | None
    elapsed: timedelta
    paused: bool = False


def read_service_levels(client: JiraClient, issue_key: str) -> Mapping[str, tuple[JsmCycle, ...]]:
    """The cycles of each SLA, oldest first, by the SLA's folded name; raises `Refused` when we are no agent there."""
    return {folded(one["name"]): tuple(sorted(_cycles(one), key=lambda c: c.start)) for one in _all(client, issue_key)}


def _all(client: JiraClient, issue_key: str) -> Iterator[Mapping[str, Any]]:
    start = 0
    for _ in range(MOST_PAGES):
        page = client.get(f"rest/servicedeskapi/request/{issue_key}/sla", {"start": start, "limit": PAGE})
        values = page.get("values") or []
        yield from values
        start += len(values)
        if not values or page.get("isLastPage", True):
            return


def _cycles(sla: Mapping[str, Any]) -> Iterator[JsmCycle]:
    ongoing = sla.get("ongoingCycle")
    for cycle in (*(sla.get("completedCycles") or ()), *((ongoing,) if ongoing else ())):
        stop = cycle.get("stopTime")
        yield JsmCycle(
            start=_instant(cycle["startTime"]),
            stop=_instant(stop) if stop else None,
            elapsed=timedelta(milliseconds=cycle["elapsedTime"]["millis"]),
            paused=bool(cycle.get("paused")),
        )


def _instant(date: Mapping[str, Any]) -> datetime:
    return _EPOCH + timedelta(milliseconds=date["epochMillis"])
