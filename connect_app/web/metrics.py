"""Tells Prometheus what is in the database, beside what this process counts; asked on a listener of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from connect_app.logs import logger
from connect_app.metrics import REGISTRY, serve
from connect_app.operations.take_stock import Stock
from connect_app.runtime import Runtime

KEPT_SECONDS = 10.0
"""How old a count may be: however often it is asked, the database is asked once in this time."""

log = logger(__name__)

Families = Iterable[Metric]


class StockCollector(Collector):
    """The counts of the database as gauges; only `relance_database_up` (0) is told when it does not answer."""

    def __init__(self, runtime: Runtime, now: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._now = now
        self._lock = threading.Lock()
        self._known: list[Metric] = []
        self._counted_at: float | None = None

    def collect(self) -> Families:
        """The counts of now, or of a few seconds ago."""
        with self._lock:
            if self._counted_at is None or self._now() - self._counted_at >= KEPT_SECONDS:
                self._known, self._counted_at = self._count(), self._now()
            return self._known

    def describe(self) -> Families:
        """Nothing: registering asks no database."""
        return ()

    def _count(self) -> list[Metric]:
        try:
            stock, jobs = self._runtime.stock(), self._runtime.jobs.counts()
        except SQLAlchemyError as error:
            log.warning("no stock taken", error=type(error).__name__)
            return [_gauge("relance_database_up", "Whether the database answers.", {"": 0.0})]
        up = _gauge("relance_database_up", "Whether the database answers.", {"": 1.0})
        by_state = _gauge("relance_jobs", "Jobs by state; `failed` ones wait for somebody.", jobs, "state")
        return [up, by_state, *_of_work(stock), *_of_sites(stock)]


def serve_metrics(runtime: Runtime) -> None:
    """Opens the web process's listener, when there is an address for it."""
    address = runtime.settings.metrics_web
    if address:
        REGISTRY.register(StockCollector(runtime))
        serve(address)


def _of_work(stock: Stock) -> Iterator[Metric]:
    yield _gauge("relance_inbox", "Deliveries that have not become jobs yet.", {"": stock.inbox})
    yield _gauge("relance_inbox_oldest_seconds", "Age of the oldest of them.", {"": stock.oldest})
    yield _gauge("relance_due_actions", "Appointments that have come, ten thousand at most.", {"": stock.due})
    yield _gauge("relance_overdue_actions", "Those that came more than five minutes ago.", {"": stock.overdue})
    yield _gauge("relance_ledger", "Actions that failed, or were begun and not settled.", stock.unsettled, "state")
    yield _gauge("relance_worker_beat_age_seconds", "Since each worker's last beat.", stock.beats, "worker")
    if stock.tick_age is not None:
        yield _gauge("relance_tick_age_seconds", "Since the last tick carried out.", {"": stock.tick_age})


def _of_sites(stock: Stock) -> Iterator[Metric]:
    yield _gauge("relance_installations", "Sites by state.", stock.installations, "state")
    yield _gauge("relance_sla_late", "Clocks beyond their goal on open requests.", stock.late, "installation")
    yield _gauge("relance_jira_pauses", "Pauses that Jira's quotas ask for.", {"": stock.paused})
    spent = {site.installation_id: site.spent for site in stock.sites}
    yield _gauge("relance_jira_points_hour", "Points spent in this UTC hour.", spent, "installation")
    predicted = {site.installation_id: site.predicted for site in stock.sites}
    yield _gauge("relance_jira_points_predicted", "Points an hour to come will take.", predicted, "installation")
    yield _gauge("relance_jira_pool_share", "Part of the shared hourly pool predicted to be taken.", {"": stock.pool})


def _gauge(name: str, told: str, values: dict[str, float] | dict[str, int], label: str | None = None) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label] if label else [])
    for value_of, value in values.items():
        family.add_metric([value_of] if label else [], value)
    return family
