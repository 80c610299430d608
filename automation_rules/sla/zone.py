"""Tells in which spans of UTC a time zone keeps which offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE = 86_400
_SECOND = timedelta(seconds=1)


def time_zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; ValueError with the nearest name when there is none."""
    if name not in _names():
        near = get_close_matches(str(name), sorted(_names()), n=1)
        hint = f' (did you mean "{near[0]}"?)' if near else ""
        raise ValueError(f"{name!r} is not a time zone of the IANA database{hint}")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=2048)
def offset_periods(zone: ZoneInfo, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """`(from, to, offset)` in seconds covering `start..end` (UTC seconds since 1970), one per unbroken offset.

    The zone is probed once a day and each change found to the second, so no two changes may fall within one day.
    Calendars of one zone ask about the same years: the answers are kept, two or three numbers per year.
    """
    periods: list[tuple[int, int, int]] = []
    since, at, offset = start, start, _offset(zone, start)
    while at < end:
        following = min(at + _PROBE, end)
        changed = _offset(zone, following)
        if changed != offset:
            change = _change(zone, at, following)
            periods.append((since, change, offset))
            since, offset = change, changed
        at = following
    periods.append((since, end, offset))
    return tuple(periods)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second in `(before, after]` with the offset of `after`."""
    wanted = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset() or timedelta()
    return offset // _SECOND
