"""APScheduler jobs that only ring bells: each does one short thing, keyed so that ringing twice changes nothing."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN, EVENT_SCHEDULER_STARTED
from apscheduler.schedulers.background import BackgroundScheduler

from connect_app.clock import FRESH_SECONDS, Clock
from connect_app.engine import Worker
from connect_app.logs import logger
from connect_app.operations.ask_time import ask_time
from connect_app.operations.forget_sites import forget_sites
from connect_app.operations.live_workers import live_workers
from connect_app.operations.parts import Parts
from connect_app.operations.sweep_times import slot_of

BEATS = 12
"""How often a worker says that it is alive, within the time after which it would be given up."""

JUMP_SECONDS = 2.0
"""What a clock may be corrected by between two looks and still be said to run."""

KEPT = timedelta(days=4)
"""How long deliveries and ended jobs are remembered: longer than Jira's last retry of a delivery."""

log = logger(__name__)


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
        parts.sites.gates.divide(len(live_workers(parts)))
        store.inbox.forget_before(parts.clock.now() - KEPT)
        worker.jobs.forget_before(parts.clock.host_time() - KEPT.total_seconds())
        store.pauses.forget_before(parts.clock.host_time())
        parts.sites.gates.hand_on()
        forget_sites(parts)

    def compare_clocks() -> None:
        if parts.clock.doubtful():
            ask_time(parts)

    beat()
    parts.sites.gates.divide(len(live_workers(parts)))
    scheduler.add_job(worker.drain, "interval", seconds=settings.poll_seconds, id="drain")
    scheduler.add_job(tick, "interval", seconds=settings.tick_seconds, id="tick")
    scheduler.add_job(beat, "interval", seconds=settings.silent_seconds / BEATS, id="beat")
    scheduler.add_job(reap, "interval", seconds=settings.silent_seconds / 2, id="reap")
    at_once = datetime.fromtimestamp(parts.clock.machine.host_time(), UTC)
    scheduler.add_job(compare_clocks, "interval", seconds=FRESH_SECONDS, id="clock", next_run_time=at_once)
    watch_clock(scheduler, parts.clock.machine)
    return scheduler


def watch_clock(scheduler: BackgroundScheduler, clock: Clock, *, every: float = 1.0) -> None:
    """Rings every bell at once when the machine's clock jumps, and at its pace from then on.

    A bell hangs on an instant: after a clock was set back by an hour it would be silent for that hour. The time that
    only ever goes on (`monotonic`) tells of the jump, a machine that was asleep included; `every` is in its seconds.
    """
    ended = threading.Event()

    def watch() -> None:
        known = clock.host_time() - time.monotonic()
        while not ended.wait(every):
            apart = clock.host_time() - time.monotonic()
            if abs(apart - known) > JUMP_SECONDS:
                log.warning("the machine's clock jumped", seconds=round(apart - known))
                for bell in scheduler.get_jobs():
                    bell.modify(next_run_time=datetime.fromtimestamp(clock.host_time(), UTC))
            known = apart

    thread = threading.Thread(target=watch, name="clock-watch", daemon=True)
    scheduler.add_listener(lambda _: thread.start(), EVENT_SCHEDULER_STARTED)
    scheduler.add_listener(lambda _: ended.set(), EVENT_SCHEDULER_SHUTDOWN)
