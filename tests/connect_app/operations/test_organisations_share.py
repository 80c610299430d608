"""Who belongs to the customer's company sees the request, writes on it, and may escalate it; nobody else does."""

from __future__ import annotations

import pytest

from connect_app.errors import NotFound
from connect_app.operations.escalate import escalate
from scripts.desk.people import Customer, Ticket
from tests.connect_app.operations.stage import DAY, Stage


def listed(customer: Customer) -> list[str]:
    """The keys under *Mes requêtes* of whoever asks for all of their company's."""
    found = customer.jira.get("rest/servicedeskapi/request", {"requestOwnership": "ALL_ORGANIZATIONS"})["values"]
    return [request["issueKey"] for request in found]


def serves(stage: Stage, organization: str) -> None:
    """The desk serves an organisation: what its members ask is shared with it."""
    jira = stage.site.admin.jira
    found = jira.get("rest/servicedeskapi/organization")["values"]
    chosen = next(one["id"] for one in found if one["name"] == organization)
    path = "rest/servicedeskapi/servicedesk/SUP/organization"
    jira.request("POST", path, body={"organizationId": int(chosen)})


@pytest.mark.promise("C1", "C9", "C18", "C27", "C28")
def test_a_colleague_sees_answers_reopens_and_escalates_and_a_stranger_does_not(stage: Stage) -> None:
    fabrice, sophie = stage.site.customer("Fabrice", "Acme"), stage.site.customer("Sophie", "Acme")
    stranger = stage.site.customer("Étranger", "Autre")
    for organization in ("Acme", "Autre"):
        serves(stage, organization)
    ticket: Ticket = fabrice.opens("SUP", "Demande de service", "Un accès de plus")
    assert (listed(fabrice), listed(sophie), listed(stranger)) == ([ticket.key], [ticket.key], [])
    stage.sebastien.moves(ticket, "Commencer")
    stage.sebastien.says(ticket, "L'accès est ouvert.")
    stage.sebastien.moves(ticket, "Fermer")
    stage.run(ticket)
    stage.later(DAY)
    assert "L'accès est ouvert." in sophie.sees(ticket)
    sophie.answers(ticket, "Il ne marche pas encore.")
    stage.run(ticket)
    assert stage.status(ticket) == "En cours", "a colleague's word is a customer's word"
    with pytest.raises(NotFound):
        escalate(stage.parts, stage.open, ticket.id, stranger.account_id, "expertise")
    assert escalate(stage.parts, stage.open, ticket.id, sophie.account_id, "expertise") == ticket.id
    stage.run(ticket)
    assert "escalation" in {entry.rule for entry in stage.entries(ticket)}
