"""Knows the public holidays of France, Alsace-Moselle, Belgium and Luxembourg, year by year as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

REGIONS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {"FR": ("FR", None), "FR-Alsace-Moselle": ("FR", "57"), "BE": ("BE", None), "LU": ("LU", None)}
)
"""What a calendar may write under `holidays`, and what the `holidays` package calls it (57 = Moselle: local law)."""


@dataclass(frozen=True)
class HolidayCalendar:
    """The holidays of some regions and some dates of one's own; nothing is computed before a year is asked for."""

    regions: tuple[str, ...] = ()
    dates: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for region in self.regions:
            if region not in REGIONS:
                raise ValueError(f"no public holidays are known for {region!r}; known: {', '.join(REGIONS)}")

    def in_year(self, year: int) -> frozenset[date]:
        """The holidays of one year; ValueError outside the years the `holidays` package knows."""
        own = {day for day in self.dates if day.year == year}
        return frozenset(own.union(*(_holidays(region, year) for region in self.regions)))

    def name(self, day: date) -> str | None:
        """The holiday's French name, `date` in ISO form for one of one's own, None for an ordinary day."""
        for region in self.regions:
            if day in (names := _holidays(region, day.year)):
                return names[day]
        return day.isoformat() if day in self.dates else None


@lru_cache(maxsize=4096)
def _holidays(region: str, year: int) -> Mapping[date, str]:
    country, subdivision = REGIONS[region]
    known = holidays.country_holidays(country, subdiv=subdivision, years=year, language="fr")
    if not known.start_year <= year <= known.end_year:
        raise ValueError(f"the public holidays of {region} are known from {known.start_year} to {known.end_year} only")
    return MappingProxyType(dict(known.items()))
