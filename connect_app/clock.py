"""The only module that asks what time it is.

Two times are kept apart: *now* is the time promises are measured in (a test clock moves it), *host time* is the time
tokens are signed and leases are kept in. Both are the machine's own as long as Jira does not tell another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import requests

BELIEVED_SECONDS = 120.0
"""How far a machine's clock may be ahead of what Jira said: an answer takes its time, and so may we to hear it."""

FRESH_SECONDS = 60.0
"""How long Jira's word is taken for the last one when the machine's clock contradicts it."""


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The instant promises are measured at, aware, in UTC."""
        ...

    def host_time(self) -> float:
        """Seconds since the epoch by the machine's clock, for tokens."""
        ...


class HostClock:
    """The machine's own clock, in production."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)  # noqa: TID251 - the one place allowed to

    def host_time(self) -> float:
        """Seconds since the epoch."""
        return time.time()  # noqa: TID251 - the one place allowed to


class SandboxClock(HostClock):
    """The test clock of a sandbox, asked over loopback each time; for development only."""

    def __init__(self, url: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._question = self._session.prepare_request(requests.Request("GET", url))

    def now(self) -> datetime:
        """The instant the sandbox is at."""
        answer = self._session.send(self._question, timeout=10, allow_redirects=False)
        answer.raise_for_status()
        return datetime.fromisoformat(answer.json()["now"]).astimezone(UTC)


class WitnessedClock:
    """The machine's clock beside Jira's, which every answer of Jira tells: neither alone makes anything early.

    A promise counts from instants that Jira wrote. A machine two weeks ahead would close what waits for an answer, so
    it is set right by Jira's last word and by the time that only ever goes on (`monotonic`), from the moment of the
    jump. A machine that is behind is left alone: it is late, and a wrong word of Jira's cannot hurry it.
    """

    def __init__(self, machine: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.machine = machine
        self._monotonic = monotonic
        self._heard: tuple[float, float] | None = None

    def now(self) -> datetime:
        """The instant promises are measured at, aware, in UTC."""
        return self.machine.now() - timedelta(seconds=self.ahead())

    def host_time(self) -> float:
        """Seconds since the epoch, for tokens and leases."""
        return self.machine.host_time() - self.ahead()

    def hear(self, jira: datetime) -> float:
        """Keeps what time it was by Jira when it answered; returns Jira's clock minus the machine's, in seconds."""
        self._heard = (jira.timestamp(), self._monotonic())
        return jira.timestamp() - self.machine.host_time()

    @property
    def heard_at(self) -> float | None:
        """When Jira was last heard, by the time that only ever goes on; None when it never was."""
        return self._heard[1] if self._heard is not None else None

    def ahead(self) -> float:
        """Seconds by which the machine's clock is ahead of Jira's; 0 when that is little, or not known."""
        heard = self._heard
        if heard is None:
            return 0.0
        told, at = heard
        apart = self.machine.host_time() - told - (self._monotonic() - at)
        return apart if apart > BELIEVED_SECONDS else 0.0

    def doubtful(self) -> bool:
        """Whether Jira should be asked: it was never heard, or not since the machine's clock began to contradict it.

        A machine that was asleep looks as if its clock had jumped, until Jira has been heard again.
        """
        heard = self._heard
        return heard is None or (self.ahead() > 0 and self._monotonic() - heard[1] > FRESH_SECONDS)
