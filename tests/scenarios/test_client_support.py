"""Document B in its own words: an agent takes a ticket, answers, resolves; the customer refuses, then accepts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Customer, Ticket
from tests.scenarios.waiting import TICK

SOLVED = {"resolution": {"name": "Résolution apportée"}}


def on_the_ticket(customer: Customer, ticket: Ticket) -> str:
    """The status as the customer's page of one ticket shows it."""
    found = customer.jira.get(f"rest/servicedeskapi/request/{ticket.key}", {"expand": "status"})
    status: str = found["currentStatus"]["status"]
    return status


def shown(customer: Customer, which: str = "OPEN_REQUESTS") -> list[str]:
    """The statuses as the customer's own list shows them, filtered on open or on closed requests."""
    query = {"requestStatus": which, "expand": "status"}
    found = customer.jira.get("rest/servicedeskapi/request", query)["values"]
    return [request["currentStatus"]["status"] for request in found]


def notes(desk: Desk, ticket: Ticket) -> list[str]:
    """The comments only agents read."""
    comments = desk.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
    return [c["id"] for c in comments if c["jsdPublic"] is False]


@pytest.mark.promise("B2", "B3", "B4", "B7", "B8", "B9", "B10", "B13", "B14", "B15", "B16", "B17")
def test_a_ticket_from_ouvert_to_ferme(house: House, site: Site, make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("client-support")
    teams = site.admin.finds_field("Équipes associées")
    marie, sebastien, developer = site.customer("Marie"), site.agent("Sébastien"), site.agent("Développeuse")
    ticket = marie.opens("SUP", "Support client", "L'export ne répond plus")
    house.settle()

    assert shown(marie) == ["OUVERT"]
    sebastien.takes(ticket)
    house.settle()
    assert shown(marie) == ["PRIS EN COMPTE"]
    assert on_the_ticket(marie, ticket) == "PRIS EN COMPTE"
    house.advance(timedelta(minutes=11))
    assert len(notes(desk, ticket)) == 1, "the priority is missing"
    sebastien.fills(ticket, "priority", {"name": "Haute"})
    sebastien.fills(ticket, teams, [{"accountId": developer.account_id}])
    house.advance(TICK)
    taking_part = site.admin.jira.get(f"rest/servicedeskapi/request/{ticket.key}/participant")["values"]
    assert [person["accountId"] for person in taking_part] == [developer.account_id]
    sebastien.says(ticket, "Depuis quand ?")
    house.settle()
    assert shown(marie) == ["EN ATTENTE DE VOTRE RETOUR"]
    house.advance(TICK)
    marie.answers(ticket, "Depuis ce matin.")
    house.settle()
    assert shown(marie) == ["PRIS EN COMPTE"]
    house.advance(TICK)
    sebastien.moves(ticket, "Résoudre", fields={"resolution": {"name": "Résolution apportée"}})
    sebastien.says(ticket, "Le serveur a redémarré.")
    house.settle()
    assert desk.status(ticket) == "RÉSOLU"
    assert shown(marie) == [], "with its resolution it is no open request any more, and awaits the acceptance"
    house.advance(TICK)
    marie.presses(ticket, "Refuser la résolution", "Toujours en panne.")
    house.settle()
    assert desk.status(ticket) == "PRIS EN COMPTE"
    assert site.admin.read(ticket, "labels", "assignee")["fields"]["labels"] == ["Réouvert"]
    house.advance(TICK)
    sebastien.moves(ticket, "Résoudre", fields={"resolution": {"name": "Résolution apportée"}})
    sebastien.says(ticket, "Le disque est remplacé.")
    house.advance(TICK)
    marie.presses(ticket, "Accepter la résolution")
    house.settle()
    assert desk.status(ticket) == "FERMÉ"
    house.advance(TICK)
    marie.answers(ticket, "Une autre question.")
    house.advance(timedelta(days=40))
    assert desk.status(ticket) == "FERMÉ"
    assert shown(marie, "CLOSED_REQUESTS") == ["FERMÉ"]
    assert len(notes(desk, ticket)) == 1
    assert len(marie.sees(ticket)) == 6, "only what people wrote"
