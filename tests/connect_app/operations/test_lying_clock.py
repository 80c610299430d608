"""A machine whose clock lies in the future: nothing is said or closed too early, nothing is lost when it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connect_app.clock import Clock, SandboxClock
from connect_app.jira.limit_headers import QUOTA_TENANT
from connect_app.metrics import REGISTRY
from connect_app.operations.ask_time import ask_time
from connect_app.operations.check_readiness import check_readiness
from connect_app.operations.process_issue import process_issue
from connect_app.operations.sweep_site import sweep_site
from connect_app.runtime import Runtime, build_runtime
from scripts.desk.house import House
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import DAY, Stage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TWO_WEEKS = timedelta(days=14)


@dataclass
class SetClock:
    """The machine's clock once somebody has set it."""

    right: Clock
    by: timedelta = timedelta()

    def now(self) -> datetime:
        return self.right.now() + self.by

    def host_time(self) -> float:
        return self.right.host_time() + self.by.total_seconds()


@pytest.fixture
def machine(house: House) -> SetClock:
    return SetClock(SandboxClock(str(house.settings.clock_url)))


@pytest.fixture
def lying(house: House, machine: SetClock) -> Iterator[Runtime]:
    """A worker's runtime on that machine; the stage's own is on one whose clock is right."""
    runtime = build_runtime(house.settings, clock=machine)
    yield runtime
    runtime.close()


@pytest.fixture
def asked(stage: Stage, lying: Runtime) -> Stage:
    """A site that was heard before anything happens."""
    ask_time(lying.parts)
    return stage


@pytest.fixture(params=("stage", "token_stage"))
def desk(request: pytest.FixtureRequest) -> Stage:
    """A desk behind each door."""
    stage: Stage = request.getfixturevalue(request.param)
    return stage


def run(runtime: Runtime, desk: Stage, ticket: Ticket) -> None:
    process_issue(runtime.parts, desk.installation.id, ticket.id)


@pytest.mark.promise("C24", "C25", "C26")
def test_a_clock_that_jumps_ahead_by_hours_or_weeks_and_back_reminds_and_closes_on_the_right_days(
    desk: Stage, lying: Runtime, machine: SetClock
) -> None:
    silent, answered = desk.waiting(), desk.waiting()
    for days in (0, 3, 3):
        desk.later(days * DAY)
        run(lying, desk, silent)
    run(lying, desk, answered)
    due = desk.due_at(silent)
    desk.later(6 * DAY - 2 * HOUR)
    desk.marie.answers(answered, "Du 1er août au 31 janvier.")
    for ahead in (5 * HOUR, timedelta(), TWO_WEEKS):
        machine.by = ahead
        desk.later(MINUTE)
        rung = lying.store.agenda.due(lying.clock.now(), installation_id=desk.installation.id)
        assert silent.id not in {appointment.issue_id for appointment in rung}
        run(lying, desk, silent)
        run(lying, desk, answered)
        (swept,) = sweep_site(lying.parts, desk.installation.id)
        assert (swept.closures, swept.held) == ((), None)
        assert (desk.status(silent), desk.reminded(silent), desk.due_at(silent)) == ("En attente du client", 2, due)
        assert desk.status(answered) == "En cours", "what people do is answered meanwhile"

    machine.by = timedelta()
    desk.later(2 * HOUR - 4 * MINUTE)
    run(lying, desk, silent)
    assert desk.status(silent) == "En attente du client"
    desk.later(2 * MINUTE)
    run(lying, desk, silent)
    assert (desk.status(silent), desk.reminded(silent)) == ("Fermée", 3)
    now = desk.runtime.clock.now()
    assert all(e.done_at is not None and e.done_at <= now for e in desk.entries(silent))


@pytest.mark.promise("C26")
def test_a_worker_that_starts_under_such_a_clock_asks_jira_before_it_rings(
    desk: Stage, lying: Runtime, machine: SetClock
) -> None:
    silent = desk.waiting()
    for days in (0, 3, 3):
        desk.later(days * DAY)
        desk.run(silent)
    machine.by = TWO_WEEKS
    assert lying.clock.doubtful()
    ask_time(lying.parts)
    assert not lying.clock.doubtful()
    run(lying, desk, silent)
    assert (desk.status(silent), desk.reminded(silent)) == ("En attente du client", 2)


@pytest.mark.usefixtures("asked")
def test_a_machine_that_was_asleep_is_believed_as_soon_as_jira_says_the_same(lying: Runtime, machine: SetClock) -> None:
    """It looks as if its clock had jumped: what only ever goes on stood still meanwhile."""
    slept = timedelta(hours=5)
    lying.clock.hear(datetime.fromtimestamp(machine.host_time(), UTC) - slept)
    assert abs(lying.clock.ahead() - slept.total_seconds()) < 5
    ask_time(lying.parts)
    assert lying.clock.ahead() == 0


@pytest.mark.usefixtures("asked")
def test_it_is_told_to_whoever_watches(lying: Runtime, machine: SetClock) -> None:
    machine.by = TWO_WEEKS
    ask_time(lying.parts)
    lying.store.workers.beat("worker-1", boot="b", host_time=lying.clock.host_time())
    assert [w for w in check_readiness(lying.parts) if "clock" in w] == [
        "the clock of this machine is 14 days ahead of Jira's, and Jira's is used; set it right"
    ]
    skew = REGISTRY.get_sample_value("relance_clock_skew_seconds")
    assert skew is not None
    assert abs(skew + TWO_WEEKS.total_seconds()) < 5


def test_a_pause_asked_for_under_such_a_clock_ends_when_jira_said(
    asked: Stage, lying: Runtime, machine: SetClock
) -> None:
    machine.by = TWO_WEEKS
    lying.parts.sites.gates.of(asked.installation).pauses.pause(asked.installation.id, 60.0, QUOTA_TENANT)
    machine.by = timedelta()
    (pause,) = (p for p in lying.store.pauses.all(machine.host_time()) if p.scope == asked.installation.id)
    assert 0 < pause.until - machine.host_time() <= 61
    lying.store.pauses.forget_before(pause.until + 1)
