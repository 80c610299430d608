"""Measures the agents' panel of a large site: calls to Jira and milliseconds, page and front-end API, for two desks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests

from connect_app.operations.process_issue import process_issue
from connect_app.runtime import Runtime
from scripts.bench.large_site import large_site
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Agent, Customer, Ticket

TOGETHER = 50
LOOKED_AT = 40
"""Requests of each desk whose panel is opened, twice: the first time nobody's side is known."""


@dataclass(frozen=True)
class Seat:
    """Who looks, at which module of the descriptor, and by which path the page is given anew."""

    viewer: str
    module: str
    api: str


Prepare = Callable[[Agent, Ticket], None]


def report(count: int) -> Iterator[str]:
    """The table, line by line; leaves nothing behind."""
    with large_site() as (site, runtime):
        yield from _measured(site, runtime, count)


def _measured(site: Site, runtime: Runtime, count: int) -> Iterator[str]:
    agent = site.agent("Agent")
    lead = site.agent("Lead").account_id
    managed = Choice(project="SUP", pack="managed-operations")
    silent = _desk(site, runtime, agent, managed, {"team-lead": (lead,), "offer-owner": (lead,)}, _asked)
    levels = Choice(project="NIV", pack="tiered-support", name="Niveaux", parameters={"auto-close-after": "10d"})
    taken = _desk(site, runtime, agent, levels, {}, _taken)
    customer = site.customer("Client", "FRAM")
    opened = _opened(site, runtime, agent, customer)
    _bulk(agent, "SUP", "Service Request", count - 3 * LOOKED_AT)
    yield f"{count:,} requests on the site; the panels of {LOOKED_AT} of each kind, each opened again"
    yield ""
    yield "| | calls to Jira (most) | page, ms (median) | page, ms (nine in ten) | API, ms (median) |"
    yield "|---|---|---|---|---|"
    for name, tickets, seat in (
        ("agent: managed operations, silent", silent, Seat(agent.account_id, "promises", "/api/agent/panel")),
        ("agent: tiered support, with time", taken, Seat(agent.account_id, "promises", "/api/agent/panel")),
        ("customer: managed operations", opened, Seat(customer.account_id, "standing", "/api/portal/request")),
    ):
        for ticket in tickets:
            _page(site, seat, ticket)
        pages = [_page(site, seat, ticket) for ticket in tickets]
        answers = [_answer(site, seat, ticket) for ticket in tickets]
        times = [took for took, _ in pages]
        most = max(calls for _, calls in (*pages, *answers))
        yield (
            f"| {name} | {most} | {statistics.median(times):.0f} | {statistics.quantiles(times, n=10)[-1]:.0f} "
            f"| {statistics.median(took for took, _ in answers):.0f} |"
        )


def _opened(site: Site, runtime: Runtime, agent: Agent, customer: Customer) -> list[Ticket]:
    """Requests of a customer on the portal, which wait for their answer."""
    found = runtime.store.installations.by_client_key(site.client_key)
    if found is None:
        raise LookupError("the app is not installed")
    tickets = [customer.opens("SUP", "Incident", f"Demande n° {n}") for n in range(LOOKED_AT)]
    for ticket in tickets:
        _asked(agent, ticket)
        process_issue(runtime.parts, found.id, ticket.id)
    return tickets


def _desk(  # noqa: PLR0913, PLR0917 -- a desk, who works there, and what is done to its requests
    site: Site,
    runtime: Runtime,
    agent: Agent,
    choice: Choice,
    people: dict[str, tuple[str, ...]],
    prepare: Prepare,
) -> list[Ticket]:
    """A bound desk with the requests to look at, as Relance left them."""
    desk = Desk(site, choice, people=people)
    desk.provision()
    desk.bind(runtime)
    found = runtime.store.installations.by_client_key(site.client_key)
    if found is None:
        raise LookupError("the app is not installed")
    kind = "Service Request" if prepare is _asked else "Support - Assistance Utilisateur"
    tickets = _bulk(agent, choice.project, kind, LOOKED_AT)
    for ticket in tickets:
        prepare(agent, ticket)
        process_issue(runtime.parts, found.id, ticket.id)
        if prepare is _taken:
            _logs_time(agent, ticket)
    return tickets


def _asked(agent: Agent, ticket: Ticket) -> None:
    agent.says(ticket, "Quelles sont les dates ?")
    agent.moves(ticket, "Demander des informations")


def _taken(agent: Agent, ticket: Ticket) -> None:
    agent.takes(ticket)
    agent.moves(ticket, "Prendre en charge")


def _logs_time(agent: Agent, ticket: Ticket) -> None:
    subtasks = agent.jira.get(f"rest/api/3/issue/{ticket.key}", {"fields": "subtasks"})["fields"]["subtasks"]
    for subtask in subtasks:
        agent.jira.request("POST", f"rest/api/3/issue/{subtask['key']}/worklog", body={"timeSpentSeconds": 1800})


def _bulk(agent: Agent, project: str, kind: str, count: int) -> list[Ticket]:
    made: list[Ticket] = []
    for start in range(0, count, TOGETHER):
        fields = {"project": {"key": project}, "issuetype": {"name": kind}}
        numbers = range(start, min(start + TOGETHER, count))
        body = {"issueUpdates": [{"fields": {**fields, "summary": f"Demande n° {n}"}} for n in numbers]}
        issues = agent.jira.request("POST", "rest/api/3/issue/bulk", body=body).body["issues"]
        made += [Ticket(str(issue["key"]), str(issue["id"])) for issue in issues]
    return made


def _page(site: Site, seat: Seat, ticket: Ticket) -> tuple[float, int]:
    """Milliseconds and calls of the page as Jira opens it."""
    wanted = {"module": seat.module, "accountId": seat.viewer, "issueKey": ticket.key}
    path = f"/sites/{site.name}/apps/{site.house.settings.app_key}/page"
    return _timed(site, site.control.call("POST", path, wanted)["url"], {})


def _answer(site: Site, seat: Seat, ticket: Ticket) -> tuple[float, int]:
    """The same of the front-end API."""
    path = f"/sites/{site.name}/apps/{site.house.settings.app_key}/context-token"
    token = site.control.call("POST", path, {"accountId": seat.viewer, "issueKey": ticket.key})["token"]
    return _timed(site, f"{site.house.base_url}{seat.api}", {"Authorization": f"JWT {token}"})


def _timed(site: Site, address: str, headers: dict[str, str]) -> tuple[float, int]:
    before = _calls(site)
    started = time.perf_counter()
    answer = requests.get(address, headers=headers, timeout=60)
    took = (time.perf_counter() - started) * 1000
    answer.raise_for_status()
    return took, _calls(site) - before


def _calls(site: Site) -> int:
    return sum(site.called(request) for request in site.control.requests(site.name))
