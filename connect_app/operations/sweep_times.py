"""Spreads the sweeps of all projects over the period they have, so that neither Jira nor we are asked all at once."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Place:
    """One project of one site; an empty project is the site itself."""

    installation_id: str
    project_key: str = ""


def slot_of(now: datetime, minutes: int) -> datetime:
    """The beginning of the slot of `minutes` that an instant falls into."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + (now - day) // MINUTE // minutes * minutes * MINUTE


def sweep_slot(place: Place, now: datetime, minutes: int) -> datetime:
    """When the present sweep of a place began: every `minutes`, at a minute that is always the same for the place."""
    name = f"{place.installation_id}/{place.project_key}"
    offset = zlib.crc32(name.encode()) % minutes * MINUTE
    return slot_of(now - offset, minutes) + offset


class Rounds:
    """Which sweeps this process has started; another process starts the same ones, under the same names."""

    def __init__(self, minutes: int) -> None:
        self._minutes = minutes
        self._started: dict[Place, datetime] = {}

    def due(self, places: Iterable[Place], now: datetime) -> Iterator[tuple[Place, datetime]]:
        """The places whose sweep has not been started in their present slot, and that slot."""
        slots = {place: sweep_slot(place, now, self._minutes) for place in places}
        before, self._started = self._started, slots
        yield from ((place, slot) for place, slot in sorted(slots.items()) if before.get(place) != slot)
