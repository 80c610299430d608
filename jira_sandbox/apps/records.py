"""The log of delivery attempts, and the failed deliveries an app may ask for (contract §2.1, §4.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from jira_sandbox.apps.delivery import Message, Outcome
from jira_sandbox.clock import epoch_ms, iso

KEPT = timedelta(hours=72)


class Records:
    """What was sent and what came of it, dated by the test clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._attempts: list[dict[str, Any]] = []
        self._failed: list[tuple[datetime, Message]] = []

    def add(self, outcome: Outcome) -> None:
        """Notes one attempt."""
        message, at = outcome.message, self._now()
        entry = {
            "id": message.identifier,
            "url": message.url,
            "event": message.event,
            "issueId": message.issue_id,
            "attempt": outcome.attempt,
            "status": outcome.status,
            "error": outcome.error,
            "flow": message.flow,
            "app": message.app_key,
            "at": iso(at),
        }
        with self._lock:
            self._attempts.append(entry)
            if message.dynamic and not outcome.succeeded and not outcome.to_retry:
                self._failed.append((self._after_the_last(at), message))

    def attempts(self) -> list[dict[str, Any]]:
        """Every attempt so far, oldest first; attempt 0 is the first one, 1 to 5 are retries."""
        with self._lock:
            return [dict(entry) for entry in self._attempts]

    def count(self) -> int:
        """How many attempts there were."""
        with self._lock:
            return len(self._attempts)

    def failed(self, app_key: str, after_ms: int = 0, max_results: int = 100) -> dict[str, Any]:
        """The app's dynamic webhooks not delivered in the last 72 hours, as GET /webhook/failed has it."""
        oldest = self._now() - KEPT
        with self._lock:
            known = [(at, message) for at, message in self._failed if message.app_key == app_key]
        found = [
            {"id": message.identifier, "url": message.url, "body": message.body.decode(), "failureTime": epoch_ms(at)}
            for at, message in known
            if at >= oldest and epoch_ms(at) > after_ms
        ]
        page: dict[str, Any] = {"values": found[:max_results], "maxResults": max_results}
        if len(found) > max_results:
            page["next"] = str(found[max_results - 1]["failureTime"])
        return page

    def _after_the_last(self, at: datetime) -> datetime:
        """Failures are paged by their time, which therefore differs even while the clock stands still."""
        return max(at, self._failed[-1][0] + timedelta(milliseconds=1)) if self._failed else at
