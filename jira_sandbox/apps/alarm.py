"""Runs actions after so many real seconds, in one thread, in the order in which they fall due."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable

from jira_sandbox.clock import host_seconds


class Alarm:
    """A queue of short actions; an action must not block, and must not raise."""

    def __init__(self, name: str) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"{name}-alarm", daemon=True)
        self._thread.start()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Runs the action once, so many seconds from now; actions of the same delay run in the order given."""
        with self._changed:
            heapq.heappush(self._due, (host_seconds() + max(0.0, seconds), next(self._order), action))
            self._changed.notify()

    def close(self) -> None:
        """Stops; what has not fallen due never runs."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (action := self._next()) is not None:
            action()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._closed:
                wait = self._due[0][0] - host_seconds() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
            return None
