"""Says what each site costs in Jira's hourly points: what was spent, and what the coming hours will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connect_app.doors.abilities import counts_points
from connect_app.doors.installation import Installation
from connect_app.jira.searching import PAGE
from connect_app.jira.spending import Purpose
from connect_app.operations.parts import Parts
from connect_app.store.points import Spent

POOL = 65_000
"""Points an hour that all sites of the app share, unless Atlassian gave them quotas of their own (contract §5.1)."""

LOOK_BACK = timedelta(hours=24)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class SitePoints:
    """One site: this hour's calls and points, the dearest hour of the last day, and what an hour will take.

    `counted` is False for a site with a user's token, whose calls cost no points: its numbers are told all the same.
    `sweeps` is computed from the open requests, `webhooks` and `pages` are means of the last day's hours.
    """

    installation_id: str
    base_url: str
    counted: bool
    calls: int
    spent: int
    dearest: int
    sweeps: int
    webhooks: int
    pages: int

    @property
    def predicted(self) -> int:
        """The points of an hour to come."""
        return self.sweeps + self.webhooks + self.pages


def read_points(parts: Parts) -> list[SitePoints]:
    """Every site we work for, the dearest first."""
    hour = datetime.fromtimestamp(parts.clock.host_time(), UTC).replace(minute=0, second=0, microsecond=0)
    spent: dict[str, list[Spent]] = {}
    for one in parts.store.points.since(hour - LOOK_BACK):
        spent.setdefault(one.installation_id, []).append(one)
    followed = parts.store.agenda.count_followed()
    rounds = 60 / parts.settings.sweep_minutes
    sites = (
        _site(site, spent.get(site.id, []), hour, sweep_cost(followed.get(site.id, {}).values(), rounds))
        for site in parts.store.installations.working()
    )
    return sorted(sites, key=lambda site: (-site.predicted, site.base_url))


def pool_share(sites: Iterable[SitePoints]) -> float:
    """The part of the shared pool that the coming hours will take: 1 is all of it."""
    return sum(site.predicted for site in sites if site.counted) / POOL


def sweep_cost(projects: Iterable[int], rounds: float) -> int:
    """Points an hour of sweeping projects with so many requests, each so many times an hour: 1 a page, 1 a request."""
    return round(rounds * sum(max(1, -(-requests // PAGE)) + requests for requests in projects))


def _site(site: Installation, spent: list[Spent], hour: datetime, sweeps: int) -> SitePoints:
    now = [one for one in spent if one.hour == hour]
    past = [one for one in spent if one.hour < hour]
    by_hour: dict[datetime, int] = {}
    for one in spent:
        by_hour[one.hour] = by_hour.get(one.hour, 0) + one.points
    means = _means(past, hour)
    return SitePoints(
        installation_id=site.id,
        base_url=site.base_url,
        counted=counts_points(site),
        calls=sum(one.calls for one in now),
        spent=sum(one.points for one in now),
        dearest=max(by_hour.values(), default=0),
        sweeps=sweeps,
        webhooks=means.get(Purpose.ISSUE, 0),
        pages=means.get(Purpose.PAGE, 0),
    )


def _means(past: list[Spent], hour: datetime) -> Mapping[str, int]:
    """Points an hour for each purpose, over the hours since the first one known."""
    hours = max(1, (hour - min((one.hour for one in past), default=hour)) // HOUR)
    sums: dict[str, int] = {}
    for one in past:
        sums[one.purpose] = sums.get(one.purpose, 0) + one.points
    return {purpose: -(-points // hours) for purpose, points in sums.items()}
