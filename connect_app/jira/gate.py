"""Stands before every call to one site: keeps its budgets, waits where Jira said to wait, counts what is spent."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connect_app import metrics
from connect_app.errors import Temporary
from connect_app.jira.budget import Budget
from connect_app.jira.limit_headers import BURST, PER_ISSUE, Told, is_quota, read_limits
from connect_app.jira.spending import Spending
from connect_app.jira.tariff import endpoint_of, is_read, points_of

SILENT = "silent"
NEAR = "near-limit"
"""Reasons of our own for a wait, beside Jira's four."""

PATIENCE = 1.0
"""Seconds a call waits for its budget in place; a longer wait gives the thread back."""

USUAL_WAITS = {BURST: 2.0, PER_ISSUE: 5.0}
QUOTA_WAIT = 60.0
"""Seconds to wait when Jira does not say how long."""

NEAR_WAIT = 300.0
"""Seconds for which what can wait waits, when the quota is nearly spent and Jira does not say until when."""

UNANSWERED = 3
LONGEST_SILENCE = 300.0
"""After so many calls in a row without an answer a site is left alone, for so many seconds at most."""

_ISSUE = re.compile(r"^/?rest/(?:api/\d|servicedeskapi)/(?:issue|request)/([^/?]+)")


class Pauses(Protocol):
    """The pauses all processes share: those of the hourly quota."""

    def left(self, installation_id: str) -> tuple[float, str] | None:
        """The seconds in which nothing may be asked of the site, and why; None when it may."""
        ...

    def near(self, installation_id: str) -> float | None:
        """The seconds for which its quota is known to be nearly spent; None when it is not."""
        ...

    def pause(self, installation_id: str, seconds: float, reason: str) -> None:
        """Nobody asks the site anything for so long; of every site that shares the quota, for a global reason."""
        ...

    def spare(self, installation_id: str, seconds: float) -> None:
        """What can wait waits for so long."""
        ...


@dataclass
class Gate:
    """What one process knows of one site's limits; `seconds` is the first wait after the site did not answer.

    `hear` is told Jira's clock by each answer, and says by how many seconds the machine's is behind it.
    """

    installation_id: str
    pauses: Pauses
    spending: Spending
    host_time: Callable[[], float]
    hear: Callable[[datetime], float]
    seconds: float = 10.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    budget: Budget = field(init=False)
    _closed: dict[str, float] = field(default_factory=dict)
    _unanswered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.budget = Budget(self.now)

    def enter(self, method: str, path: str) -> None:
        """Lets a call pass, after a short wait when its budget asks for one; `Temporary` when it has to wait longer."""
        self.spending.hand_on()
        if (paused := self.pauses.left(self.installation_id)) is not None:
            raise _wait(method, path, *paused)
        endpoint, written = endpoint_of(method, path), _written(method, path)
        for place, reason in ((endpoint, BURST), (written, PER_ISSUE), (SILENT, SILENT)):
            if (seconds := self._left(place)) > 0:
                raise _wait(method, path, seconds, reason)
        seconds = self.budget.take(endpoint, written, patience=PATIENCE)
        if seconds > PATIENCE:
            raise _wait(method, path, seconds, BURST)
        if seconds > 0:
            metrics.BUDGET_WAITS.labels(endpoint).observe(seconds)
            self.sleep(seconds)

    def answered(self, method: str, path: str, status: int, headers: Mapping[str, str], body: Any) -> Told:
        """Counts an answer and keeps what it says of limits."""
        endpoint, told = endpoint_of(method, path), read_limits(headers)
        points = points_of(endpoint, body if status < 400 else None)
        self.spending.count(self.installation_id, points, host_time=self.host_time())
        metrics.JIRA_REQUESTS.labels(endpoint, str(status)).inc()
        metrics.JIRA_POINTS.labels(self.installation_id).inc(points)
        if told.date is not None:
            metrics.CLOCK_SKEW.set(self.hear(told.date))
        with self._lock:
            self._unanswered = 0
            self._closed.pop(SILENT, None)
        if status == 429:
            self._limited(endpoint, _written(method, path), told)
        elif told.near:
            self._near(told)
        return told

    def unanswered(self, method: str, path: str) -> None:
        """After the site did not answer several times in a row it is left alone: others need the threads."""
        metrics.JIRA_REQUESTS.labels(endpoint_of(method, path), "none").inc()
        with self._lock:
            self._unanswered += 1
            beyond = self._unanswered - UNANSWERED
            if beyond >= 0:
                self._closed[SILENT] = self.now() + min(self.seconds * 2.0 ** min(beyond, 16), LONGEST_SILENCE)

    def near(self) -> float | None:
        """The seconds for which the hourly quota is known to be nearly spent; None when it is not."""
        return self.pauses.near(self.installation_id)

    def _limited(self, endpoint: str, written: str | None, told: Told) -> None:
        metrics.JIRA_LIMITED.labels(metrics.known_reason(told.reason)).inc()
        if is_quota(told.reason):
            seconds = told.retry_after or told.refills_in or QUOTA_WAIT
            self.pauses.pause(self.installation_id, seconds, str(told.reason))
            return
        place = written if told.reason == PER_ISSUE and written is not None else endpoint
        seconds = told.retry_after or USUAL_WAITS.get(told.reason or BURST, USUAL_WAITS[BURST])
        with self._lock:
            now = self.now()
            self._closed = {known: until for known, until in self._closed.items() if until > now}
            self._closed[place] = max(now + seconds, self._closed.get(place, 0.0))

    def _near(self, told: Told) -> None:
        """A nearly spent burst is over in a second, a quota lasts until the hour ends: what can wait waits for it."""
        if told.near_quota:
            self.pauses.spare(self.installation_id, told.refills_in or NEAR_WAIT)

    def _left(self, place: str | None) -> float:
        with self._lock:
            return self._closed.get(place or "", 0.0) - self.now()


def _wait(method: str, path: str, seconds: float, reason: str) -> Temporary:
    metrics.HELD_CALLS.labels(reason).inc()
    return Temporary(f"{method} {path}: not sent, {reason}", retry_after=seconds, happened=False, reason=reason)


def _written(method: str, path: str) -> str | None:
    """The issue a call writes, None when it writes none."""
    found = _ISSUE.match(path)
    written = found is not None and found[1] != "bulkfetch" and not is_read(endpoint_of(method, path))
    return f"issue {found[1]}" if found is not None and written else None
