"""Document C: a silent customer is reminded on days 3 and 6 and the request closed on day 12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket

TICK = timedelta(minutes=1)
DAY = timedelta(days=1)


class Waiting:
    """A request that waits for its customer since `asked`."""

    def __init__(self, house: House, desk: Desk) -> None:
        self.house = house
        self.desk = desk
        self.marie: Customer = desk.site.customer("Marie Dupont")
        self.sebastien: Agent = desk.site.agent("Sébastien Martin")
        self.ticket: Ticket = self.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
        self.sebastien.moves(self.ticket, "Commencer")
        house.advance(timedelta(hours=1))
        self.ask()

    def ask(self) -> None:
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
        return self.desk.status(self.ticket)

    def comment_instants(self) -> list[datetime]:
        """When Relance spoke to the customer since the team asked."""
        path = f"rest/api/3/issue/{self.ticket.key}/comment"
        comments = self.desk.site.admin.jira.get(path, {"maxResults": 100})["comments"]
        ours = [c for c in comments if c["author"]["accountType"] == "app" and c["jsdPublic"]]
        instants = [datetime.fromisoformat(c["created"]) for c in ours]
        return [at for at in instants if at > self.asked]


@pytest.fixture
def waiting(house: House, make_desk: Callable[..., Desk]) -> Waiting:
    return Waiting(house, make_desk())


def plays_to_the_end(waiting: Waiting) -> None:
    """Walks to each instant a minute before, then on it."""
    for day in (3, 6):
        waiting.house.to(waiting.asked + day * DAY - TICK)
        early = len(waiting.new())
        waiting.house.to(waiting.asked + day * DAY)
        assert len(waiting.new()) == early + 1, f"day {day}"
    waiting.house.to(waiting.asked + 12 * DAY - TICK)
    assert waiting.status() == "En attente du client"
    assert len(waiting.new()) == 2
    waiting.house.to(waiting.asked + 12 * DAY)


def was_told_exactly_once(waiting: Waiting) -> None:
    """Two reminders and one closure, on days 3, 6 and 12 of the test clock, to the tick."""
    assert waiting.status() == "Fermée"
    days = [(at - waiting.asked) for at in waiting.comment_instants()]
    assert len(days) == 3
    for told, day in zip(days, (3, 6, 12), strict=True):
        assert abs(told - day * DAY) <= TICK


@pytest.mark.promise("C24", "C25", "C26", "C27", "C22")
def test_a_silent_customer_is_reminded_on_days_3_and_6_then_closed_on_day_12(waiting: Waiting) -> None:
    plays_to_the_end(waiting)
    was_told_exactly_once(waiting)
    first, last, closing = waiting.new()
    assert first != last
    assert "rouvrir" in closing.lower()
    resolution = waiting.desk.site.admin.read(waiting.ticket, "resolution")["fields"]["resolution"]
    assert resolution["name"] == "Sans réponse du client"
    waiting.house.advance(20 * DAY)
    assert len(waiting.new()) == 3


@pytest.mark.promise("C24", "C26")
def test_every_webhook_twice_shuffled_and_one_in_ten_lost_changes_nothing(
    house: House, site: Site, make_desk: Callable[..., Desk]
) -> None:
    house.control.faults(site.name, {"webhooks": {"duplicate": 2, "drop": 0.1, "shuffle": True, "seed": 7}})
    waiting = Waiting(house, make_desk())
    plays_to_the_end(waiting)
    was_told_exactly_once(waiting)


@pytest.mark.promise("C24", "C26")
def test_every_webhook_lost_is_only_later_never_wrong(house: House, site: Site, make_desk: Callable[..., Desk]) -> None:
    """The hourly sweep finds the request; the reminders keep their days."""
    house.control.faults(site.name, {"webhooks": {"drop": 1.0, "seed": 1}})
    waiting = Waiting(house, make_desk())
    house.advance(timedelta(hours=1))
    plays_to_the_end(waiting)
    was_told_exactly_once(waiting)


@pytest.mark.promise("C24")
def test_the_customers_answer_brings_it_back_and_starts_a_new_episode(waiting: Waiting) -> None:
    waiting.house.advance(4 * DAY)
    assert len(waiting.new()) == 1
    waiting.marie.answers(waiting.ticket, "Du 1er août au 31 janvier.")
    waiting.house.settle()
    assert waiting.status() == "En cours"
    waiting.house.advance(timedelta(hours=3))
    waiting.ask()
    plays_to_the_end(waiting)
    was_told_exactly_once(waiting)


@pytest.mark.promise("C24", "C26")
def test_an_agents_word_restarts_the_days_and_our_own_reminder_does_not(waiting: Waiting) -> None:
    """`updated <= -12d` would count from the reminder of day 6; silence is counted from the last human word."""
    waiting.house.to(waiting.asked + 5 * DAY)
    waiting.sebastien.says(waiting.ticket, "Avez-vous pu retrouver les dates ?")
    waiting.house.settle()
    restarted = waiting.house.control.now()
    waiting.house.to(restarted + 3 * DAY)
    waiting.house.to(restarted + 6 * DAY)
    updated = datetime.fromisoformat(waiting.desk.site.admin.read(waiting.ticket, "updated")["fields"]["updated"])
    assert updated == restarted + 6 * DAY, "our reminder moved Jira's `updated`"
    waiting.house.to(waiting.asked + 12 * DAY)
    assert waiting.status() == "En attente du client", "twelve days after the first question is not twelve of silence"
    waiting.house.to(restarted + 12 * DAY - TICK)
    assert waiting.status() == "En attente du client"
    assert restarted + 12 * DAY < updated + 12 * DAY, "the naive reading would close six days later"
    waiting.house.to(restarted + 12 * DAY)
    assert waiting.status() == "Fermée"


@pytest.mark.promise("C9", "C27", "C21")
def test_a_closed_request_can_be_reopened_by_its_customer(waiting: Waiting) -> None:
    plays_to_the_end(waiting)
    waiting.marie.presses(waiting.ticket, "Rouvrir", "Jean n'a toujours pas de PC.")
    waiting.house.settle()
    assert waiting.status() == "En cours"
    assert waiting.desk.site.admin.read(waiting.ticket, "resolution")["fields"]["resolution"] is None


@pytest.mark.promise("C26")
def test_after_five_days_asleep_only_the_latest_reminder_leaves_and_the_closure_keeps_its_delay(
    waiting: Waiting,
) -> None:
    waiting.house.to(waiting.asked + 2 * DAY)
    waiting.house.kill_worker()
    waiting.house.control.to(waiting.asked + 7 * DAY)
    waiting.house.start_worker()
    waiting.house.settle()
    assert len(waiting.new()) == 1
    waiting.house.to(waiting.asked + 12 * DAY)
    assert waiting.status() == "En attente du client"
    waiting.house.to(waiting.asked + 13 * DAY - TICK)
    assert waiting.status() == "En attente du client"
    waiting.house.to(waiting.asked + 13 * DAY)
    assert waiting.status() == "Fermée"
    assert len(waiting.new()) == 2
