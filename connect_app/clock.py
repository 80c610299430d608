"""The only module that asks what time it is.

Two times are kept apart: *now* is the time promises are measured in (a test clock moves it), *host time* is the time
tokens are signed and leases are kept in, always the machine's own.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

import requests


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
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def now(self) -> datetime:
        """The instant the sandbox is at."""
        answer = self._session.get(self._url, timeout=10, allow_redirects=False)
        answer.raise_for_status()
        return datetime.fromisoformat(answer.json()["now"]).astimezone(UTC)
