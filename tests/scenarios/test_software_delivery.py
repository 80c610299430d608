"""Document E's story: a request taken, asked about, refused, approved, delivered, and reopened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from scripts.desk.desk import Desk
from scripts.desk.house import House
from scripts.desk.people import Ticket
from tests.scenarios.waiting import DAY, TICK

LATER = timedelta(minutes=11)


@pytest.mark.promise(
    "E1", "E13", "E17", "E18", "E19", "E20", "E21", "E22", "E23", "E25", "E26", "E27", "E28", "E29", "E30", "E31", "E32"
)
def test_a_delivery_is_refused_then_approved_then_reopened(house: House, make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("software-delivery")
    marie, sebastien = desk.site.customer("Marie Dupont"), desk.site.agent("Sébastien Martin")
    ticket = marie.opens("SUP", "Demande de service", "Un champ de plus dans le formulaire")
    house.settle()
    listed = marie.jira.get("rest/servicedeskapi/request", {"expand": "status"})["values"]
    shown = marie.jira.get(f"rest/servicedeskapi/request/{ticket.key}", {"expand": "status"})
    assert [request["currentStatus"]["status"] for request in (*listed, shown)] == ["Ouvert", "Ouvert"]

    sebastien.takes(ticket)
    house.settle()
    assert desk.status(ticket) == "Sélectionné pour traitement"
    house.advance(TICK)
    sebastien.moves(ticket, "Commencer le traitement")
    house.advance(LATER)
    assert [("se poursuit" in words) for words in marie.sees(ticket)] == [True]

    sebastien.moves(ticket, "Demander une réponse au client")
    sebastien.says(ticket, "Quel champ ?")
    house.advance(LATER)
    assert desk.status(ticket) == "En attente du client"
    marie.presses(ticket, "Customer answered", "Le numéro de téléphone.")
    house.advance(LATER)
    assert desk.status(ticket) == "En progression"
    assert sum("se poursuit" in words for words in marie.sees(ticket)) == 2

    sebastien.moves(ticket, "Demander l'approbation du client")
    house.advance(LATER)
    assert "Accepted by customer" in marie.sees(ticket)[-1]
    marie.presses(ticket, "Refused by customer", "Le champ est au mauvais endroit.")
    house.advance(LATER)
    assert desk.status(ticket) == "En progression"

    sebastien.moves(ticket, "Demander l'approbation du client")
    house.advance(LATER)
    before = len(marie.sees(ticket))
    house.advance(60 * DAY)
    assert (desk.status(ticket), len(marie.sees(ticket))) == ("En attente d’approbation client", before)
    marie.presses(ticket, "Accepted by customer")
    house.advance(TICK)
    assert desk.status(ticket) == "A délivrer"
    sebastien.moves(ticket, "Livrer et clôturer")
    house.advance(TICK)
    assert desk.status(ticket) == "Fermé"

    marie.presses(ticket, "Reopen", "Le champ ne s'enregistre pas.")
    house.advance(TICK)
    assert desk.status(ticket) == "ReOuvert"
    assert sebastien.read(ticket, "resolution")["fields"]["resolution"] is None
    sebastien.moves(ticket, "Commencer le traitement")
    house.advance(LATER)
    assert "se poursuit" in marie.sees(ticket)[-1]

    the_team_hears_when_nothing_blocks(house, desk, ticket, marie.opens("SUP", "Demande de service", "La table"))
    comments = desk.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
    assert not any("demande encore" in str(comment["body"]) for comment in comments), "nobody missed what was required"


def the_team_hears_when_nothing_blocks(house: House, desk: Desk, ticket: Ticket, other: Ticket) -> None:
    """A resolved request waits for another one, which is closed."""
    karim = desk.site.agent("Karim")
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": other.key}, "outwardIssue": {"key": ticket.key}}
    desk.site.admin.jira.request("POST", "rest/api/3/issueLink", body=link)
    for each, button in ((ticket, "Marquer comme résolu"), (other, "Fermer")):
        karim.says(each, "C'est prêt.")
        karim.moves(each, button)
        house.settle()
        comments = desk.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
        told = [c["jsdPublic"] for c in comments if "Plus rien ne bloque" in str(c["body"])]
        assert told == ([] if each is ticket else [False]), "told when the other one is done, to the team alone"
