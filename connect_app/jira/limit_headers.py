"""Reads what Jira says of its limits, in both families of headers (contract §5.1)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

QUOTA_GLOBAL = "jira-quota-global-based"
QUOTA_TENANT = "jira-quota-tenant-based"
BURST = "jira-burst-based"
PER_ISSUE = "jira-per-issue-on-write"

LONGEST = 24 * 3600.0
"""Seconds; a longer wait is taken for nonsense."""

NEAR = 0.2
"""Less than this part of a budget left is near its end, as Jira counts it."""

_ITEM = re.compile(r'"(?P<name>[^"]{1,100})"(?P<parameters>(?:\s*;\s*[a-z]+=[^;,\s]+)*)')
_PARAMETER = re.compile(r"([a-z]+)=([0-9]{1,12})")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one answer says of limits.

    `retry_after` is in seconds, None when it is not said. `reason` is one of Jira's four, another one of its, or None.
    `near` when less than a fifth of a budget is left; `near_quota` when that budget is known to be the hourly one,
    which fills again in `refills_in` seconds. `date` is Jira's clock.
    """

    retry_after: float | None = None
    reason: str | None = None
    near: bool = False
    near_quota: bool = False
    refills_in: float | None = None
    date: datetime | None = None


def read_limits(headers: Mapping[str, str]) -> Told:
    """What an answer says; nonsense is treated as absent."""
    known = {name.lower(): value for name, value in headers.items()}

    def any_of(*names: str) -> str | None:
        return next((known[name] for name in names if name in known), None)

    policies = _items(any_of("ratelimit-policy", "beta-ratelimit-policy"))
    budgets = _items(any_of("ratelimit", "beta-ratelimit"))
    quotas = {name: left for name, left in budgets.items() if "quota" in name}
    exhausted = next((name for name, left in quotas.items() if left.get("r") == 0), None)
    low = [left for name, left in quotas.items() if _is_low(left.get("r"), policies.get(name, {}).get("q"))]
    classic = _is_low(
        _number(any_of("x-ratelimit-remaining", "x-beta-ratelimit-remaining")),
        _number(any_of("x-ratelimit-limit", "x-beta-ratelimit-limit")),
    )
    said = (any_of("x-ratelimit-nearlimit", "x-beta-ratelimit-nearlimit") or "").lower() == "true"
    refills_in = min((left["t"] for left in low if "t" in left), default=None)
    return Told(
        retry_after=_retry_after(
            any_of("retry-after", "beta-retry-after"), known.get("x-ratelimit-reset"), known.get("date")
        ),
        reason=any_of("ratelimit-reason", "x-ratelimit-reason") or _reason_of(exhausted),
        near=said or classic or bool(low),
        near_quota=bool(low),
        refills_in=None if refills_in is None else float(refills_in),
        date=_instant(known.get("date")),
    )


def is_quota(reason: str | None) -> bool:
    """Whether a limit is the hourly one, for which every call has to wait."""
    return reason in {QUOTA_GLOBAL, QUOTA_TENANT}


def _items(header: str | None) -> dict[str, dict[str, int]]:
    """The items of a structured header: `"global-app-quota";r=1234;t=567`."""
    found = _ITEM.finditer(header or "")
    return {item["name"]: {k: int(v) for k, v in _PARAMETER.findall(item["parameters"])} for item in found}


def _reason_of(policy: str | None) -> str | None:
    if policy is None:
        return None
    return QUOTA_GLOBAL if "global" in policy else QUOTA_TENANT


def _is_low(remaining: int | None, limit: int | None) -> bool:
    return remaining is not None and limit is not None and limit > 0 and remaining < NEAR * limit


def _number(header: str | None) -> int | None:
    return int(header) if header is not None and re.fullmatch(r"[0-9]{1,12}", header.strip()) else None


def _retry_after(header: str | None, reset: str | None, date: str | None) -> float | None:
    """Seconds of a `Retry-After`, a number or a date; else until the reset. Dates are held against Jira's own clock."""
    try:
        seconds = float(header or "")
    except ValueError:
        seconds = _until(header, date) or _until(reset, date) or math.nan
    return seconds if 0 < seconds <= LONGEST else None


def _until(instant: str | None, date: str | None) -> float | None:
    there, here = _instant(instant), _instant(date)
    return None if there is None or here is None else (there - here).total_seconds()


def _instant(text: str | None) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text or "")
        except ValueError:
            continue
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return None
