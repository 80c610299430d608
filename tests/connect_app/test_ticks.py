"""Bells go on ringing when the machine's clock is set back while they hang on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from connect_app.clock import HostClock
from connect_app.ticks import watch_clock


@dataclass
class SetClock(HostClock):
    """The machine's clock once somebody has set it, by seconds."""

    by: float = 0.0

    def host_time(self) -> float:
        return super().host_time() + self.by


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def scheduler(clock: SetClock) -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": 3600})
    watch_clock(scheduler, clock, every=0.02)
    yield scheduler
    scheduler.shutdown()


def test_a_clock_set_back_by_an_hour_silences_no_bell(scheduler: BackgroundScheduler, clock: SetClock) -> None:
    rung = threading.Event()
    scheduler.add_job(rung.set, "interval", hours=1)
    scheduler.start()
    assert not rung.wait(0.2), "it hangs an hour away, as all bells do once the clock was set back"
    clock.by -= timedelta(hours=1).total_seconds()
    assert rung.wait(10), "nothing would ring for an hour"


def test_a_clock_that_is_only_corrected_rings_nothing(scheduler: BackgroundScheduler, clock: SetClock) -> None:
    rung = threading.Event()
    scheduler.add_job(rung.set, "interval", hours=1)
    scheduler.start()
    for _ in range(5):
        clock.by += 0.5
        assert not rung.wait(0.05)
