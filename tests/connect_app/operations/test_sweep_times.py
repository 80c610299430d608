"""Sweeps are spread over the hour, and none is ever left out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.operations.sweep_times import Place, Rounds, sweep_slot

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLACES = [Place(f"site-{site}", f"P{project}") for site in range(20) for project in range(10)]
INSTANTS = st.integers(0, 10**7).map(lambda seconds: NOON + timedelta(seconds=seconds))
NAMES = st.builds(Place, st.text(max_size=36), st.text(max_size=10))


@given(NAMES, INSTANTS, st.sampled_from([1, 5, 15, 60]))
def test_every_instant_is_in_one_sweep_of_a_place(place: Place, now: datetime, minutes: int) -> None:
    slot, period = sweep_slot(place, now, minutes), timedelta(minutes=minutes)
    assert slot <= now < slot + period
    assert sweep_slot(place, slot, minutes) == slot
    assert sweep_slot(place, slot + period, minutes) == slot + period


def test_projects_are_swept_once_an_hour_and_not_all_at_once() -> None:
    rounds = Rounds(60)
    rounds.due(PLACES, NOON)
    list(rounds.due(PLACES, NOON))
    rung = [
        (minute, place) for minute in range(60) for place, _ in rounds.due(PLACES, NOON + timedelta(minutes=minute + 1))
    ]
    assert sorted(place for _, place in rung) == sorted(PLACES)
    assert max(Counter(minute for minute, _ in rung).values()) <= len(PLACES) // 10
    of_one_site = Counter(minute for minute, place in rung if place.installation_id == "site-1")
    assert max(of_one_site.values()) <= 2, "the projects of one site are spread as well"


@pytest.mark.parametrize("away", [timedelta(minutes=61), timedelta(hours=7, minutes=13), timedelta(days=5)])
def test_a_worker_that_was_asleep_sweeps_everything_once(away: timedelta) -> None:
    rounds = Rounds(60)
    list(rounds.due(PLACES, NOON))
    assert len(list(rounds.due(PLACES, NOON + away))) == len(PLACES)
    assert list(rounds.due(PLACES, NOON + away)) == []


def test_two_workers_give_a_sweep_the_same_name_whenever_they_look() -> None:
    one, other = Rounds(60), Rounds(60)
    looks = [NOON + timedelta(minutes=minute) for minute in range(0, 300, 7)]
    named = {found for now in looks for found in one.due(PLACES, now)}
    assert {found for now in looks[::5] for found in other.due(PLACES, now)} <= named
    times = sorted(slot for place, slot in named if place == PLACES[0])
    assert all(later - sooner == timedelta(hours=1) for sooner, later in pairwise(times))


def test_a_project_that_is_bound_later_is_swept_at_once() -> None:
    rounds = Rounds(60)
    list(rounds.due(PLACES, NOON))
    new = Place("site-1", "NEW")
    assert [place for place, _ in rounds.due([*PLACES, new], NOON)] == [new]
