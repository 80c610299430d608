"""Jobs drained per second by one worker with real rules on the local Jira, and which process is the busy one."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from connect_app.runtime import Runtime
from connect_app.store.schema import inbox
from scripts.bench.cost import cpu_seconds, resident_mb
from scripts.desk.desk import Choice, Desk, Site, runtime_of
from scripts.desk.house import House
from scripts.desk.processes import NotStarted, Process

CHOICE = Choice(project="SUP", pack="managed-operations")
POLLS = ("0.5", "0.1")
"""Seconds between two looks at the queue: the setting of production, and a busier one."""

TOGETHER = 50
PATIENCE = 600.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Place:
    """A bound site and the ids of its requests."""

    installation_id: str
    issues: tuple[str, ...]


def report(sites: int, requests: int) -> Iterator[str]:
    """The table: every job reads its request, reviews it by all rules, and finds nothing left to do."""
    with tempfile.TemporaryDirectory() as folder:
        # The host's clock: asking the sandbox for the time would be measured as well.
        house = House(Path(folder), RELANCE_CLOCK_URL="", RELANCE_TICK_SECONDS="3600", RELANCE_LOG_LEVEL="WARNING")
        try:
            house.kill_worker()
            runtime = runtime_of(house)
            places = [_place(house, runtime, number, requests) for number in range(sites)]
            yield f"{sites} site(s), {requests} webhooks from each at once, one worker"
            yield "| poll, s | jobs/s | worker, ms of processor per job | sandbox, ms per job | worker, MB |"
            yield "|---|---|---|---|---|"
            for poll in POLLS:
                yield f"| {poll} | {_round(house, runtime, places, poll)} |"
            runtime.close()
        finally:
            house.close()


def _place(house: House, runtime: Runtime, number: int, requests: int) -> Place:
    site = Site(house, f"bench{number}")
    house.control.faults(site.name, {"webhooks": {"drop": 1.0}})
    lead = site.agent("Lead").account_id
    desk = Desk(site, CHOICE, people={"team-lead": (lead,), "offer-owner": (lead,)})
    if number == 0:
        desk.provision()
    else:
        house.control.call("PUT", f"/sites/{site.name}/configuration", {"like": "bench0"})
    desk.bind(runtime)
    fields = {"project": {"key": "SUP"}, "issuetype": {"name": "Service Request"}}
    issues: list[str] = []
    for first in range(0, requests, TOGETHER):
        wanted = [
            {"fields": {**fields, "summary": f"Demande {n}"}} for n in range(first, min(first + TOGETHER, requests))
        ]
        made = site.admin.jira.request("POST", "rest/api/3/issue/bulk", body={"issueUpdates": wanted}).body
        issues += [str(issue["id"]) for issue in made["issues"]]
    found = runtime.store.installations.by_client_key(site.client_key)
    if found is None:
        raise LookupError("the app is not installed")
    return Place(found.id, tuple(issues))


def _round(house: House, runtime: Runtime, places: list[Place], poll: str) -> str:
    worker = house.start_worker("worker-1", RELANCE_POLL_SECONDS=poll)
    try:
        _until(worker, lambda: bool(runtime.store.workers.all()) and runtime.jobs.waiting() == 0)
        time.sleep(3)
        before = cpu_seconds(worker.pid), cpu_seconds(house.sandbox_pid)
        started, count = time.monotonic(), _hint(runtime, places, poll)
        _until(worker, lambda: runtime.store.inbox.count_waiting() == 0 and _working(runtime) == 0)
        took = time.monotonic() - started
        after = cpu_seconds(worker.pid), cpu_seconds(house.sandbox_pid)
        ours, theirs = ((now - then) / count * 1e3 for now, then in zip(after, before, strict=True))
        return f"{count / took:.0f} | {ours:.1f} | {theirs:.1f} | {resident_mb(worker.pid):.0f}"
    finally:
        house.kill_worker()
        for known in runtime.store.workers.all():
            runtime.store.workers.retire(known.executor_id)


def _working(runtime: Runtime) -> int:
    counts = runtime.jobs.counts()
    return counts["waiting"] + counts["running"] + counts["delayed"]


def _hint(runtime: Runtime, places: list[Place], name: str) -> int:
    """One webhook about each request, all at once."""
    rows = [
        {
            "installation_id": place.installation_id,
            "delivery_id": f"{name}/{issue}",
            "event": "jira:issue_updated",
            "issue_id": issue,
            "received_at": runtime.clock.now(),
        }
        for place in places
        for issue in place.issues
    ]
    with runtime.store.engine.begin() as connection:
        connection.execute(sa.insert(inbox), rows)
    return len(rows)


def _until(worker: Process, met: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        worker.check()
        if time.monotonic() > end:
            raise NotStarted(f"not done after {PATIENCE} s:\n{worker.tail()}")
        time.sleep(LOOK_SECONDS)
