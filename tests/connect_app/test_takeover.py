"""What is left behind is not lost: the jobs of a worker that died, and a job that failed for good."""

from __future__ import annotations

import html
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from connect_app.engine import Worker
from connect_app.operations.mint_link import link_to_administration
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings
from connect_app.web.application import create_app
from scripts.jobs import main as jobs
from tests.connect_app.small_jira import SmallJira, all_done, install, quick_settings, small_jira, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def jira() -> Iterator[SmallJira]:
    with small_jira() as jira:
        yield jira


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    runtime = build_runtime(quick_settings(tmp_path))
    yield runtime
    runtime.close()


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


def test_the_jobs_of_a_worker_that_died_are_taken_over(runtime: Runtime, jira: SmallJira) -> None:
    site = install(runtime, jira)
    jira.held = {"1", "2"}
    for issue in ("1", "2"):
        runtime.jobs.issue(f"job/{issue}", site, issue)
    dead = subprocess.Popen(
        [sys.executable, "-m", "scripts.worker"],
        cwd=ROOT,
        env=environment(runtime.settings, "worker-a"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wanted = {"1", "2", "serverInfo"}  # it asks what time it is before it believes its machine
        until(lambda: wanted <= {asked for asked, _ in jira.asked}, "the first worker did not take the jobs")
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


def test_a_job_that_failed_for_good_is_listed_and_can_be_revived(runtime: Runtime, jira: SmallJira) -> None:
    site = install(runtime, jira)
    jira.answers["1"] = [(400, {}), (400, {})]
    worker = Worker(runtime.parts, runtime.jobs)
    worker.start()
    runtime.jobs.issue("job/1", site, "1")
    until(lambda: runtime.jobs.failed() != [], "the failure is not told")
    (failed,) = runtime.jobs.failed()
    assert (failed.workflow_id, failed.name) == ("job/1", "process_issue")
    assert failed.error == "Refused: GET rest/api/3/issue/1: 400"
    assert runtime.jobs.failed(site) == [failed]
    assert runtime.jobs.failed("another") == [], "a site sees its own jobs only"
    assert "permissions of the Relance user" in failed.remedy, "it says what to do"
    assert runtime.jobs.counts() == {"waiting": 0, "running": 0, "delayed": 0, "failed": 1}
    listed = CliRunner(env=environment(runtime.settings, "worker-a")).invoke(jobs, ["list"])
    assert "job/1" in listed.output
    assert failed.remedy in listed.output
    assert not runtime.jobs.revive("job/2"), "there is no such job"
    assert runtime.jobs.revive("job/1")
    until(lambda: len(jira.times("1")) == 2, "the job was not revived")
    until(lambda: runtime.jobs.waiting() == 0, "jobs still wait")
    by_clicking(runtime, failed.error)
    until(lambda: len(jira.times("1")) == 3, "the job was not revived by the page")
    until(lambda: runtime.jobs.waiting() == 0, "jobs still wait")
    assert runtime.jobs.counts()["failed"] == 0
    assert runtime.jobs.failed() == [], "what was revived has not failed any more"
    worker.stop()


def by_clicking(runtime: Runtime, error: str) -> None:
    """Reads the only failed job in the administration, and retries it there."""
    page = create_app(runtime).test_client()
    address = link_to_administration(runtime.parts, None, hours=1)
    shown = html.unescape(page.get(f"{address}&view=jobs").text)
    assert error in shown
    (job,) = re.findall(r'name="job" value="([^"]*)"', shown)
    assert page.post(address, data={"do": "revive", "job": job}).status_code == 200
    assert page.post(address, data={"do": "revive", "job": "job/1"}).status_code == 404, "it was revived before"
