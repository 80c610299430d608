"""Rate limits, counted in real seconds: bursts by operation, writes on one issue, an app's points."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from jira_sandbox.clock import host_seconds
from jira_sandbox.errors import Refusal
from jira_sandbox.state.faults import RateLimit


def too_many(reason: str, retry_after: int) -> Refusal:
    """429 with the headers Jira sends."""
    headers = {
        "Retry-After": str(retry_after),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-NearLimit": "true",
        "RateLimit-Reason": reason,
    }
    return Refusal(429, ["Rate limit exceeded."], {}, headers)


class Limits:
    """Counts requests of the last seconds; call with the site's lock held."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._spent = 0
        self._window_ends = 0.0

    def check(self, limit: RateLimit | None, method: str, template: str, issue: str | None) -> None:
        """Raises 429 when a request is one too many."""
        if limit is None:
            return
        if limit.burst is not None and self._exceeds(f"{method} {template}", limit.burst, limit.burst_seconds):
            raise too_many("jira-burst-based", limit.retry_after)
        if issue is None or method == "GET" or limit.per_issue_writes is None:
            return
        if self._exceeds(f"issue {issue}", limit.per_issue_writes, limit.per_issue_seconds):
            raise too_many("jira-per-issue-on-write", limit.retry_after)

    def check_quota(self, limit: RateLimit) -> None:
        """Raises 429 when the app's points of this window are spent."""
        if limit.quota is None or self._left(limit) > 0:
            return
        ends_in = max(1, math.ceil(self._window_ends - host_seconds()))
        refusal = too_many(limit.quota_reason, ends_in)
        raise Refusal(429, [str(refusal)], {}, {**refusal.headers, **self._told(limit)})

    def charge(self, limit: RateLimit, points: int) -> dict[str, str]:
        """Counts what an app's call cost; the headers that tell what is left."""
        if limit.quota is None:
            return {}
        self._left(limit)
        self._spent += points
        return self._told(limit)

    def _left(self, limit: RateLimit) -> int:
        now = host_seconds()
        if now >= self._window_ends:
            self._spent, self._window_ends = 0, now + limit.quota_seconds
        return (limit.quota or 0) - self._spent

    def _told(self, limit: RateLimit) -> dict[str, str]:
        quota, left = limit.quota or 0, max(0, self._left(limit))
        if limit.structured:
            name = "global-app-quota" if "global" in limit.quota_reason else "tenant-app-quota"
            ends_in = math.ceil(self._window_ends - host_seconds())
            return {
                "Beta-RateLimit-Policy": f'"{name}";q={quota};w={math.ceil(limit.quota_seconds)}',
                "Beta-RateLimit": f'"{name}";r={left};t={ends_in}',
            }
        near = {"X-RateLimit-NearLimit": "true"} if left < 0.2 * quota else {}
        return {"X-RateLimit-Limit": str(quota), "X-RateLimit-Remaining": str(left), **near}

    def _exceeds(self, key: str, most: int, seconds: float) -> bool:
        now, times = host_seconds(), self._seen[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False
