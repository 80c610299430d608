"""Jobs on the real engine, a real SQLite file and a small Jira of ours that counts what it is asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from connect_app.doors.installation import Admission, Door, State
from connect_app.engine import Jobs, Worker
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings
from connect_app.store.agenda import Appointment
from connect_app.store.database import open_database
from connect_app.store.inbox import Delivery

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PATIENCE = 30.0


@dataclass
class SmallJira:
    """Answers each issue with the statuses it was given, then 404 (the issue is gone); remembers when it was asked."""

    url: str = ""
    asked: list[tuple[str, float]] = field(default_factory=list)
    answers: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    go_on: threading.Event = field(default_factory=threading.Event)

    def times(self, issue: str) -> list[float]:
        return [at for asked, at in self.asked if asked == issue]

    def answer(self, issue: str) -> tuple[int, dict[str, str]]:
        self.asked.append((issue, time.monotonic()))
        if issue in self.held:
            self.go_on.wait(PATIENCE)
        prepared = self.answers.get(issue)
        return prepared.pop(0) if prepared else (404, {})


@pytest.fixture
def jira() -> Iterator[SmallJira]:
    small = SmallJira()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = small.answer(self.path.split("?")[0].rpartition("/")[2])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    small.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield small
    small.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'relance.db'}",
        data_dir=tmp_path,
        secret_keys=(Fernet.generate_key().decode(),),
        development=True,
        poll_seconds=0.05,
        retry_seconds=0.05,
        executor_id="worker-b",
    )


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = build_runtime(settings)
    yield runtime
    runtime.close()


@pytest.fixture
def worker(runtime: Runtime) -> Iterator[Worker]:
    worker = Worker(runtime.parts, runtime.jobs)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def site(runtime: Runtime, jira: SmallJira) -> str:
    """The id of an installation that knows itself, so that each job asks Jira for its issue and nothing else."""
    admission = Admission(door=Door.CONNECT, client_key="c", base_url=jira.url, secret="s" * 32)
    installations = runtime.store.installations
    installed = installations.install(admission, now=NOON, host_time=0.0)
    installations.set_identity(installed.id, app_account_id="app", time_zone=None)
    return installed.id


def until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def all_done(runtime: Runtime) -> None:
    until(lambda: runtime.jobs.waiting() == 0, "jobs still wait")
    assert runtime.jobs.failed() == []


def deliver(runtime: Runtime, site: str, identifier: str, issue: str | None) -> None:
    delivery = Delivery(identifier=identifier, event="e", issue_id=issue, project_key=None, received_at=NOON)
    assert runtime.store.inbox.put(site, delivery)


def test_the_same_job_twice_runs_once(runtime: Runtime, worker: Worker, site: str, jira: SmallJira) -> None:
    runtime.jobs.issue("job/1", site, "1")
    worker.jobs.issue("job/1", site, "1")
    all_done(runtime)
    runtime.jobs.issue("job/1", site, "1")
    runtime.jobs.issue("job/2", site, "2")
    all_done(runtime)
    assert [issue for issue, _ in jira.asked] == ["1", "2"]


@pytest.mark.usefixtures("worker")
def test_a_retry_waits_as_long_as_jira_asks(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(429, {"Retry-After": "1"}), (503, {})]
    runtime.jobs.issue("job/1", site, "1")
    until(lambda: len(jira.times("1")) == 3, "the job was not tried again")
    all_done(runtime)
    first, second, third = jira.times("1")
    assert 0.95 <= second - first < 10
    assert third - second < 10


@pytest.mark.usefixtures("worker")
def test_a_job_started_by_a_retry_has_tries_of_its_own(runtime: Runtime, site: str, jira: SmallJira) -> None:
    """A sweep that was retried starts a job for each issue; when that fails in passing it must be tried again too."""
    jira.answers = {"1": [(503, {})], "2": [(503, {})]}
    runtime.jobs.issue("sweep", site, "1")
    all_done(runtime)
    runtime.jobs.issue("sweep/retry-001/2", site, "2")
    all_done(runtime)
    assert (len(jira.times("1")), len(jira.times("2"))) == (2, 2)


@pytest.mark.usefixtures("worker")
def test_a_site_that_refuses_our_credentials_twice_is_left_alone(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(401, {}), (401, {})]
    runtime.jobs.issue("job/1", site, "1")
    until(lambda: len(jira.times("1")) == 2, "the credentials were not tried again")
    all_done(runtime)
    found = runtime.store.installations.by_id(site)
    assert found is not None
    assert found.state is State.UNREACHABLE
    runtime.jobs.issue("job/2", site, "2")
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
    runtime.jobs.issue("job/1", site, "1")
    until(lambda: len(jira.times("1")) == expected or runtime.jobs.waiting() == 0, "the job is stuck")
    all_done(runtime)
    found = runtime.store.installations.by_id(site)
    assert found is not None
    assert (len(jira.times("1")), found.state) == (expected, State.INSTALLED)


@pytest.mark.usefixtures("worker")
def test_a_locked_account_is_not_tried_again(runtime: Runtime, site: str, jira: SmallJira) -> None:
    jira.answers["1"] = [(401, {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"})]
    runtime.jobs.issue("job/1", site, "1")
    until(lambda: runtime.store.installations.working() == [], "the site is still worked for")
    all_done(runtime)
    assert len(jira.times("1")) == 1


def test_many_hints_make_one_job_per_issue(runtime: Runtime, worker: Worker, site: str, jira: SmallJira) -> None:
    for number in range(6):
        deliver(runtime, site, f"d-{number}", str(number % 2))
    deliver(runtime, site, "no issue", None)
    assert worker.drain() == 3
    assert worker.drain() == 0
    all_done(runtime)
    assert sorted(issue for issue, _ in jira.asked) == ["0", "1"]


def test_a_drain_that_dies_half_way_starts_nothing_twice(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira
) -> None:
    deliver(runtime, site, "d-1", "1")
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER dies BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'killed here'); END"
        )
    with pytest.raises(sa.exc.IntegrityError, match="killed here"):
        worker.drain()
    all_done(runtime)
    assert runtime.store.inbox.count_waiting() == 1
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER dies")
    assert worker.drain() == 1
    all_done(runtime)
    assert len(jira.times("1")) == 1
    assert runtime.store.inbox.count_waiting() == 0


def test_a_slot_rung_by_two_schedulers_is_one_tick(
    runtime: Runtime, worker: Worker, site: str, jira: SmallJira, settings: Settings
) -> None:
    def appoint(issue: str) -> None:
        past = NOON - timedelta(days=30)
        runtime.store.agenda.put(
            Appointment(installation_id=site, issue_id=issue, project_key="P", due_at=past, why="", seen="")
        )

    other = Jobs(open_database(settings.database_url))
    appoint("1")
    for jobs in (worker.jobs, other):
        jobs.tick(NOON, sweeping=False)
    until(lambda: len(jira.times("1")) == 1, "what was due was not looked at")
    all_done(runtime)
    appoint("2")
    other.tick(NOON, sweeping=False)
    all_done(runtime)
    assert jira.times("2") == []
    other.tick(NOON + timedelta(minutes=1), sweeping=False)
    until(lambda: len(jira.times("2")) == 1, "the next slot was not rung")
    all_done(runtime)
    assert len(jira.times("1")) == 1
    other.close()


def environment(settings: Settings, executor: str) -> dict[str, str]:
    return {
        **os.environ,
        "RELANCE_DATABASE_URL": settings.database_url,
        "RELANCE_DATA_DIR": str(settings.data_dir),
        "RELANCE_SECRET_KEYS": settings.secret_keys[0],
        "RELANCE_DEVELOPMENT": "true",
        "RELANCE_POLL_SECONDS": "0.05",
        "RELANCE_EXECUTOR_ID": executor,
    }


def test_the_jobs_of_a_worker_that_died_are_taken_over(
    runtime: Runtime, site: str, jira: SmallJira, settings: Settings
) -> None:
    jira.held = {"1", "2"}
    for issue in ("1", "2"):
        runtime.jobs.issue(f"job/{issue}", site, issue)
    dead = subprocess.Popen(
        [sys.executable, "-m", "scripts.worker"],
        cwd=ROOT,
        env=environment(settings, "worker-a"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(jira.asked) == 2, "the first worker did not take the jobs")
    finally:
        dead.send_signal(signal.SIGKILL)
        dead.wait()
    jira.held.clear()
    jira.go_on.set()
    worker = Worker(runtime.parts, runtime.jobs)
    worker.start()
    time.sleep(0.5)
    assert runtime.jobs.waiting() == 2, "nobody takes over a worker that may still live"
    worker.reap(silent_seconds=3600)
    assert runtime.jobs.waiting() == 2
    worker.reap(silent_seconds=-1)
    all_done(runtime)
    worker.stop()
    assert [len(jira.times(issue)) for issue in ("1", "2")] == [2, 2]
    assert [w.executor_id for w in runtime.store.workers.all()] == []
