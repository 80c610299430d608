"""A request that waits for its customer: where most stories of document C begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connect_app.runtime import Runtime
from scripts.desk.desk import Desk
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from tests.log_lines import lines_of, traced

TICK = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Paris")
LONGEST_STORY = timedelta(days=45)


class Waiting:
    """A request that waits for its customer since `asked`."""

    def __init__(self, house: House, desk: Desk) -> None:
        self.house = house
        self.desk = desk
        _pass_the_change_of_hour(house)
        self.marie: Customer = desk.site.customer("Marie Dupont")
        self.sebastien: Agent = desk.site.agent("Sébastien Martin")
        self.ticket: Ticket = self.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
        self.sebastien.moves(self.ticket, "Commencer")
        house.advance(timedelta(hours=1))
        self.ask()

    def ask(self) -> None:
        """The team asks, a minute after whatever happened before; the clock of silence starts."""
        self.house.control.advance(TICK)
        self.sebastien.says(self.ticket, "Quelles sont les dates du contrat ?")
        self.sebastien.moves(self.ticket, "Demander des informations")
        self.house.settle()
        self.asked: datetime = self.house.control.now()
        self.before = len(self.seen())

    def seen(self) -> list[str]:
        """What the customer reads, oldest first."""
        return self.marie.sees(self.ticket)

    def new(self) -> list[str]:
        """What the customer reads that was not there when the team asked."""
        return self.seen()[self.before :]

    def status(self) -> str:
        """The name of the status it is in."""
        return self.desk.status(self.ticket)

    def traced(self, runtime: Runtime) -> dict[str, list[str]]:
        """What was done because of each kind of webhook, as the logs of the house tell it."""
        found = runtime.store.installations.secrets_of(self.desk.site.client_key)
        web, worker = (lines_of(self.house.folder / name) for name in ("serve.log", "worker-1.log"))
        return traced(web, worker, found[0].id) if found else {}

    def spoken(self) -> list[datetime]:
        """When Relance spoke to the customer since the team asked."""
        path = f"rest/api/3/issue/{self.ticket.key}/comment"
        comments = self.desk.site.admin.jira.get(path, {"maxResults": 100})["comments"]
        ours = [c for c in comments if self.desk.site.wrote(c) and c["jsdPublic"]]
        instants = [datetime.fromisoformat(c["created"]) for c in ours]
        return [at for at in instants if at > self.asked]

    def to_the_end(self) -> None:
        """Walks to each instant a minute before, then on it: nothing early, one message on time."""
        for day in (3, 6):
            self.house.to(self.asked + day * DAY - TICK)
            early = len(self.new())
            self.house.to(self.asked + day * DAY)
            assert len(self.new()) == early + 1, f"day {day}"
        self.house.to(self.asked + 12 * DAY - TICK)
        assert self.status() == "En attente du client"
        assert len(self.new()) == 2
        self.house.to(self.asked + 12 * DAY)

    def was_told_once(self) -> None:
        """Two reminders and one closure, on days 3, 6 and 12 of the test clock, to the tick."""
        assert self.status() == "Fermée"
        told = [at - self.asked for at in self.spoken()]
        assert len(told) == 3
        for after, day in zip(told, (3, 6, 12), strict=True):
            assert abs(after - day * DAY) <= TICK


def _pass_the_change_of_hour(house: House) -> None:
    """Leaves a coming change to or from summer time behind: days are the desk's, and these stories count in seconds.

    The test clock walks through the year with every test of a run, so any of them might otherwise meet one.
    """
    while (now := house.control.now().astimezone(ZONE)).utcoffset() != (now + LONGEST_STORY).utcoffset():
        house.to(now.astimezone(UTC) + timedelta(days=7))
