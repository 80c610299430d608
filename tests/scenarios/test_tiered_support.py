"""Document A in its own words: an assistance, an incident and a change, from Ouvert to Fermé."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automation_rules import messages
from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from tests.scenarios.waiting import DAY, TICK

LATER = timedelta(minutes=11)
PARIS = ZoneInfo("Europe/Paris")
NAMES = ("Anna, niveau 1", "Bruno, niveau 2", "Bruno, niveau 2")


class Uncode:
    """The desk, Fabrice who asks, Anna of level 1 and Bruno of level 2, and one request of each type."""

    def __init__(self, house: House, site: Site, make_desk: Callable[..., Desk]) -> None:
        self.house = house
        self.site = site
        self.desk = make_desk("tiered-support", parameters={"auto-close-after": "10d"})
        self.estimate = site.admin.finds_field("Chiffrage")
        self.level = site.admin.finds_field("Niveau de support")
        self.fabrice: Customer = site.customer("Fabrice Petit")
        self.anna: Agent = site.agent(NAMES[0])
        self.bruno: Agent = site.agent(NAMES[1])
        self.assistance = self.fabrice.opens("SUP", "Assistance Utilisateur", "Création de l'utilisateur Fabrice")
        self.incident = self.fabrice.opens("SUP", "Incident Applicatif", "L'export s'arrête")
        self.change = self.fabrice.opens("SUP", "Evolution Applicatif", "Un export de plus")
        self.work = ((self.anna, self.assistance), (self.bruno, self.incident), (self.bruno, self.change))
        house.settle()

    def shown(self) -> list[str]:
        """The status of each request as its customer sees it on the portal."""
        read = self.fabrice.jira.get
        found = [read(f"rest/servicedeskapi/request/{t.key}", {"expand": "status"}) for _, t in self.work]
        return [request["currentStatus"]["status"] for request in found]

    def subtasks(self, ticket: Ticket) -> list[str]:
        """The titles of a request's sub-tasks."""
        found = self.site.admin.read(ticket, "subtasks")["fields"]["subtasks"]
        return [subtask["fields"]["summary"] for subtask in found]

    def held(self) -> list[tuple[str | None, str | None]]:
        """Which level holds each request, and which of its consultants."""
        found = [self.site.admin.read(ticket, self.level, "assignee")["fields"] for _, ticket in self.work]
        return [((f[self.level] or {}).get("value"), (f["assignee"] or {}).get("displayName")) for f in found]

    def transfers(self) -> None:
        """Each request needs the next level: 1 to 2, and 2 to 3 for an incident and for the estimate of a change."""
        for (agent, ticket), level in zip(self.work, ("2", "3", "3"), strict=True):
            agent.fills(ticket, self.level, {"value": f"Support Niveau {level}"})
        self.house.advance(TICK)

    def estimates(self, amount: float) -> None:
        """Bruno estimates the change and sends the estimate."""
        self.bruno.fills(self.change, self.estimate, amount)
        self.bruno.moves(self.change, "Envoyer le chiffrage")
        self.house.advance(LATER)

    def answers(self, agent: Agent, ticket: Ticket) -> None:
        """The consultant has done the work and says so."""
        agent.says(ticket, "C'est fait.")
        agent.moves(ticket, "Envoyer la réponse")

    def confirms(self, *tickets: Ticket) -> None:
        """Fabrice says by the portal's button that it is well done."""
        for ticket in tickets:
            self.fabrice.presses(ticket, "Confirmer")
        self.house.advance(TICK)


@pytest.fixture
def uncode(house: House, site: Site, make_desk: Callable[..., Desk]) -> Uncode:
    return Uncode(house, site, make_desk)


def title(ticket: Ticket, summary: str, at: datetime) -> str:
    """The title of an imputation task as the document writes it."""
    month = messages.month_name(at, "fr", PARIS.key)
    return f"#{ticket.key.rpartition('-')[2]} - {summary} - {month} {at.astimezone(PARIS).year}"


@pytest.mark.promise("A2", "A4", "A5", "A6", "A9", "A10", "A11", "A13", "A14", "A15")
@pytest.mark.promise("A17", "A18", "A19", "A22", "A23", "A24", "A26", "A27", "A28")
@pytest.mark.promise("A30", "A31", "A32", "A35", "A36", "A37", "A39", "A40", "A41", "A42", "A44", "A45")
def test_an_assistance_an_incident_and_a_change_from_ouvert_to_ferme(uncode: Uncode) -> None:
    house, desk, fabrice, bruno = uncode.house, uncode.desk, uncode.fabrice, uncode.bruno
    assert uncode.shown() == ["Ouvert"] * 3
    # 2: taken in charge, with a task for the consultants' time.
    for agent, ticket in uncode.work:
        agent.takes(ticket)
        agent.moves(ticket, "Prendre en charge")
    taken = house.control.now()
    house.settle()
    assert uncode.shown() == ["Pris en charge"] * 3
    assert uncode.subtasks(uncode.assistance) == [title(uncode.assistance, "Création de l'utilisateur Fabrice", taken)]
    assert uncode.subtasks(uncode.incident) == [title(uncode.incident, "L'export s'arrête", taken)]
    assert uncode.subtasks(uncode.change) == [title(uncode.change, "Un export de plus", taken)]
    # 3: the work starts, for the change its analysis.
    for (agent, ticket), button in zip(
        uncode.work, ["Commencer le traitement", "Commencer le traitement", "Commencer l'analyse"], strict=True
    ):
        agent.moves(ticket, button)
    house.advance(TICK)
    assert uncode.shown() == ["En Cours"] * 3
    # 3.2: transferred to the next level, whose consultant takes it; status and task stay.
    levels = [f"Support Niveau {number}" for number in (1, 2, 3)]
    assert uncode.held() == list(zip((levels[0], levels[1], levels[1]), NAMES, strict=True))
    uncode.transfers()
    assert uncode.held() == [(levels[1], None), (levels[2], None), (levels[2], None)]
    assert (uncode.shown(), [len(uncode.subtasks(t)) for _, t in uncode.work]) == (["En Cours"] * 3, [1, 1, 1])
    for agent, ticket in uncode.work:
        agent.takes(ticket)
    # 4 and 5 of the change: an estimate, refused, analysed again with the customer, approved.
    uncode.estimates(5)
    assert uncode.shown()[2] == "En Attente Validation Chiffrage"
    assert ["chiffrage" in words for words in fabrice.sees(uncode.change)] == [True]
    fabrice.answers(uncode.change, "C'est trop : sans le filtre ?")
    bruno.says(uncode.change, "Entendu, nous revoyons le chiffrage sans le filtre.")
    bruno.moves(uncode.change, "Chiffrage refusé")
    house.advance(LATER)
    assert uncode.shown()[2] == "En Cours"
    uncode.estimates(3)
    assert sum("chiffrage" in words and "prêt" in words for words in fabrice.sees(uncode.change)) == 2
    bruno.moves(uncode.change, "Chiffrage validé")
    house.advance(TICK)
    assert uncode.shown() == ["En Cours", "En Cours", "En Cours de Réalisation"]
    # 4: treated. The incident's customer is not satisfied yet.
    for agent, ticket in uncode.work:
        uncode.answers(agent, ticket)
    answered = house.control.now()
    house.advance(TICK)
    assert uncode.shown() == ["Réponse Envoyée"] * 3
    fabrice.answers(uncode.incident, "L'export s'arrête toujours.")
    house.advance(TICK)
    assert uncode.shown()[1] == "En Cours"
    uncode.answers(bruno, uncode.incident)
    # 5: who confirms is closed by the consultant, who says nothing after X days.
    uncode.confirms(uncode.incident, uncode.change)
    assert uncode.shown() == ["Réponse Envoyée"] * 3, "the customer's word proposes"
    for ticket in (uncode.incident, uncode.change):
        bruno.moves(ticket, "Fermer")
    house.to(answered + 10 * DAY - TICK)
    assert uncode.shown() == ["Réponse Envoyée", "Fermé", "Fermé"]
    house.to(answered + 10 * DAY + TICK)
    assert uncode.shown() == ["Fermé"] * 3
    resolutions = [desk.site.admin.read(t, "resolution")["fields"]["resolution"]["name"] for _, t in uncode.work]
    assert resolutions == ["Sans réponse du client", "Confirmé par le client", "Confirmé par le client"]
    assert "nous fermons" in fabrice.sees(uncode.assistance)[-1]
