"""Counts the calls and points a process spends in Jira, by site, hour and purpose, and hands them on now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

KEPT_SECONDS = 10.0
"""How long counts stay in memory: what a power cut may lose of them."""


class Purpose(StrEnum):
    """What a call was made for."""

    ISSUE = "issue"
    SWEEP = "sweep"
    PAGE = "page"
    OTHER = "other"


@dataclass(frozen=True, order=True)
class Account:
    """Where a call is counted: the hour is of the host and in UTC, as Atlassian's quota is."""

    installation_id: str
    hour: datetime
    purpose: str


@dataclass(frozen=True)
class Amount:
    """How many calls, and what they cost in points."""

    calls: int
    points: int


Keep = Callable[[dict[Account, Amount]], bool]
"""Adds amounts to what is stored; False when that was not possible now, so that they are tried again."""

_purpose: ContextVar[Purpose] = ContextVar("purpose", default=Purpose.OTHER)


@contextmanager
def spending_on(purpose: Purpose) -> Iterator[None]:
    """Whatever is asked of Jira inside is counted for this purpose."""
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


def spend_on(purpose: Purpose) -> None:
    """Whatever this thread asks of Jira from now on is counted for this purpose."""
    _purpose.set(purpose)


class Spending:
    """What this process spent and has not handed on yet."""

    def __init__(self, keep: Keep, now: Callable[[], float] = time.monotonic) -> None:
        self._keep = keep
        self._now = now
        self._lock = threading.Lock()
        self._amounts: dict[Account, Amount] = {}
        self._kept_at = now()

    def count(self, installation_id: str, points: int, *, host_time: float) -> None:
        """Counts one call."""
        hour = datetime.fromtimestamp(host_time, UTC).replace(minute=0, second=0, microsecond=0)
        self._add({Account(installation_id, hour, _purpose.get().value): Amount(1, points)})

    def hand_on(self, *, after: float = KEPT_SECONDS) -> None:
        """Hands on what was counted, when the last time is `after` seconds ago or more."""
        with self._lock:
            if self._now() - self._kept_at < after or not self._amounts:
                return
            amounts, self._amounts, self._kept_at = self._amounts, {}, self._now()
        if not self._keep(amounts):
            self._add(amounts)

    def _add(self, amounts: dict[Account, Amount]) -> None:
        with self._lock:
            for account, amount in amounts.items():
                known = self._amounts.get(account, Amount(0, 0))
                self._amounts[account] = Amount(known.calls + amount.calls, known.points + amount.points)
