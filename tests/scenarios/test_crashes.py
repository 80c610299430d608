"""A worker or a web server that dies at the worst moment: everything happens exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from tests.scenarios.waiting import DAY, TICK, Waiting

COMMENT = r"/rest/api/3/issue/[^/]+/comment$"
TRANSITION = r"/rest/api/3/issue/[^/]+/transitions$"
CREATE = r"/rest/api/3/issue$"


def dies_after(house: House, site: Site, path: str, happens: Callable[[], object]) -> None:
    """Jira carries out the next write to `path` and never answers; the worker is killed meanwhile, and restarted."""
    fault = {"method": "POST", "path": path, "effect": "stop_after", "times": 1}
    house.control.faults(site.name, {"rest": [fault]})
    before = len(writes(house, site, path))
    happens()
    end = time.monotonic() + 30
    while len(writes(house, site, path)) == before:
        assert time.monotonic() < end, "the worker never wrote"
        time.sleep(0.02)
    house.kill_worker()
    house.control.faults(site.name, {})
    house.start_worker()
    house.settle()


def writes(house: House, site: Site, path: str) -> list[dict[str, object]]:
    """The writes the app made to a path."""
    suffix = path.rsplit("/", maxsplit=1)[-1].rstrip("$")
    return [
        r
        for r in house.control.requests(site.name)
        if site.called(r) and r["method"] == "POST" and str(r["path"]).endswith(suffix)
    ]


@pytest.mark.promise("C24", "C25")
def test_a_worker_killed_between_the_reminder_and_its_record_reminds_once(
    house: House, site: Site, waiting: Waiting
) -> None:
    waiting.house.to(waiting.asked + 3 * DAY - TICK)
    dies_after(house, site, COMMENT, lambda: house.control.to(waiting.asked + 3 * DAY))
    assert len(waiting.new()) == 1
    house.to(waiting.asked + 4 * DAY)
    assert len(waiting.new()) == 1


@pytest.mark.promise("C26", "C27")
def test_a_worker_killed_between_the_closure_and_its_record_closes_and_explains_once(
    house: House, site: Site, waiting: Waiting
) -> None:
    house.to(waiting.asked + 3 * DAY)
    house.to(waiting.asked + 6 * DAY)
    house.to(waiting.asked + 12 * DAY - TICK)
    dies_after(house, site, TRANSITION, lambda: house.control.to(waiting.asked + 12 * DAY))
    waiting.was_told_once()


@pytest.mark.promise("C26")
def test_a_worker_killed_after_the_closing_comment_still_closes_and_says_it_once(
    house: House, site: Site, waiting: Waiting
) -> None:
    house.to(waiting.asked + 3 * DAY)
    house.to(waiting.asked + 6 * DAY)
    house.to(waiting.asked + 12 * DAY - TICK)
    dies_after(house, site, COMMENT, lambda: house.control.to(waiting.asked + 12 * DAY))
    waiting.was_told_once()


@pytest.mark.promise("A6")
def test_a_worker_killed_while_creating_the_imputation_creates_one(
    house: House, site: Site, make_desk: Callable[..., Desk]
) -> None:
    desk = make_desk("tiered-support", project="UNC", parameters={"auto-close-after": "10d"})
    marie, fabien = desk.site.customer("Marie"), desk.site.agent("Fabien")
    ticket = marie.opens("UNC", "Assistance Utilisateur", "Création de l'utilisateur Fabrice")
    house.settle()
    dies_after(house, site, CREATE, lambda: fabien.moves(ticket, "Prendre en charge"))
    subtasks = desk.site.admin.read(ticket, "subtasks")["fields"]["subtasks"]
    assert len(subtasks) == 1


@pytest.mark.promise("C24")
def test_a_time_out_after_the_effect_is_not_a_second_reminder(house: House, site: Site, waiting: Waiting) -> None:
    house.to(waiting.asked + 3 * DAY - TICK)
    house.control.faults(
        site.name, {"rest": [{"method": "POST", "path": COMMENT, "effect": "reset_after", "times": 1}]}
    )
    house.to(waiting.asked + 3 * DAY)
    assert len(waiting.new()) == 1


@pytest.mark.promise("C24")
def test_jira_asking_for_patience_is_obeyed_and_nothing_is_lost(house: House, site: Site, waiting: Waiting) -> None:
    house.to(waiting.asked + 3 * DAY - TICK)
    house.control.faults(
        site.name, {"rest": [{"path": COMMENT, "method": "POST", "status": 429, "retryAfter": 1, "times": 2}]}
    )
    house.to(waiting.asked + 3 * DAY)
    assert len(waiting.new()) == 1
    refused = [r for r in writes(house, site, COMMENT) if r["status"] == 429]
    assert len(refused) == 2


@pytest.mark.promise("C4")
def test_webhooks_sent_while_the_web_server_is_down_are_not_lost(house: House, waiting: Waiting) -> None:
    """Jira sends them again; the customer's answer brings the request back."""
    house.advance(TICK)
    house.kill_web()
    waiting.marie.answers(waiting.ticket, "Du 1er août au 31 janvier.")
    time.sleep(0.2)
    house.start_web()
    house.settle()
    house.advance(60 * TICK)
    assert waiting.status() == "En cours"
