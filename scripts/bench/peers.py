"""Finds other Python packages for working time in a virtual environment of their own; none is a dependency of ours."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Between = Callable[[datetime, datetime], timedelta]
"""Working time between two aware instants on Monday to Friday, 09:00 to 18:00 in Paris, French holidays closed."""

OPENS, CLOSES = time(9), time(18)


def peers(environment: Path | None, holidays: Sequence[date]) -> Iterator[tuple[str, Between | str]]:
    """Each package with its way to do the same, or the reason why it is left out."""
    if environment is not None:
        sys.path += [str(found) for found in environment.glob("lib/python*/site-packages")]
    for name, adapt in (
        ("businesstimedelta", _businesstimedelta),
        ("businesstime", _businesstime),
        ("business_duration", _business_duration),
        ("opening_hours", _opening_hours),
    ):
        try:
            package = importlib.import_module(name)
            yield name, adapt(package, holidays)
        except ImportError as error:
            yield name, f"left out: {error}"


def _businesstimedelta(package: Any, holidays: Sequence[date]) -> Between:
    zone = importlib.import_module("pytz").timezone("Europe/Paris")
    week = package.WorkDayRule(start_time=OPENS, end_time=CLOSES, working_days=[0, 1, 2, 3, 4], tz=zone)
    rules = package.Rules([week, package.HolidayRule(list(holidays), tz=zone)])

    def between(start: datetime, end: datetime) -> timedelta:
        found = rules.difference(start, end)
        return timedelta(hours=found.hours, seconds=found.seconds)

    return between


def _businesstime(package: Any, holidays: Sequence[date]) -> Between:
    calendar = package.BusinessTime(business_hours=(OPENS, CLOSES), holidays=list(holidays))
    day = timedelta(hours=CLOSES.hour - OPENS.hour)

    def between(start: datetime, end: datetime) -> timedelta:
        found = calendar.businesstimedelta(start.replace(tzinfo=None), end.replace(tzinfo=None))
        return day * int(found.days) + timedelta(seconds=found.seconds)

    return between


def _business_duration(package: Any, holidays: Sequence[date]) -> Between:
    closed = list(holidays)

    def between(start: datetime, end: datetime) -> timedelta:
        naive = start.replace(tzinfo=None), end.replace(tzinfo=None)
        seconds = package.businessDuration(*naive, OPENS, CLOSES, holidaylist=closed, unit="sec")
        return timedelta(seconds=float(seconds))

    return between


def _opening_hours(package: Any, holidays: Sequence[date]) -> Between:
    """A package in Rust that lists the intervals; it knows the holidays of France by itself."""
    del holidays
    zone = ZoneInfo("Europe/Paris")
    known = package.OpeningHours(f"Mo-Fr {OPENS:%H:%M}-{CLOSES:%H:%M}; PH off", timezone=zone, country="FR")

    def between(start: datetime, end: datetime) -> timedelta:
        spans = (until - since for since, until, state, _ in known.intervals(start, end) if state == package.State.OPEN)
        return sum(spans, timedelta())

    return between
