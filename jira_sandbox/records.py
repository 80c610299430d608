"""What a site keeps about the requests it got: the log, and what broke the contract."""

from __future__ import annotations

import threading

from jira_sandbox.state.shapes import Json


class Records:
    """An append-only log of requests and of violations; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Json] = []
        self._violations: list[Json] = []

    def request(self, entry: Json) -> None:
        """Keeps one request, numbered from 1."""
        with self._lock:
            self._requests.append({"n": len(self._requests) + 1, **entry})

    def violation(self, entry: Json) -> None:
        """Keeps one breach of the contract."""
        with self._lock:
            self._violations.append(entry)

    def requests(self, since: int = 0) -> list[Json]:
        """The requests after number `since`."""
        with self._lock:
            return self._requests[since:]

    def violations(self) -> list[Json]:
        """Every breach of the contract so far."""
        with self._lock:
            return list(self._violations)
