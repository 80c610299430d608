"""The short form of `python -m scripts.chaos`: processes are killed at random amid faults; nothing is lost or twice."""

from __future__ import annotations

from pathlib import Path

from scripts.chaos.nursery import Nursery
from scripts.chaos.trial import Trial, Wish
from scripts.desk.house import House
from tests.databases import ON_POSTGRES, postgres

KILLS = 20


def test_a_desk_whose_processes_are_killed_all_the_time_becomes_what_one_in_peace_becomes(
    tmp_path: Path, house: House
) -> None:
    database = postgres().new_database() if ON_POSTGRES else None
    wish = Wish(seed=3, phases=1, kills=KILLS, postgres=database, sqlite=not ON_POSTGRES, projects=("FRAM",))
    nursery = Nursery()
    trial = Trial(tmp_path, wish, house.control, nursery)
    try:
        verdict = trial.run(print)
    finally:
        trial.close()
        nursery.close()
    assert sum(killed.all for killed in verdict.killed.values()) >= KILLS
    assert sum(verdict.troubles.values()) > 0
    assert verdict.actions > 0
