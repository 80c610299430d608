"""Counts open requests by status and by age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

AGE_BOUNDS = (1, 3, 7, 14, 30)
"""Days between one group of ages and the next; a day is 24 hours."""


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """What counting needs of an open request: its status by the pack's id, None outside the pack, and Jira's name."""

    status: str | None
    status_name: str
    created: datetime


@dataclass(frozen=True, kw_only=True)
class StatusAges:
    """The requests in one status, youngest group first."""

    status: str | None
    status_name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class AgeTable:
    """Every open request once, by status and age."""

    rows: tuple[StatusAges, ...]

    @property
    def by_age(self) -> tuple[int, ...]:
        """The requests of each age group, whatever their status."""
        return tuple(sum(row.counts[place] for row in self.rows) for place in range(len(AGE_BOUNDS) + 1))

    @property
    def total(self) -> int:
        """All requests."""
        return sum(row.total for row in self.rows)


def age_group(created: datetime, now: datetime) -> int:
    """The place of an age among the groups: exactly one day old is in the second; what Jira dates after now is new."""
    return sum(now - created >= timedelta(days=bound) for bound in AGE_BOUNDS)


def ages(requests: Iterable[OpenRequest], now: datetime, order: Sequence[str]) -> AgeTable:
    """The table, statuses in the pack's order and those outside it by name at the end; empty ones are left out."""
    counts: dict[tuple[str | None, str], list[int]] = {}
    for request in requests:
        name = "" if request.status is not None else request.status_name
        row = counts.setdefault((request.status, name), [0] * (len(AGE_BOUNDS) + 1))
        row[age_group(request.created, now)] += 1
    places = {status: place for place, status in enumerate(order)}
    rows = sorted(counts.items(), key=lambda row: (places.get(row[0][0] or "", len(places)), row[0][1].casefold()))
    return AgeTable(
        rows=tuple(StatusAges(status=status, status_name=name, counts=tuple(row)) for (status, name), row in rows)
    )
