"""Rate limits, counted in real seconds: bursts by operation and writes on one issue."""

from __future__ import annotations

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

    def _exceeds(self, key: str, most: int, seconds: float) -> bool:
        now, times = host_seconds(), self._seen[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False
