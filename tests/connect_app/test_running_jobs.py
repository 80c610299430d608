"""A job outlives its database's bad hours, and one whose end was never written down is found."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from connect_app.logs import begin, configure
from connect_app.operations.running_jobs import RunningJobs
from connect_app.store.database import open_database
from connect_app.store.outages import out_of_order


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """Writes into a real file, which is read-only for as long as it is told."""
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE jobs (id)")

    def run(left: list[int], table: str = "jobs") -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if left else 'OFF'}")
            if left:
                left.pop()
            try:
                connection.execute(sa.text(f"INSERT INTO {table} VALUES (1)"))  # noqa: S608 - the test's own name
                connection.commit()
            finally:
                connection.exec_driver_sql("PRAGMA query_only=OFF")

    return run


def test_a_job_is_run_again_until_the_database_takes_what_it_writes(write: Callable[..., None]) -> None:
    left = [1, 2, 3]
    RunningJobs(retry_seconds=0.001).run("job", "job", write, left)
    assert left == []


def test_every_line_of_a_job_says_what_it_is_about(write: Callable[..., None]) -> None:
    """Ours and the libraries' alike, and those of a database out of order; nothing is left of it afterwards."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers, root.level, io.StringIO()
    configure("INFO", stream=stream)
    begin()  # a request answered in this thread before is still what its lines are about

    def job(installation_id: str, issue_id: str, left: list[int]) -> None:
        del installation_id, issue_id
        logging.getLogger("urllib3.connectionpool").warning("a connection was lost")
        write(left)

    try:
        RunningJobs(retry_seconds=0.001).run("process_issue", "inbox/1", job, "site", "10002", [1])
        logging.getLogger("urllib3.connectionpool").warning("later")
    finally:
        root.handlers, root.level = handlers, level
    *inside, after = [json.loads(line) for line in stream.getvalue().splitlines()]
    lost = "a connection was lost"
    assert [line["event"] for line in inside] == [lost, "database out of order", lost]
    assert {(line["installation"], line["issue"], line["job"]) for line in inside} == {("site", "10002", "inbox/1")}
    assert not {"installation", "issue", "job"} & set(after)


def test_a_wrong_statement_is_not_tried_again(write: Callable[..., None]) -> None:
    jobs = RunningJobs(retry_seconds=60)
    with pytest.raises(OperationalError, match="no such table") as told:
        jobs.run("job", "job", write, [], "nowhere")
    assert not out_of_order(told.value)
    with pytest.raises(ZeroDivisionError):
        jobs.run("job", "job", _divides)
    assert jobs.lost(["job"]) == []
    assert jobs.lost(["job"]) == ["job"], "it does not run any more"


def test_a_job_is_lost_when_it_is_taken_for_running_twice_and_runs_nowhere() -> None:
    jobs = RunningJobs(retry_seconds=60)
    assert jobs.lost(["ended", "started"]) == []
    jobs.run("job", "started", lambda: _equal(jobs.lost(["ended", "started"]), ["ended"]))
    assert jobs.lost(["ended"]) == [], "it was put back, and is looked at anew"
    assert jobs.lost([]) == []
    assert jobs.lost(["ended"]) == []


def _equal(found: object, wanted: object) -> None:
    assert found == wanted


def _divides() -> None:
    raise ZeroDivisionError
