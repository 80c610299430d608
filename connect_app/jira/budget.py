"""Keeps our own calls below Jira's burst limits, so that we seldom learn of them from a 429 (contract §5.1)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from connect_app.jira.tariff import burst_of

AT_ONCE = 0.2
STEADY = 0.7
"""Of a limit a second: what we send at once after a silence, and from then on. Together they leave room for another
process of ours, whose calls are not seen from here."""

ISSUE_WINDOWS = ((18, 2.0), (90, 30.0))
"""Writes on one issue, so many in so many seconds: nine tenths of Jira's."""

REMEMBERED = 10_000
"""Issues whose last writes are kept in mind, at most."""


@dataclass
class Bucket:
    """A token bucket: `rate` calls a second, `size` of them at once when it has been idle."""

    rate: float
    size: float
    level: float
    seen_at: float

    def wait(self, now: float) -> float:
        """The seconds that one call more has to wait."""
        self.level = min(self.size, self.level + (now - self.seen_at) * self.rate)
        self.seen_at = now
        return max(0.0, (1 - self.level) / self.rate)


class Budget:
    """The burst budgets of one site in this process; `share` is how many processes of ours they are divided among."""

    share = 1

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}
        self._writes: dict[str, list[float]] = {}

    def take(self, endpoint: str, written: str | None, *, patience: float) -> float:
        """The seconds a call has to wait before it is sent; counted only when these are at most `patience`.

        `written` is the issue that the call writes, None when it writes none.
        """
        with self._lock:
            now = self._now()
            bucket = self._bucket(endpoint, now)
            wait = bucket.wait(now)
            times = None if written is None else self._times(written, now)
            if times is not None:
                wait = max(wait, _next(times, now) - now)
            if wait <= patience:
                bucket.level -= 1
                if times is not None:
                    times.append(now + wait)
            return wait

    def _bucket(self, endpoint: str, now: float) -> Bucket:
        limit = burst_of(endpoint) / self.share
        size = max(1.0, limit * AT_ONCE)
        bucket = self._buckets.setdefault(endpoint, Bucket(limit * STEADY, size, size, now))
        bucket.rate, bucket.size = limit * STEADY, size
        return bucket

    def _times(self, issue: str, now: float) -> list[float]:
        """When the last writes on an issue were or will be sent, oldest first."""
        if issue not in self._writes and len(self._writes) >= REMEMBERED:
            longest = max(seconds for _, seconds in ISSUE_WINDOWS)
            self._writes = {name: times for name, times in self._writes.items() if times and times[-1] > now - longest}
        times = self._writes.setdefault(issue, [])
        del times[: -max(most for most, _ in ISSUE_WINDOWS)]
        return times


def _next(times: list[float], now: float) -> float:
    """The first moment from `now` at which one write more keeps every window."""
    full = [times[-most] + seconds for most, seconds in ISSUE_WINDOWS if len(times) >= most]
    return max([now, *([times[-1]] if times else []), *full])
