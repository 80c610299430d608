"""Measures the project page of a large desk: calls to Jira and milliseconds of a first look and of a reload."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

import requests

from connect_app.logs import configure
from connect_app.operations.process_issue import process_issue
from connect_app.runtime import Runtime
from scripts.bench.large_site import large_site
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Ticket

ROUNDS = 5
TOGETHER = 50
STALE = timedelta(minutes=30)


def report(count: int) -> Iterator[str]:
    """The table, line by line; leaves nothing behind."""
    configure("ERROR")
    with large_site() as (site, runtime):
        yield f"{count:,} open requests, a third of them waiting for their customer; {ROUNDS} rounds"
        _fill(site, runtime, count)
        yield from _looks(site)


def _fill(site: Site, runtime: Runtime, count: int) -> None:
    """Requests that were all looked at once by Relance."""
    lead = site.agent("Lead").account_id
    desk = Desk(
        site, Choice(project="SUP", pack="managed-operations"), people={"team-lead": (lead,), "offer-owner": (lead,)}
    )
    desk.provision()
    desk.bind(runtime)
    agent = site.agent("Agent")
    found = runtime.store.installations.by_client_key(site.client_key)
    if found is None:
        raise LookupError("the app is not installed")
    for start in range(0, count, TOGETHER):
        numbers = range(start, min(start + TOGETHER, count))
        fields = {"project": {"key": "SUP"}, "issuetype": {"name": "Service Request"}}
        body = {"issueUpdates": [{"fields": {**fields, "summary": f"Demande n° {n}"}} for n in numbers]}
        made = agent.jira.request("POST", "rest/api/3/issue/bulk", body=body).body["issues"]
        for place, issue in enumerate(made):
            ticket = Ticket(str(issue["key"]), str(issue["id"]))
            if place % 3 == 0:
                agent.says(ticket, "Quelles sont les dates ?")
                agent.moves(ticket, "Demander des informations")
            process_issue(runtime.parts, found.id, ticket.id)


def _looks(site: Site) -> Iterator[str]:
    yield ""
    yield "| | calls to Jira | ms (median) | ms (each) | KiB |"
    yield "|---|---|---|---|---|"
    first: list[tuple[float, int, int]] = []
    again: list[tuple[float, int, int]] = []
    for _ in range(ROUNDS):
        first.append(_look(site))
        again.append(_look(site))
        site.control.advance(STALE)
    for name, looks in (("first look", first), ("reload", again)):
        times = [look[0] for look in looks]
        each = ", ".join(f"{one:.0f}" for one in times)
        calls = statistics.median(look[1] for look in looks)
        yield f"| {name} | {calls:g} | {statistics.median(times):.0f} | {each} | {looks[0][2] / 1024:.0f} |"


def _look(site: Site) -> tuple[float, int, int]:
    """Milliseconds, calls and bytes of one page."""
    wanted = {"module": "figures", "accountId": site.admin.account_id, "projectKey": "SUP"}
    path = f"/sites/{site.name}/apps/{site.house.settings.app_key}/page"
    address = site.control.call("POST", path, wanted)["url"]
    before = _calls(site)
    started = time.perf_counter()
    answer = requests.get(address, timeout=60)
    took = (time.perf_counter() - started) * 1000
    answer.raise_for_status()
    return took, _calls(site) - before, len(answer.content)


def _calls(site: Site) -> int:
    return sum(site.called(request) for request in site.control.requests(site.name))
