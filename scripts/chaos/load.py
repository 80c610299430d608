"""What people do on several sites alike: the same requests, words and moves, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connect_app.errors import RelanceError
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Actor, Agent, Customer, Ticket

PROJECTS = {
    "SUP": ("managed-operations", "Demande de service", {}),
    "UNC": ("tiered-support", "Assistance Utilisateur", {"auto-close-after": "10d"}),
    "CLI": ("client-support", "Support client", {}),
    "FRAM": ("internal-helpdesk", "Nouveau ticket de support", {"brand": "FRAM"}),
}
"""Project → its pack, the request type people use, and the parameters of its policy."""

ROLES = {"managed-operations": ("team-lead", "offer-owner")}


@dataclass
class Town:
    """One site with its desks and its people; `tickets` are in the order in which they were opened, on every site."""

    site: Site
    installation_id: str
    customers: list[Customer]
    agents: list[Agent]
    tickets: list[tuple[str, Ticket]] = field(default_factory=list)


@dataclass(frozen=True)
class Deed:
    """One thing somebody does, on every site alike; it raises a `RelanceError` where Jira refuses."""

    told: str
    do: Callable[[Town], object]


def found_town(
    site: Site,
    model: str,
    projects: tuple[str, ...],
    *,
    installation_id: Callable[[], str],
    bind: Callable[[Desk], None],
) -> Town:
    """Gives a site the projects of another and the people who use them."""
    site.control.call("PUT", f"/sites/{site.name}/configuration", {"like": model})
    agents = [site.agent(name) for name in ("Anna", "Bruno", "Paul Durand")]
    customers = [site.customer(name) for name in ("Marie Dupont", "Fabrice Petit")]
    for project in projects:
        pack, _, parameters = PROJECTS[project]
        people = dict.fromkeys(ROLES.get(pack, ()), (agents[2].account_id,))
        bind(Desk(site, Choice(project=project, pack=pack, parameters=dict(parameters)), people=people))
    return Town(site, installation_id(), customers, agents)


class Life:
    """Draws what happens next from a seed, in sight of one town; the others do the same."""

    def __init__(self, towns: list[Town], chance: random.Random, projects: tuple[str, ...]) -> None:
        self._towns = towns
        self._projects = sorted(projects)
        self._chance = chance
        self.deeds = 0
        self.refused = 0

    def open_requests(self, number: int) -> None:
        """Somebody asks for help, so many times."""
        for _ in range(number):
            project = self._chance.choice(self._projects)
            title = f"Demande {len(self._towns[0].tickets) + 1} : l'export s'arrête"
            self._everywhere(_opens(project, self._chance.randrange(2), title, self._earlier()))

    def _earlier(self) -> int | None:
        """Now and then a request that is named in a new one: it is linked to it when it is closed."""
        known = len(self._towns[0].tickets)
        return self._chance.randrange(known) if known and self._chance.random() < 0.5 else None

    def go_on(self, number: int) -> None:
        """So many requests are worked on, each once: what happens to one at the same instant has no order."""
        known = range(len(self._towns[0].tickets))
        for index in self._chance.sample(known, min(number, len(known))):
            deed = self._drawn(index)
            if deed is not None:
                self._everywhere(deed)

    def _everywhere(self, deed: Deed) -> None:
        """Does it in the first town, and in the others when it was possible there; a second later than what was."""
        first, *others = self._towns
        first.site.control.call("POST", "/clock", {"advance": 1})
        try:
            deed.do(first)
        except RelanceError:
            self.refused += 1
            return
        self.deeds += 1
        for town in others:
            try:
                deed.do(town)
            except (RelanceError, LookupError) as error:
                raise AssertionError(f"{deed.told} was possible on one site only: {error}") from error

    def _drawn(self, index: int) -> Deed | None:
        chance = self._chance
        kind = chance.choices(("answers", "says", "notes", "takes", "logs", "moves", "presses"), (3, 2, 1, 2, 1, 6, 2))[
            0
        ]
        person, word = chance.randrange(2), f"Parole {self.deeds}"
        if kind == "moves":
            return self._moved(index, person)
        if kind == "presses":
            return self._pressed(index, word)
        return Deed(f"{kind} on {index}", lambda town: _plain(town, index, person, kind, word))

    def _moved(self, index: int, person: int) -> Deed | None:
        town = self._towns[0]
        ticket = town.tickets[index][1]
        offered = town.agents[person].jira.get(f"rest/api/3/issue/{ticket.key}/transitions")["transitions"]
        if not offered:
            return None
        name = self._chance.choice(sorted(t["name"] for t in offered))
        return Deed(f"{name} on {ticket}", lambda there: there.agents[person].moves(there.tickets[index][1], name))

    def _pressed(self, index: int, word: str) -> Deed | None:
        town = self._towns[0]
        owner, ticket = town.tickets[index]
        offered = _customer(town, owner).jira.get(f"rest/servicedeskapi/request/{ticket.key}/transition")["values"]
        if not offered:
            return None
        name = self._chance.choice(sorted(t["name"] for t in offered))
        text = word if self._chance.random() < 0.5 else None

        def press(there: Town) -> None:
            who, theirs = there.tickets[index]
            _customer(there, who).presses(theirs, name, text)

        return Deed(f"{name} (customer) on {ticket}", press)


def _opens(project: str, person: int, title: str, earlier: int | None) -> Deed:
    def do(town: Town) -> None:
        customer = town.customers[person]
        text = "" if earlier is None else f"C'est la suite de {town.tickets[earlier][1].key}."
        town.tickets.append((customer.name, customer.opens(project, PROJECTS[project][1], title, text)))

    return Deed(f"{title} in {project}", do)


def _plain(town: Town, index: int, person: int, kind: str, word: str) -> None:
    owner, ticket = town.tickets[index]
    agent: Agent = town.agents[person]
    if kind == "answers":
        _customer(town, owner).answers(ticket, word)
    elif kind == "says":
        agent.says(ticket, word)
    elif kind == "notes":
        agent.notes(ticket, word)
    elif kind == "takes":
        agent.takes(ticket)
    else:
        now = town.site.control.now()
        agent.logs(ticket, seconds=900, started=now.strftime("%Y-%m-%dT%H:%M:%S.000+0000"))


def _customer(town: Town, name: str) -> Customer:
    return next(customer for customer in town.customers if customer.name == name)


def everybody(town: Town) -> list[Actor]:
    """All who have an account."""
    return [*town.customers, *town.agents, town.site.admin]


def faults_off(town: Town) -> list[dict[str, Any]]:
    """Sets everything right on a site; returns the faults of requests that were set, as far as they counted down."""
    left: list[dict[str, Any]] = town.site.control.call("GET", f"/sites/{town.site.name}/faults")["rest"]
    town.site.control.faults(town.site.name, {})
    return left


def faults_on(town: Town, faults: dict[str, Any]) -> None:
    """Sets what goes wrong on a site."""
    town.site.control.faults(town.site.name, faults)
