"""Two sites with the same issue keys never touch each other."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from tests.scenarios.waiting import DAY, Waiting

_numbers = itertools.count(1)


def test_the_same_key_on_two_sites_is_two_requests(
    house: House, runtime: Runtime, make_desk: Callable[..., Desk]
) -> None:
    """Both wait for their customer; only one answers."""
    here = Waiting(house, make_desk())
    other = Site(house, f"other{next(_numbers)}", zone="Pacific/Auckland")
    lead = other.agent("Anne")
    people = {"team-lead": (lead.account_id,), "offer-owner": (lead.account_id,)}
    desk = Desk(other, Choice(project="SUP", pack="managed-operations"), people=people)
    desk.provision()
    desk.bind(runtime)
    there = Waiting(house, desk)
    assert here.ticket.key == there.ticket.key
    here.marie.answers(here.ticket, "Voici les dates.")
    house.settle()
    house.to(there.asked + 3 * DAY)
    assert here.status() == "En cours"
    assert len(there.new()) == 1
    assert there.status() == "En attente du client"
    other.uninstall()
    house.to(there.asked + 6 * DAY)
    assert len(there.new()) == 1, "an uninstalled site is left alone"


def test_a_site_whose_secret_was_renewed_goes_on_with_it(house: House, site: Site, waiting: Waiting) -> None:
    site.renews_secret()
    house.to(waiting.asked + 3 * DAY)
    assert len(waiting.new()) == 1
    waiting.marie.answers(waiting.ticket, "Voici les dates.")
    house.settle()
    assert waiting.status() == "En cours"
