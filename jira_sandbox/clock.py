"""The test clock that dates everything the sandbox stores, and the only reading of the host's clock."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class ClockError(ValueError):
    """The clock was asked to go backwards."""


class Clock:
    """One clock for the whole process: stands still when frozen, else moves with real time; only ever forward."""

    def __init__(self, start: datetime, *, frozen: bool = True) -> None:
        self._base = start.astimezone(UTC)
        self._frozen = frozen
        self._anchor = time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present instant of the sandbox, in UTC, cut to milliseconds as Jira stores it."""
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> datetime:
        """Moves forward by so many seconds; raises ClockError on a negative number."""
        if seconds < 0:
            raise ClockError("The clock moves only forward.")
        with self._lock:
            self._base += timedelta(seconds=seconds)
            return self._now()

    def move_to(self, instant: datetime) -> datetime:
        """Moves forward to an instant; raises ClockError when it is in the past."""
        with self._lock:
            ahead = instant.astimezone(UTC) - self._now()
            if ahead < timedelta(0):
                raise ClockError("The clock moves only forward.")
            self._base += ahead
            return self._now()

    def _now(self) -> datetime:
        elapsed = 0.0 if self._frozen else time.monotonic() - self._anchor
        instant = self._base + timedelta(seconds=elapsed)
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def host_now() -> datetime:
    """The host's own time, for what travels (iat and exp of tokens), never for what Jira stores."""
    return datetime.now(UTC)  # noqa: TID251 - this module is the sandbox's one reader of the host's clock


def host_seconds() -> float:
    """Real seconds since an arbitrary moment, for rate limits and time-outs."""
    return time.monotonic()


def parse_instant(text: str) -> datetime:
    """Reads an ISO 8601 instant with an offset or Z; raises ValueError when the offset is missing."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write 2026-11-02T09:00:00+01:00 or …Z.")
    return instant.astimezone(UTC)


def iso(instant: datetime) -> str:
    """Writes an instant as UTC ISO 8601 with milliseconds and Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def epoch_ms(instant: datetime) -> int:
    """Milliseconds since 1970, as Jira's webhooks and task progress have it."""
    return int(instant.timestamp() * 1000)
