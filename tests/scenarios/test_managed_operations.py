"""The rest of document C: guards, notifications, escalation, the response clock, dry run, held closures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from automation_rules.binding import Mode
from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from tests.houses import Models
from tests.scenarios.waiting import DAY, TICK, Waiting

IN_JIRA = pytest.mark.parametrize("site", ["connect"], indirect=True)
"""About pages inside Jira, which only the app has; those of links have their own tests."""


def internal_notes(desk: Desk, ticket: Ticket) -> list[dict[str, Any]]:
    path = f"rest/api/3/issue/{ticket.key}/comment"
    comments = desk.site.admin.jira.get(path, {"maxResults": 100})["comments"]
    return [c for c in comments if c["jsdPublic"] is False and desk.site.wrote(c)]


def notified(house: House, site: Site, ticket: Ticket) -> list[dict[str, Any]]:
    """The messages Jira was asked to send about a request."""
    return [mail for mail in house.control.snapshot(site.name)["mails"] if mail["issue"] == ticket.key]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def marie(desk: Desk) -> Customer:
    return desk.site.customer("Marie Dupont")


@pytest.fixture
def sebastien(desk: Desk) -> Agent:
    return desk.site.agent("Sébastien Martin")


@pytest.fixture
def ticket(house: House, marie: Customer) -> Ticket:
    ticket = marie.opens("SUP", "Incident", "Le portail ne répond plus")
    house.settle()
    return ticket


@pytest.mark.promise("C4")
def test_asking_without_saying_what_is_flagged_to_the_team_only(
    house: House, desk: Desk, ticket: Ticket, marie: Customer, sebastien: Agent
) -> None:
    sebastien.moves(ticket, "Demander des informations")
    house.settle()
    assert internal_notes(desk, ticket) == []
    house.advance(timedelta(minutes=11))
    assert len(internal_notes(desk, ticket)) == 1
    assert not any("demande encore" in words for words in marie.sees(ticket))


@pytest.mark.promise("C4", "C20", "C23")
def test_asking_with_a_public_comment_is_one_message_and_no_flag(
    house: House, desk: Desk, ticket: Ticket, marie: Customer, sebastien: Agent
) -> None:
    before = len(marie.sees(ticket))
    sebastien.moves(ticket, "Demander des informations")
    sebastien.says(ticket, "Quelle page ne répond pas ?")
    house.settle()
    house.advance(timedelta(minutes=30))
    assert len(marie.sees(ticket)) == before + 1
    assert internal_notes(desk, ticket) == []


@pytest.mark.promise("C5", "C6", "C20")
def test_a_third_party_is_announced_to_the_customer(
    house: House, desk: Desk, ticket: Ticket, marie: Customer, sebastien: Agent
) -> None:
    third_party = desk.site.admin.finds_field("Tiers")
    sebastien.moves(ticket, "Solliciter un tiers", fields={third_party: {"value": "Atlassian"}})
    house.settle()
    house.advance(timedelta(minutes=11))
    assert any("tiers" in words for words in marie.sees(ticket))


@pytest.mark.promise("C13", "C14")
def test_the_response_clock_stops_at_the_first_question_and_never_restarts(
    house: House, desk: Desk, ticket: Ticket, marie: Customer, sebastien: Agent
) -> None:
    def clock() -> dict[str, Any]:
        value = desk.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/relance.sla")["value"]
        found: dict[str, Any] = value["response"]
        return found

    assert clock()["stoppedAt"] is None
    house.advance(timedelta(minutes=30))
    sebastien.says(ticket, "Quelle page ?")
    sebastien.moves(ticket, "Demander des informations")
    house.settle()
    stopped = clock()
    assert stopped["stoppedAt"] == house.control.now().strftime("%Y-%m-%dT%H:%M+00:00")
    house.advance(TICK)
    marie.answers(ticket, "La page d'accueil.")
    house.settle()
    house.advance(DAY)
    assert desk.status(ticket) == "En cours"
    assert clock() == stopped


@pytest.mark.promise("C28", "C29", "C30", "C31")
def test_an_escalation_reaches_both_people_and_thanks_the_customer_once(
    house: House, site: Site, desk: Desk, ticket: Ticket, marie: Customer
) -> None:
    assert site.escalates(ticket, marie.account_id, "expertise") < 300
    house.settle()
    (message,) = notified(house, site, ticket)
    assert ticket.key in message["subject"]
    assert sorted(message["to"]) == sorted(account for accounts in desk.people.values() for account in accounts)
    assert len(message["to"]) == 2
    assert len(internal_notes(desk, ticket)) == 1
    thanked = [words for words in marie.sees(ticket) if "escalad" in words]
    assert len(thanked) == 1
    assert "appel" in thanked[0]
    house.advance(TICK)
    assert site.escalates(ticket, marie.account_id, "expertise") < 300
    house.settle()
    assert len(notified(house, site, ticket)) == 1, "the cool-down keeps the second one quiet"


@IN_JIRA
def test_the_reasons_are_told_to_agents_and_never_to_customers(
    house: House, site: Site, ticket: Ticket, marie: Customer, sebastien: Agent
) -> None:
    def asks(account_id: str) -> requests.Response:
        token = house.control.call(
            "POST",
            f"/sites/{site.name}/apps/{house.settings.app_key}/context-token",
            {"accountId": account_id, "issueKey": ticket.key},
        )["token"]
        headers = {"Authorization": f"JWT {token}"}
        address = f"{house.base_url}/api/panel/issue"
        return requests.get(address, headers=headers, timeout=20, allow_redirects=False)

    assert asks(marie.account_id).status_code == 404
    told = asks(sebastien.account_id)
    assert told.status_code == 200
    assert {"moves-as-documented", "waiting-customer-follow-up"} <= {d["rule"] for d in told.json()["decisions"]}


@IN_JIRA
def test_the_panel_in_jira_tells_an_agent_what_comes_next(
    house: House, site: Site, ticket: Ticket, sebastien: Agent, marie: Customer
) -> None:
    """The request's title is a customer's words: it enters the page as text."""
    nasty = marie.opens("SUP", "Incident", "<script>alert(1)</script>")
    sebastien.moves(nasty, "Demander des informations")
    house.settle()

    def panel(viewer: str, key: str) -> str:
        body = {"module": "promises", "accountId": viewer, "issueKey": key, "projectKey": "SUP"}
        path = f"/sites/{site.name}/apps/{house.settings.app_key}/page"
        return requests.get(house.control.call("POST", path, body)["url"], timeout=20, allow_redirects=False).text

    text = panel(sebastien.account_id, nasty.key)
    assert "waiting-customer-follow-up" in text
    assert "<script>" not in text
    assert text.count("<script ") == 2, "the bridge's and our own"
    assert "waiting-customer-follow-up" not in panel(marie.account_id, ticket.key)


@pytest.mark.promise("C17")
def test_a_request_made_on_the_portal_gets_no_message_of_its_creation(
    house: House, ticket: Ticket, marie: Customer
) -> None:
    house.advance(timedelta(minutes=30))
    assert marie.sees(ticket) == []


@pytest.mark.promise("C28")
def test_a_customer_cannot_escalate_what_they_cannot_see(house: House, site: Site, ticket: Ticket) -> None:
    stranger = site.customer("Un autre client")
    assert site.escalates(ticket, stranger.account_id, "expertise") == 404
    house.settle()
    assert notified(house, site, ticket) == []


def test_dry_run_writes_down_what_it_would_do_and_touches_nothing(
    house: House, site: Site, runtime: Runtime, make_desk: Callable[..., Desk]
) -> None:
    waiting = Waiting(house, make_desk(mode=Mode.DRY_RUN))
    house.to(waiting.asked + 3 * DAY)
    house.to(waiting.asked + 6 * DAY)
    house.to(waiting.asked + 12 * DAY)
    assert waiting.new() == []
    assert waiting.status() == "En attente du client"
    installation = runtime.store.installations.by_client_key(site.client_key)
    assert installation is not None
    told = [e for e in runtime.store.ledger.of_issue(installation.id, waiting.ticket.id) if "follow-up" in e.rule]
    assert [(e.action, e.state.value) for e in told] == [
        ("AddComment", "would_do"),
        ("AddComment", "would_do"),
        ("AddComment", "would_do"),
        ("MoveTo", "would_do"),
    ]
    writes = [r for r in house.control.requests(site.name) if site.called(r) and r["method"] in {"PUT", "DELETE"}]
    assert writes == []


@pytest.mark.promise("C26")
def test_a_request_forgotten_for_thirty_days_is_reminded_on_30_and_33_and_closed_on_39(
    house: House, site: Site, runtime: Runtime, models: Models
) -> None:
    lead = site.agent("Paul")
    people = {"team-lead": (lead.account_id,), "offer-owner": (lead.account_id,)}
    desk = Desk(site, Choice(project="SUP", pack="managed-operations"), people=people)
    models.furnish(desk)
    waiting = Waiting(house, desk)
    house.advance(30 * DAY)
    assert waiting.new() == []
    desk.bind(runtime)
    house.advance(timedelta(hours=1))
    switched_on = house.control.now()
    assert len(waiting.new()) == 1
    house.to(switched_on + 3 * DAY)
    assert len(waiting.new()) == 2
    house.to(switched_on + 9 * DAY - timedelta(hours=2))
    assert waiting.status() == "En attente du client"
    house.to(switched_on + 9 * DAY)
    assert waiting.status() == "Fermée"


def test_nothing_a_customer_reads_was_meant_for_the_team(house: House, waiting: Waiting) -> None:
    waiting.sebastien.notes(waiting.ticket, "SECRET: ce client paie en retard")
    house.settle()
    house.to(waiting.asked + 3 * DAY)
    assert not any("SECRET" in words for words in waiting.seen())
    assert timedelta(0) < TICK
