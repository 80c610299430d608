"""Stands between what is to be sent and its sending, and applies the faults: lose, repeat, delay, reorder."""

from __future__ import annotations

import random
import threading

from jira_sandbox.apps.delivery import Deliverer, Message, Outcome
from jira_sandbox.apps.faults import WebhookFaults
from jira_sandbox.clock import host_seconds

WINDOW = 8
QUIET_SECONDS = 0.1
SPACING_SECONDS = 0.01


class Dispatcher:
    """Passes messages to the deliverer as the faults of the moment have it.

    With `shuffle`, messages are held until a window is full or nothing came for a while; the window is then released
    in an order drawn from the seed, spaced a little so that the order is seen by the receiver.
    """

    def __init__(self, deliverer: Deliverer) -> None:
        self._deliverer = deliverer
        self._lock = threading.Lock()
        self._held: list[Message] = []
        self._arrivals = 0
        self._next_release = 0.0
        self._faults = WebhookFaults()
        self._chance = self._seeded()

    @property
    def faults(self) -> WebhookFaults:
        """The faults of the moment."""
        return self._faults

    @faults.setter
    def faults(self, faults: WebhookFaults) -> None:
        with self._lock:
            self._faults = faults
            self._chance = self._seeded()
            self._release()

    def send(self, message: Message) -> Outcome | None:
        """Takes a message; returns at once. Answers an outcome only when the message was lost on purpose."""
        with self._lock:
            if self._chance.random() < self._faults.drop:
                return Outcome(message=message, attempt=0, error="dropped")
            for _ in range(1 + self._faults.duplicate):
                self._pass_on(message)
        return None

    def _pass_on(self, message: Message) -> None:
        if not self._faults.shuffle:
            self._deliverer.submit(message, delay=self._faults.delay)
            return
        self._deliverer.reserve()
        self._held.append(message)
        self._arrivals += 1
        if len(self._held) >= WINDOW:
            self._release()
        else:
            arrivals = self._arrivals
            self._deliverer.alarm.after(QUIET_SECONDS, lambda: self._release_if_quiet(arrivals))

    def _release_if_quiet(self, arrivals: int) -> None:
        with self._lock:
            if arrivals == self._arrivals:
                self._release()

    def _release(self) -> None:
        self._chance.shuffle(self._held)
        for message in self._held:
            # One after the other, also across windows: two full windows do not interleave.
            self._next_release = max(self._next_release + SPACING_SECONDS, host_seconds())
            wait = self._next_release - host_seconds()
            self._deliverer.submit_reserved(message, delay=self._faults.delay + wait)
        self._held.clear()

    def _seeded(self) -> random.Random:
        return random.Random(self._faults.seed)  # noqa: S311 - a fault must be repeatable, not secret
