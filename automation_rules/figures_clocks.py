"""Counts kept and missed goals of a clock by month, from what was published of each request."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from automation_rules.billing_month import month_of, months_before


class Verdict(StrEnum):
    """How a clock ended: in time, too late, or measured without a goal."""

    KEPT = "kept"
    MISSED = "missed"
    WITHOUT_GOAL = "without-goal"


@dataclass(frozen=True, kw_only=True)
class ClockEnd:
    """One clock whose verdict is known.

    A kept goal, or none, counts when the clock stopped; a missed one when the goal was used up, so that a month that is
    over does not change when the late answer comes. `elapsed` is counted seconds, None while the clock still runs.
    """

    verdict: Verdict
    at: datetime
    elapsed: int | None


@dataclass(frozen=True, kw_only=True)
class ClockMonth:
    """One month of one clock; `median_seconds` is the counted time of those that are stopped, None when none is."""

    month: str
    kept: int
    missed: int
    without_goal: int
    median_seconds: int | None

    @property
    def decided(self) -> int:
        """How many had a goal."""
        return self.kept + self.missed

    @property
    def total(self) -> int:
        """All clocks of the month."""
        return self.decided + self.without_goal


def clock_end(published: object, now: datetime) -> ClockEnd | None:
    """What a published clock (`docs/sla.md`) says at `now`; None while that is open, or for what nobody can read.

    Anybody who may edit a request may write to its properties, so nothing is taken for granted.
    """
    if not isinstance(published, Mapping):
        return None
    breach, stop = _instant(published.get("breachTime")), _instant(published.get("stoppedAt"))
    elapsed = _seconds(published.get("elapsedSeconds")) if stop else None
    running_late = published.get("state") == "running" and breach is not None and breach < now
    if (published.get("late") == "yes" or running_late) and (breach or stop):
        return ClockEnd(verdict=Verdict.MISSED, at=breach or stop or now, elapsed=elapsed)
    if stop is None:
        return None
    verdict = Verdict.WITHOUT_GOAL if _seconds(published.get("goalSeconds")) is None else Verdict.KEPT
    return ClockEnd(verdict=verdict, at=stop, elapsed=elapsed)


def by_month(ends: Iterable[ClockEnd], now: datetime, time_zone: str, months: int = 6) -> tuple[ClockMonth, ...]:
    """The last months of a zone, oldest first, the present one included; what ended before them is left out."""
    present = month_of(now, time_zone)
    found: dict[str, list[ClockEnd]] = {months_before(present, back): [] for back in reversed(range(months))}
    for end in ends:
        found.get(month_of(end.at, time_zone), []).append(end)
    return tuple(_month(month, of_it) for month, of_it in found.items())


def _month(month: str, ends: list[ClockEnd]) -> ClockMonth:
    verdicts = [end.verdict for end in ends]
    elapsed = [end.elapsed for end in ends if end.elapsed is not None]
    return ClockMonth(
        month=month,
        kept=verdicts.count(Verdict.KEPT),
        missed=verdicts.count(Verdict.MISSED),
        without_goal=verdicts.count(Verdict.WITHOUT_GOAL),
        median_seconds=statistics.median_low(elapsed) if elapsed else None,
    )


def _instant(written: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else None


def _seconds(written: Any) -> int | None:
    usable = isinstance(written, int) and not isinstance(written, bool) and written >= 0
    return written if usable else None
