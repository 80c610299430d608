"""JQL's dates: relative durations, literals in the caller's zone, epoch milliseconds; to the minute."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jira_sandbox.jql.syntax import Operand, jql_error

_RELATIVE = re.compile(r"^([+-]?)((?:\d+[wdhm]\s*)+)$")
_UNIT = {"w": 10080, "d": 1440, "h": 60, "m": 1}
_FORMATS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_STARTS = {
    "startofday": ("day", False),
    "endofday": ("day", True),
    "startofweek": ("week", False),
    "endofweek": ("week", True),
    "startofmonth": ("month", False),
    "endofmonth": ("month", True),
}


def instant(operand: Operand, field: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant an operand means for a caller; 400 when it is no date."""
    if operand.function is not None:
        return _function(operand, now, zone)
    text = operand.text.strip()
    relative = _RELATIVE.match(text)
    if relative:
        minutes = sum(int(number) * _UNIT[unit] for number, unit in re.findall(r"(\d+)([wdhm])", relative[2]))
        return now + timedelta(minutes=minutes if relative[1] != "-" else -minutes)
    if re.fullmatch(r"-?\d+", text):
        if operand.quoted:
            return now + timedelta(minutes=int(text))
        return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
    for shape in _FORMATS:
        try:
            local = datetime.strptime(text, shape)  # noqa: DTZ007 - a JQL literal has no zone but the caller's
        except ValueError:
            continue
        return local.replace(tzinfo=zone).astimezone(UTC)
    raise jql_error(
        f"Date value '{operand.text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )


def _function(operand: Operand, now: datetime, zone: ZoneInfo) -> datetime:
    name = (operand.function or "").lower()
    if name == "now":
        return now
    if name not in _STARTS:
        raise jql_error(f"Unable to find JQL function '{operand.function}()'.")
    unit, end = _STARTS[name]
    local = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        local -= timedelta(days=local.weekday())
    elif unit == "month":
        local = local.replace(day=1)
    if end:
        local = {
            "day": local + timedelta(days=1),
            "week": local + timedelta(days=7),
            "month": (local + timedelta(days=32)).replace(day=1),
        }[unit] - timedelta(milliseconds=1)
    return local.astimezone(UTC)
