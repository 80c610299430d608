"""Jobs on the real engine, a real SQLite file and a small Jira of ours that counts what it is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from connect_app.doors.installation import State
from connect_app.engine import APPLICATION, AT_ONCE, JOBS_VERSION, QUEUE, Jobs, Worker
from connect_app.operations.job_names import LANES, lane
from connect_app.runtime import Runtime
from connect_app.store.agenda import Appointment
from connect_app.store.database import open_database
from connect_app.store.inbox import Delivery
from connect_app.store.schema import agenda
from connect_app.ticks import schedule
from tests.connect_app.small_jira import NOON, SmallJira, all_done, install, small_jira, until

DIES = {
    "sqlite": ["CREATE TRIGGER dies BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'killed here'); END"],
    "postgresql": [
        "CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed here'; END $$",
        "CREATE TRIGGER dies BEFORE UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION dies()",
    ],
}
REVIVES = {"sqlite": "DROP TRIGGER dies", "postgresql": "DROP TRIGGER dies ON inbox"}


@pytest.fixture(scope="module")
def the_jira() -> Iterator[SmallJira]:
    with small_jira() as jira:
        yield jira


@pytest.fixture
def jira(the_jira: SmallJira) -> SmallJira:
    the_jira.asked.clear()
    the_jira.answers.clear()
    return the_jira


@pytest.fixture
def site(runtime: Runtime, jira: SmallJira) -> str:
    return install(runtime, jira)


def deliver(runtime: Runtime, site: str, identifier: str, issue: str | None) -> None:
    delivery = Delivery(identifier=identifier, event="e", issue_id=issue, project_key=None, received_at=NOON)
    assert runtime.store.inbox.put(site, delivery)


def test_the_same_job_twice_runs_once(runtime: Runtime, worker: Worker, site: str, jira: SmallJira) -> None:
    runtime.jobs.issue(f"{site}/1", site, "1")
    worker.jobs.issue(f"{site}/1", site, "1")
    all_done(runtime)
    runtime.jobs.issue(f"{site}/1", site, "1")
    runtime.jobs.issue(f"{site}/2", site, "2")
    all_done(runtime)
    assert [issue for issue, _ in jira.asked] == ["1", "2"]


@pytest.mark.usefixtures("worker")
def test_an_idle_worker_looks_at_our_queue_often_and_at_the_engines_own_never(runtime: Runtime) -> None:
    looks: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        looks.append(f"{statement} {parameters}")

    def seen(part: str) -> int:
        return sum(part in one for one in list(looks))

    all_done(runtime)
    started = time.monotonic()
    sa.event.listen(runtime.jobs.engine, "before_cursor_execute", look)
    try:
        until(lambda: seen(f"'{QUEUE}'") > 9 and seen("delay_until_epoch_ms <=") > 2, "the queues are not looked at")
        until(lambda: time.monotonic() - started > 1.2, "the engine's own pace is a second")
    finally:
        sa.event.remove(runtime.jobs.engine, "before_cursor_execute", look)
    assert not [one for one in looks if "internal_queue" in one]


def test_workers_divide_the_burst_limits_of_each_site(runtime: Runtime, worker: Worker, site: str) -> None:
    opened = runtime.parts.sites.open(site)
    assert opened is not None
    gates = runtime.parts.sites.gates
    assert gates.of(opened.installation).budget.share == 1
    runtime.store.workers.beat("another", boot="x", host_time=runtime.clock.host_time())
    try:
        schedule(runtime.parts, worker, boot="y")
        assert gates.of(opened.installation).budget.share == 2
        assert gates.of(replace(opened.installation, id="a later site")).budget.share == 2
    finally:
        for known in runtime.store.workers.all():
            runtime.store.workers.retire(known.executor_id)
        gates.divide(1)


@pytest.mark.usefixtures("worker")
def test_a_retry_waits_as_long_as_jira_asks(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(429, {"Retry-After": "1"}), (503, {})]
    runtime.jobs.issue(f"{site}/1", site, "1")
    until(lambda: len(jira.times("1")) == 3, "the job was not tried again")
    all_done(runtime)
    first, second, third = jira.times("1")
    assert 0.95 <= second - first < 10
    assert third - second < 10


@pytest.mark.usefixtures("worker")
def test_a_job_started_by_a_retry_has_tries_of_its_own(runtime: Runtime, site: str, jira: SmallJira) -> None:
    """A sweep that was retried starts a job for each issue; when that fails in passing it must be tried again too."""
    jira.answers = {"1": [(503, {})], "2": [(503, {})]}
    runtime.jobs.issue(site, site, "1")
    all_done(runtime)
    runtime.jobs.issue(f"{site}/retry-001/2", site, "2")
    all_done(runtime)
    assert (len(jira.times("1")), len(jira.times("2"))) == (2, 2)


@pytest.mark.usefixtures("worker")
def test_a_site_that_refuses_our_credentials_twice_is_left_alone(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(401, {}), (401, {})]
    runtime.jobs.issue(f"{site}/1", site, "1")
    until(lambda: len(jira.times("1")) == 2, "the credentials were not tried again")
    all_done(runtime)
    found = runtime.store.installations.by_id(site)
    assert found is not None
    assert found.state is State.UNREACHABLE
    runtime.jobs.issue(f"{site}/2", site, "2")
    all_done(runtime)
    assert jira.times("2") == []


@pytest.mark.parametrize(
    "answers",
    [[(401, {})], [(503, {}), (401, {})], [(401, {}), (503, {})]],
    ids=["once", "once after a busy moment", "once before a busy moment"],
)
@pytest.mark.usefixtures("worker")
def test_credentials_refused_once_are_tried_again(
    runtime: Runtime, site: str, jira: SmallJira, answers: list[tuple[int, dict[str, str]]]
) -> None:
    """A secret that is being renewed is refused for a moment; the site is not lost for that."""
    expected = len(answers) + 1
    jira.answers["1"] = list(answers)
    runtime.jobs.issue(f"{site}/1", site, "1")
    until(lambda: len(jira.times("1")) == expected or runtime.jobs.waiting() == 0, "the job is stuck")
    all_done(runtime)
    found = runtime.store.installations.by_id(site)
    assert found is not None
    assert (len(jira.times("1")), found.state) == (expected, State.INSTALLED)


@pytest.mark.usefixtures("worker")
def test_a_locked_account_is_not_tried_again(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(401, {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"})]
    runtime.jobs.issue(f"{site}/1", site, "1")
    all_done(runtime)
    assert site not in {installation.id for installation in runtime.store.installations.working()}
    assert len(jira.times("1")) == 1


def test_a_site_that_answers_slowly_leaves_room_for_the_others(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    """More slow jobs of one site than a worker runs at once; the job of another site is not behind them."""
    slow = [str(number) for number in range(100, 100 + AT_ONCE + 16)]
    jira.held = set(slow)
    for issue in slow:
        worker.jobs.issue(f"{site}/{issue}", site, issue)
    until(lambda: len(jira.asked) == LANES, "the slow site is not asked")
    other = install(runtime, jira)
    worker.jobs.issue(f"{other}/1", other, "1")
    until(lambda: len(jira.times("1")) == 1, "the other site waits behind the slow one")
    assert len(jira.asked) == LANES + 1
    jira.held.clear()
    jira.go_on.set()
    all_done(runtime)
    assert sorted(set(slow)) == sorted({issue for issue, _ in jira.asked} - {"1"})


def test_many_hints_make_one_job_per_issue(runtime: Runtime, worker: Worker, site: str, jira: SmallJira) -> None:
    for number in range(6):
        deliver(runtime, site, f"d-{number}", str(number % 2))
    deliver(runtime, site, "no issue", None)
    assert worker.drain() == 3
    assert worker.drain() == 0
    all_done(runtime)
    assert sorted(issue for issue, _ in jira.asked) == ["0", "1"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("process_issue", (0,)),
        ("process_issue", (0, 0)),
        ("process_issues", ([["the name of its job", "1"]],)),
        ("sweep", ("slot", 0)),
        ("sweep", ("slot", 0, 0)),
        ("sweep", ("slot", 0, 0, None)),
        ("tick", ()),
        ("sweeps", ()),
    ],
)
@pytest.mark.usefixtures("worker")
def test_the_jobs_an_older_release_left_are_done(
    runtime: Runtime, site: str, jira: SmallJira, name: str, arguments: tuple[object, ...]
) -> None:
    """Every form a job ever had; a new one is added here, none is taken away while JOBS_VERSION stays."""
    before = {"process_issue": (site, "1"), "process_issues": (site,), "sweep": (site,)}.get(name, (NOON.isoformat(),))
    client = DBOSClient(system_database_engine=runtime.jobs.engine, application_name=APPLICATION, lazy=True)
    left = f"{site}/{name}"
    options: EnqueueOptions = {
        "queue_name": QUEUE,
        "workflow_name": name,
        "workflow_id": left,
        "queue_partition_key": f"{site}:0",
        "app_version": JOBS_VERSION,
    }
    client.enqueue(options, *before, *arguments)
    until(lambda: runtime.jobs.ended(left), "the job is not taken up")
    all_done(runtime)
    assert len(jira.times("1")) == (1 if name.startswith("process_issue") else 0)


def test_a_drain_that_dies_half_way_starts_nothing_twice(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    deliver(runtime, site, "d-1", "1")
    for line in DIES[runtime.store.engine.dialect.name]:
        with runtime.store.engine.begin() as connection:
            connection.exec_driver_sql(line)
    with pytest.raises(sa.exc.DBAPIError, match="killed here"):
        worker.drain()
    all_done(runtime)
    assert runtime.store.inbox.count_waiting() == 1
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql(REVIVES[runtime.store.engine.dialect.name])
    assert worker.drain() == 1
    all_done(runtime)
    assert len(jira.times("1")) == 1
    assert runtime.store.inbox.count_waiting() == 0


def test_a_slot_rung_by_two_schedulers_is_one_tick(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    def appoint(issue: str) -> None:
        past = NOON - timedelta(days=30)
        runtime.store.agenda.put(
            Appointment(installation_id=site, issue_id=issue, project_key="P", due_at=past, why="", seen="")
        )

    other = Jobs(open_database(runtime.settings.database_url))
    appoint("1")
    for jobs in (worker.jobs, other):
        jobs.tick(NOON)
    until(lambda: len(jira.times("1")) == 1, "what was due was not looked at")
    all_done(runtime)
    appoint("2")
    other.tick(NOON)
    all_done(runtime)
    assert jira.times("2") == []
    other.tick(NOON + timedelta(minutes=1))
    until(lambda: len(jira.times("2")) == 1, "the next slot was not rung")
    all_done(runtime)
    assert len(jira.times("1")) == 1
    other.close()


def test_a_tick_touches_only_what_is_due(runtime: Runtime, worker: Worker, site: str, jira: SmallJira) -> None:
    """Counted: of five hundred open requests three have come; three jobs are started and three issues read."""
    soon = runtime.clock.now() + timedelta(days=30)
    rows = [
        {
            "installation_id": site,
            "issue_id": str(number),
            "project_key": "P",
            "due_at": NOON - timedelta(days=30) if number in {7, 77, 333} else soon,
            "why": "",
            "seen": "",
        }
        for number in range(500)
    ]
    with runtime.store.engine.begin() as connection:
        connection.execute(sa.insert(agenda), rows)
    worker.jobs.tick(NOON + timedelta(minutes=7))
    until(lambda: len(jira.asked) == 3, "what is due was not looked at")
    all_done(runtime)
    assert sorted(issue for issue, _ in jira.asked) == ["333", "7", "77"]


def test_a_burst_about_many_issues_of_one_site_is_a_few_jobs_and_each_issue_is_looked_at(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    issues = [str(number) for number in range(1, 5 * LANES + 1)]
    for issue in issues:
        deliver(runtime, site, f"d-{issue}", issue)
    assert worker.drain() == len(issues)
    assert runtime.jobs.waiting() <= LANES
    all_done(runtime)
    assert sorted(issue for issue, _ in jira.asked) == sorted(issues)


def test_an_issue_that_fails_among_others_fails_alone_and_is_revived_alone(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    same_lane = [str(n) for n in range(1, 500) if lane(site, str(n)) == lane(site, "1")][:6]
    poison = same_lane[2]
    jira.answers[poison] = [(200, {}), (200, {})]  # not a word of JSON, which is foreseen nowhere
    for issue in same_lane:
        deliver(runtime, site, f"d-{issue}", issue)
    worker.drain()
    until(lambda: {issue for issue, _ in jira.asked} == set(same_lane), "the others do not go on")
    until(lambda: runtime.jobs.waiting() == 0, "something waits")
    (failed,) = runtime.jobs.failed()
    assert failed.workflow_id.endswith(f"/{poison}")
    assert runtime.jobs.revive(failed.workflow_id)
    all_done(runtime)
    assert {issue: len(jira.times(issue)) for issue in same_lane} == {i: 3 if i == poison else 1 for i in same_lane}


def test_an_issue_refused_in_passing_is_tried_again_while_the_others_of_its_lane_are_done(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    same_lane = [str(n) for n in range(1, 500) if lane(site, str(n)) == lane(site, "1")][:4]
    jira.answers[same_lane[0]] = [(503, {}), (503, {})]
    for issue in same_lane:
        deliver(runtime, site, f"d-{issue}", issue)
    worker.drain()
    all_done(runtime)
    assert [len(jira.times(issue)) for issue in same_lane] == [3, 1, 1, 1]
