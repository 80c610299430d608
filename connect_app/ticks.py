"""APScheduler jobs that only ring bells: each does one short thing, keyed so that ringing twice changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from connect_app.engine import Worker
from connect_app.operations.forget_sites import forget_sites
from connect_app.operations.parts import Parts
from connect_app.operations.sweep_times import slot_of

BEATS = 12
"""How often a worker says that it is alive, within the time after which it would be given up."""

KEPT = timedelta(days=4)
"""How long deliveries and ended jobs are remembered: longer than Jira's last retry of a delivery."""


def schedule(parts: Parts, worker: Worker, boot: str) -> BackgroundScheduler:
    """The bells of one worker, not started yet."""
    settings, store = parts.settings, parts.store
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )

    rung: list[datetime] = []

    def tick() -> None:
        slot = slot_of(parts.clock.now(), 1)
        if rung != [slot]:
            worker.ring(slot)
            rung[:] = [slot]

    def beat() -> None:
        store.workers.beat(settings.executor_id, boot=boot, host_time=parts.clock.host_time())

    def reap() -> None:
        worker.reap(silent_seconds=settings.silent_seconds)
        store.inbox.forget_before(parts.clock.now() - KEPT)
        worker.jobs.forget_before(parts.clock.host_time() - KEPT.total_seconds())
        store.pauses.forget_before(parts.clock.host_time())
        parts.sites.gates.hand_on()
        forget_sites(parts)

    beat()
    scheduler.add_job(worker.drain, "interval", seconds=settings.poll_seconds, id="drain")
    scheduler.add_job(tick, "interval", seconds=settings.tick_seconds, id="tick")
    scheduler.add_job(beat, "interval", seconds=settings.silent_seconds / BEATS, id="beat")
    scheduler.add_job(reap, "interval", seconds=settings.silent_seconds / 2, id="reap")
    return scheduler
