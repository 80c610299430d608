"""Document C: a silent customer is reminded on days 3 and 6 and the request closed on day 12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from connect_app.runtime import Runtime
from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from tests.scenarios.waiting import DAY, TICK, Waiting


@pytest.mark.promise("C24", "C25", "C26", "C27", "C22")
def test_a_silent_customer_is_reminded_on_days_3_and_6_then_closed_on_day_12(waiting: Waiting) -> None:
    waiting.to_the_end()
    waiting.was_told_once()
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
    waiting.to_the_end()
    waiting.was_told_once()


@pytest.mark.promise("C24", "C26")
def test_every_webhook_lost_is_only_later_never_wrong(house: House, site: Site, make_desk: Callable[..., Desk]) -> None:
    """The hourly sweep finds the request; the reminders keep their days."""
    house.control.faults(site.name, {"webhooks": {"drop": 1.0, "seed": 1}})
    waiting = Waiting(house, make_desk())
    house.advance(timedelta(hours=1))
    waiting.to_the_end()
    waiting.was_told_once()


@pytest.mark.promise("C24")
def test_the_customers_answer_brings_it_back_and_starts_a_new_episode(waiting: Waiting, runtime: Runtime) -> None:
    waiting.house.advance(4 * DAY)
    assert len(waiting.new()) == 1
    waiting.marie.answers(waiting.ticket, "Du 1er août au 31 janvier.")
    waiting.house.settle()
    assert waiting.status() == "En cours"
    done = {key for keys in waiting.traced(runtime).values() for key in keys}
    assert any(key.startswith("reopening/") for key in done), "the log tells which delivery made which job do what"
    waiting.house.advance(timedelta(hours=3))
    waiting.ask()
    waiting.to_the_end()
    waiting.was_told_once()


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


@pytest.mark.promise("C4", "C9", "C27", "C21")
def test_a_closed_request_can_be_reopened_by_its_customer_who_then_answers_by_the_button(waiting: Waiting) -> None:
    waiting.to_the_end()
    waiting.sebastien.takes(waiting.ticket)
    waiting.marie.presses(waiting.ticket, "Rouvrir", "Jean n'a toujours pas de PC.")
    waiting.house.settle()
    assert waiting.status() == "En cours"
    mails = waiting.house.control.snapshot(waiting.desk.site.name)["mails"]
    told = [mail["to"] for mail in mails if "rouverte par le client" in mail["subject"]]
    assert told == [[waiting.sebastien.account_id]], "the team hears of it"
    assert waiting.desk.site.admin.read(waiting.ticket, "resolution")["fields"]["resolution"] is None
    waiting.sebastien.says(waiting.ticket, "Quel bureau ?")
    waiting.sebastien.moves(waiting.ticket, "Demander des informations")
    waiting.marie.presses(waiting.ticket, "J'ai répondu", "Le bureau 4.")
    waiting.house.settle()
    assert waiting.status() == "En cours"


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
