from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from connect_app.clock import HostClock, SandboxClock
from connect_app.operations.sweep_times import slot_of

URL = "http://127.0.0.1:8061/clock"


def test_the_machines_clock_is_aware_and_agrees_with_itself() -> None:
    clock = HostClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now().timestamp() - clock.host_time()) < 5
    before = clock.host_time()
    time.sleep(0.01)
    assert clock.host_time() > before


@responses.activate
def test_a_sandboxs_clock_is_asked_each_time_and_moves_promises_but_not_tokens() -> None:
    responses.get(URL, json={"now": "2031-01-01T01:00:00+01:00"})
    responses.get(URL, json={"now": "2031-01-02T00:00:00Z"})
    clock = SandboxClock(URL)
    assert clock.now() == datetime(2031, 1, 1, tzinfo=UTC)
    assert clock.now() == datetime(2031, 1, 2, tzinfo=UTC)
    assert abs(clock.host_time() - HostClock().host_time()) < 5


@responses.activate
def test_a_sandbox_that_does_not_answer_stops_the_clock_rather_than_guess() -> None:
    responses.get(URL, status=500)
    with pytest.raises(requests.HTTPError):
        SandboxClock(URL).now()


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds it
    st.sampled_from([1, 5, 15, 60, 240, 1440]),
)
def test_every_instant_falls_into_exactly_one_slot(now: datetime, minutes: int) -> None:
    slot = slot_of(now, minutes)
    assert slot <= now < slot + timedelta(minutes=minutes)
    assert slot_of(slot, minutes) == slot
    assert (slot.second, slot.microsecond) == (0, 0)
