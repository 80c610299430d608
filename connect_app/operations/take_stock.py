"""Counts what the database holds of work and of trouble, for monitoring, without reading it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connect_app.doors.installation import State
from connect_app.operations.parts import Parts
from connect_app.operations.points import SitePoints, pool_share, read_points

GRACE = timedelta(minutes=5)
"""An action is overdue when its appointment came this long ago: the tick and a retry have had their time."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Ages are in seconds; `beats` and `sites` are by their ids, `installations` and `unsettled` by state."""

    inbox: int
    oldest: float
    due: int
    overdue: int
    beats: dict[str, float]
    tick_age: float | None
    installations: dict[str, int]
    unsettled: dict[str, int]
    late: dict[str, int]
    paused: int
    sites: tuple[SitePoints, ...]
    pool: float


def take_stock(parts: Parts) -> Stock:
    """Everything, by one look; raises what the database raises."""
    store, now, host = parts.store, parts.clock.now(), parts.clock.host_time()
    workers = store.workers.all()
    ticks = [w.last_tick for w in workers if w.last_tick is not None]
    oldest = store.inbox.oldest_waiting()
    sites = tuple(read_points(parts))
    return Stock(
        inbox=store.inbox.count_waiting(),
        oldest=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
        due=store.agenda.count_due(now),
        overdue=store.agenda.count_due(now - GRACE),
        beats={w.executor_id: host - w.beat_at for w in workers},
        tick_age=(now - max(ticks)).total_seconds() if ticks else None,
        installations={state.value: len(store.installations.in_state(state)) for state in State},
        unsettled=store.ledger.count_unsettled(),
        late=store.agenda.count_late(),
        paused=len(store.pauses.all(host)),
        sites=sites,
        pool=pool_share(sites),
    )
