"""Cuts time into a calendar's months: the last minute of October in Paris is not the last minute of October in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_of(instant: datetime, time_zone: str) -> str:
    """The month (`2026-11`) an instant falls in, by the wall clock of a zone."""
    return f"{instant.astimezone(ZoneInfo(time_zone)):%Y-%m}"


def bounds(month: str, time_zone: str) -> tuple[datetime, datetime]:
    """The first instant of a month and the first of the next one, in UTC; ValueError unless it is written `2026-10`."""
    written = _WRITTEN.fullmatch(month)
    if written is None or not 1 < int(written[1]) < 9999:
        raise ValueError(f"“{month}” is not a month: write 2026-10")
    year, number = int(written[1]), int(written[2])
    zone = ZoneInfo(time_zone)
    first = datetime(year, number, 1, tzinfo=zone)
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return first.astimezone(UTC), following.astimezone(UTC)


def months_before(month: str, count: int) -> str:
    """The month so many months earlier."""
    year, number = map(int, month.split("-"))
    index = year * 12 + number - 1 - count
    return f"{index // 12:04}-{index % 12 + 1:02}"
