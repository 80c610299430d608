"""Reads opening hours written by people ("09:00" to "12:30") and refuses those that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = Sequence[tuple[str, str]]
"""Opening hours of one day as written: `[("09:00", "12:30"), ("14:00", "18:00")]`; seconds may follow (`09:00:30`)."""

Span = tuple[int, int]
"""Seconds from a local midnight, half-open; the end exceeds 86,400 when the hours run past midnight."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def spans(where: str, hours: Hours) -> tuple[Span, ...]:
    """The hours of one day in seconds; ValueError, naming `where`, when malformed, out of order or overlapping.

    An end at or before the start runs past midnight and belongs to the day that opened it; "24:00" is the end of day.
    """
    found: list[Span] = []
    for pair in hours:
        if isinstance(pair, str) or len(pair) != 2:
            raise ValueError(f"{where}: {pair!r} is not a pair of times such as ('09:00', '12:30')")
        start, end = _clock(where, pair[0]), _end(where, pair[1])
        if end <= start:
            end += DAY
        if found and start < found[-1][0]:
            raise ValueError(f"{where}: {pair[0]}-{pair[1]} is written after later hours; write them in order")
        if found and start < found[-1][1]:
            raise ValueError(f"{where}: {pair[0]}-{pair[1]} overlaps the hours before it")
        found.append((start, end))
    return tuple(found)


def week(weekly: Mapping[str, Hours]) -> tuple[tuple[Span, ...], ...]:
    """The seven days from Monday; ValueError on an unknown day or when a night runs into the next day's hours."""
    for day in weekly:
        known_weekday(day)
    days = tuple(spans(day, weekly.get(day, ())) for day in WEEKDAYS)
    for number, today in enumerate(days):
        tomorrow = days[(number + 1) % 7]
        if today and tomorrow and today[-1][1] - DAY > tomorrow[0][0]:
            following = WEEKDAYS[(number + 1) % 7]
            raise ValueError(f"{WEEKDAYS[number]}: the last hours run past midnight and overlap those of {following}")
    return days


def known_weekday(day: str) -> int:
    """0 for `mon` to 6 for `sun`; ValueError with the nearest name otherwise."""
    if day not in WEEKDAYS:
        near = get_close_matches(str(day).lower(), WEEKDAYS, n=1, cutoff=0.5)
        hint = f' (did you mean "{near[0]}"?)' if near else ""
        raise ValueError(f"{day!r} is not a day of the week: {', '.join(WEEKDAYS)}{hint}")
    return WEEKDAYS.index(day)


def local_date(value: date | str) -> date:
    """A local date, given as such or as ISO text; ValueError for anything else, an instant included."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"{value!r} is not a local date")  # noqa: TRY004 -- one error class for all bad documents
    return value


def local_dates(values: Iterable[date | str]) -> frozenset[date]:
    """Local dates; ValueError as `local_date`."""
    return frozenset(local_date(value) for value in values)


def _end(where: str, text: str) -> int:
    return DAY if text == "24:00" else _clock(where, text)


def _clock(where: str, text: str) -> int:
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'{where}: {text!r} is not a time from "00:00" to "23:59" (or "24:00" as an end)')
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
