"""Too many closures at once are held, shown and released by their checksum: exactly those, and never for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connect_app.operations.limit_closures import MOST_CLOSURES, may_close
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import DAY, Stage

HOUR = timedelta(hours=1)


def due_for_closure(stage: Stage, count: int) -> list[Ticket]:
    """Requests that were reminded twice and are to be closed now."""
    tickets = [stage.waiting() for _ in range(count)]
    for _ in range(2):
        stage.later(3 * DAY)
        for ticket in tickets:
            stage.run(ticket)
    stage.later(6 * DAY)
    return tickets


def closed(stage: Stage, tickets: list[Ticket]) -> int:
    return sum(stage.status(ticket) == "Fermée" for ticket in tickets)


@pytest.mark.promise("C26")
def test_what_is_held_stays_open_until_it_is_released_then_closes_and_nothing_is_held_any_more(stage: Stage) -> None:
    tickets = due_for_closure(stage, 6)
    first = stage.sweep()
    assert first.held is not None
    assert len(first.closures) == 6
    stage.later(2 * HOUR)
    for ticket in tickets:
        stage.run(ticket)
    assert closed(stage, tickets) == 0
    assert stage.sweep().held == first.held, "the same closures are held under the same checksum"
    holds, now = stage.runtime.store.holds, stage.runtime.clock.now()
    assert holds.release(stage.installation.id, "SUP", first.held, at=now)
    stage.later(2 * HOUR)
    assert stage.sweep().held is None
    assert closed(stage, tickets) == 6
    stage.later(2 * HOUR)
    stage.sweep()
    assert stage.sweep().issues == (), "what was released is not read for ever"
    (late,) = due_for_closure(stage, 1)
    stage.run(late)
    assert stage.status(late) == "Fermée", "an old release must not hold what comes after it"


@pytest.mark.promise("C26")
def test_a_hold_ends_by_itself_when_nothing_is_left_to_close(stage: Stage) -> None:
    tickets = due_for_closure(stage, 6)
    assert stage.sweep().held is not None
    for ticket in tickets:
        stage.marie.answers(ticket, "Voici les dates.")
    swept = stage.sweep()
    assert (swept.held, swept.closures) == (None, ())
    (late,) = due_for_closure(stage, 1)
    stage.run(late)
    assert stage.status(late) == "Fermée"


@pytest.mark.promise("C26")
def test_a_release_lets_exactly_those_pass(stage: Stage) -> None:
    tickets = due_for_closure(stage, 6)
    held = stage.sweep().held
    assert held is not None
    assert stage.runtime.store.holds.release(stage.installation.id, "SUP", held, at=stage.runtime.clock.now())
    others = [f"closure/{n}/move" for n in range(MOST_CLOSURES)]
    assert all(may_close(stage.parts, stage.open, "SUP", key, "1") for key in others)
    assert not may_close(stage.parts, stage.open, "SUP", "closure/one-too-many/move", "1")
    stage.sweep()
    assert closed(stage, tickets) == 6, "what was released stays released"


@pytest.mark.promise("C26")
def test_jobs_running_at_the_same_time_close_no_more_than_the_limit(stage: Stage) -> None:
    keys = [f"closure/{n}/move" for n in range(2 * MOST_CLOSURES)]
    with ThreadPoolExecutor(16) as pool:
        passed = list(pool.map(lambda key: may_close(stage.parts, stage.open, "SUP", key, key), keys))
    assert sum(passed) == MOST_CLOSURES
    allowed = keys[passed.index(True)]
    assert may_close(stage.parts, stage.open, "SUP", allowed, allowed), "a job that runs again is not counted twice"
    hold = stage.runtime.store.holds.of_project(stage.installation.id, "SUP")
    assert hold is not None
    assert len(hold.plan["closures"]) == MOST_CLOSURES
    assert hold.released_at is None
