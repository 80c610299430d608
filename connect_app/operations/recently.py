"""Keeps what was read of Jira for a little while, so that whoever reloads a page costs nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from connect_app.errors import RelanceError, Temporary

T = TypeVar("T")

MOST_KEPT = 64
PATIENCE = timedelta(seconds=30)
"""How long a failure is remembered when Jira does not say: nobody's reloading knocks at a site that is in trouble."""
LONGEST_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Reading(Generic[T]):
    """What was read, when, and why it is not newer: None when it is as new as it should be."""

    value: T
    made_at: datetime
    trouble: Temporary | None = None


@dataclass
class _Place(Generic[T]):
    lock: threading.Lock
    reading: Reading[T] | None = None
    until: datetime | None = None
    trouble: Temporary | None = None
    quiet_until: datetime | None = None


class Recently(Generic[T]):
    """Values by name, each read by one caller at a time while the others wait for it."""

    def __init__(self) -> None:
        self._places: OrderedDict[Hashable, _Place[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Hashable, now: datetime, read: Callable[[], T], keep: Callable[[T], timedelta]) -> Reading[T]:
        """The value, read now unless it is new enough; `keep` says how long a value is.

        When Jira fails for a while, the last value is given with the trouble; `Temporary` when there is none. Every
        other failure is raised, and what was known before is forgotten.
        """
        place = self._place(name)
        with place.lock:
            if place.reading is not None and _within(now, place.reading.made_at, place.until):
                return place.reading
            if place.trouble is None or not _within(now, None, place.quiet_until):
                self._refresh(place, now, read, keep)
            if place.trouble is None and place.reading is not None:
                return place.reading
            if place.reading is None:
                raise place.trouble or Temporary("nothing was read")
            return Reading(value=place.reading.value, made_at=place.reading.made_at, trouble=place.trouble)

    def _refresh(self, place: _Place[T], now: datetime, read: Callable[[], T], keep: Callable[[T], timedelta]) -> None:
        try:
            value = read()
        except Temporary as trouble:
            asked = PATIENCE if trouble.retry_after is None else timedelta(seconds=trouble.retry_after)
            place.trouble, place.quiet_until = trouble, now + min(max(asked, PATIENCE), LONGEST_PATIENCE)
        except RelanceError:
            place.reading = place.trouble = None
            raise
        else:
            place.reading, place.until = Reading(value=value, made_at=now), now + keep(value)
            place.trouble = None

    def _place(self, name: Hashable) -> _Place[T]:
        with self._lock:
            place = self._places.setdefault(name, _Place(threading.Lock()))
            self._places.move_to_end(name)
            while len(self._places) > MOST_KEPT:
                self._places.popitem(last=False)
            return place


def _within(now: datetime, since: datetime | None, until: datetime | None) -> bool:
    """Whether a moment still lasts; a clock that was set back ends it."""
    return until is not None and now < until and (since is None or since <= now)
