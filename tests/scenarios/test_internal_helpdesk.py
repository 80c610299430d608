"""Document D in its own words: the arrival of Jean MARTIN in Toulouse, and the three ways it could have gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from automation_rules.policy import load_policies
from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from tests.scenarios.waiting import DAY, TICK
from workflows.catalog import load_catalog

ARRIVAL = "Arrivée de Jean MARTIN dans l'agence Toulouse le 01/08"


class Helpdesk:
    """FRAM's desk: Marie of the agency of Toulouse and a colleague of hers, Sébastien of the support, and the RH."""

    def __init__(self, house: House, site: Site, make_desk: Callable[..., Desk]) -> None:
        self.house = house
        self.site = site
        self.desk = make_desk("internal-helpdesk", project="FRAM", parameters={"brand": "FRAM"})
        self.transfer = site.admin.finds_field("Transférer à")
        self.marie: Customer = site.customer("Marie DUPONT")
        self.colleague: Customer = site.customer("Collègue de Marie")
        self.rh: Customer = site.customer("La RH")
        self.sebastien: Agent = site.agent("Sébastien")

    def arrives(self, title: str = ARRIVAL) -> Ticket:
        """Marie makes her ticket; Sébastien takes it on."""
        ticket = self.marie.opens("FRAM", "Nouveau ticket de support", title)
        self.house.settle()
        self.sebastien.takes(ticket)
        self.sebastien.moves(ticket, "Prendre en charge")
        self.later()
        return ticket

    def later(self) -> None:
        """A minute passes, and all that follows happens."""
        self.house.advance(TICK)

    def mails(self, ticket: Ticket) -> list[str]:
        """What Marie is sent: the first line of each public comment."""
        return [words.split("\n", maxsplit=1)[0].strip("*") for words in self.marie.sees(ticket)]

    def told(self, ticket: Ticket) -> list[str]:
        """What Jira was asked to send to Sébastien."""
        mails = self.house.control.snapshot(self.site.name)["mails"]
        return [m["subject"] for m in mails if m["issue"] == ticket.key and m["to"] == [self.sebastien.account_id]]

    def reasons(self, ticket: Ticket) -> str:
        """What the panel tells Sébastien of Relance's decisions."""
        return self.site.reasons(ticket, self.sebastien.account_id)


@pytest.fixture
def helpdesk(house: House, site: Site, make_desk: Callable[..., Desk]) -> Helpdesk:
    return Helpdesk(house, site, make_desk)


@pytest.mark.promise("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14", "D15")
@pytest.mark.promise("D16", "D17", "D18", "D19", "D29", "D30")
def test_the_arrival_of_jean_martin_mail_by_mail(helpdesk: Helpdesk) -> None:
    desk, marie, sebastien, rh = helpdesk.desk, helpdesk.marie, helpdesk.sebastien, helpdesk.rh
    house = helpdesk.house
    # First step: Marie makes the ticket.
    ticket = helpdesk.arrives()
    number = ticket.key.rpartition("-")[2]
    subject = f"[FRAM][#{number}]"
    assert helpdesk.mails(ticket) == [f"{subject}[Nouveau] {ARRIVAL}"]
    assert "Comment créer un ticket ?" in marie.sees(ticket)[0]
    # Second step: Sébastien asks Marie for more, and the RH for a confirmation.
    sebastien.says(ticket, "Quelles sont les dates du contrat, et sur quel PC sera-t-il installé ?")
    sebastien.fills(ticket, helpdesk.transfer, {"accountId": rh.account_id})
    helpdesk.later()
    assert len(marie.sees(ticket)) == 2, "the question is its own mail: no second one"
    assert f"{subject}[Note/Réponse] {ARRIVAL}" in helpdesk.reasons(ticket)
    assert f"{subject}[Transfert] {ARRIVAL}" in helpdesk.reasons(ticket)
    # Third step: Marie answers.
    marie.answers(ticket, "Du 01/08 au 31/12, sur le PC 12.")
    helpdesk.later()
    assert helpdesk.told(ticket) == [f"{subject}[Note] {ARRIVAL}"]
    # Fourth step: the RH reads the whole history of Marie's ticket, and adds a note.
    assert rh.sees(ticket) == marie.sees(ticket)
    rh.answers(ticket, "L'embauche est confirmée.")
    helpdesk.later()
    assert marie.sees(ticket)[-1] == "L'embauche est confirmée."
    assert helpdesk.told(ticket) == [f"{subject}[Note] {ARRIVAL}"] * 2
    assert desk.status(ticket) == "Ticket pris en charge"
    # Fifth step: Sébastien has all he needs.
    before = len(marie.sees(ticket))
    sebastien.says(ticket, "Les comptes et le PC de Jean sont prêts.")
    sebastien.moves(ticket, "Clôturer le ticket")
    helpdesk.later()
    assert desk.status(ticket) == "Ticket clôturé"
    assert helpdesk.mails(ticket)[before:] == [
        "Les comptes et le PC de Jean sont prêts.",
        f"{subject}[Résolu/Clôturé] {ARRIVAL}",
    ]
    assert "ouvrez un nouveau ticket" in marie.sees(ticket)[-1]
    # No way back: a note on a closed ticket is told to Sébastien, and that is all.
    marie.answers(ticket, "Il manque l'imprimante.")
    helpdesk.later()
    house.advance(timedelta(hours=1))
    assert desk.status(ticket) == "Ticket clôturé"
    assert len(helpdesk.told(ticket)) == 3
    # What is left is a new ticket, which is linked to the old one that it names.
    anew = marie.opens("FRAM", "Nouveau ticket de support", f"Imprimante de Jean, suite du #{number}")
    house.settle()
    links = helpdesk.site.admin.read(anew, "issuelinks")["fields"]["issuelinks"]
    assert [(one["type"]["name"], one["outwardIssue"]["key"]) for one in links] == [("Relates", ticket.key)]


def in_the_morning(at: datetime) -> datetime:
    """When a reminder due at that instant leaves."""
    calendars = load_policies(load_catalog()).documents["internal-helpdesk"].calendars
    return next(c for c in calendars if c.id == "sending").calendar().next_open(at)


@pytest.mark.promise("D20", "D21", "D22", "D23", "D24", "D25", "D26", "D27", "D28")
def test_the_other_ways_it_could_have_gone(helpdesk: Helpdesk) -> None:
    desk, house, marie, sebastien = helpdesk.desk, helpdesk.house, helpdesk.marie, helpdesk.sebastien
    copied, silent, resolved, denied = (helpdesk.arrives(f"Arrivée {number}") for number in range(1, 5))
    # A question with a copy for Marie's colleague.
    sebastien.shares(copied, helpdesk.colleague)
    sebastien.says(copied, "Le bureau 4 convient-il ?")
    # A question that waits for 72 hours at most; two tickets that are resolved instead of closed.
    sebastien.says(silent, "Quelle est la date du contrat ?")
    sebastien.moves(silent, "Attendre une réponse sous 72h")
    for ticket in (resolved, denied):
        sebastien.says(ticket, "Les comptes sont prêts.")
        sebastien.moves(ticket, "Résoudre le ticket")
    asked = house.control.now()
    house.settle()
    assert helpdesk.colleague.sees(copied)[-1] == "Le bureau 4 convient-il ?"
    assert "[Réponse] Arrivée 1" in helpdesk.reasons(copied)
    assert "[Note] Arrivée 2" in helpdesk.reasons(silent)
    assert helpdesk.mails(silent)[1:] == ["Quelle est la date du contrat ?"]
    assert helpdesk.mails(resolved)[1:] == ["Les comptes sont prêts.", f"[FRAM][#{resolved.key[5:]}][Résolu] Arrivée 3"]
    helpdesk.later()
    marie.presses(denied, "Infirmer la résolution", "Jean ne peut pas se connecter.")
    house.to(asked + 2 * DAY - TICK)
    assert desk.status(denied) == "Ticket pris en charge"
    assert desk.status(resolved) == "Ticket résolu"
    assert len(helpdesk.mails(silent)) == 2
    # 48 hours: the resolved ticket is closed, the silent one reminded, in the sending hours.
    house.to(asked + 2 * DAY)
    assert desk.status(resolved) == "Ticket clôturé"
    assert helpdesk.mails(resolved)[3:] == [f"[FRAM][#{resolved.key[5:]}][Résolu/Clôturé] Arrivée 3"]
    reminded = in_the_morning(asked + 2 * DAY)
    house.to(reminded)
    assert helpdesk.mails(silent)[2:] == [f"[FRAM][#{silent.key[5:]}][Attente réponse] Arrivée 2"]
    # 24 hours later, 72 hours after the change of status, it is closed.
    house.to(reminded + DAY - TICK)
    assert desk.status(silent) == "En attente d'une réponse de votre part sous 72h"
    house.to(reminded + DAY + TICK)
    assert desk.status(silent) == "Ticket clôturé"
    assert helpdesk.mails(silent)[3:] == [f"[FRAM][#{silent.key[5:]}][Clôturé sans réponse] Arrivée 2"]
    # The denied one is dealt with again, and confirmed this time.
    sebastien.says(denied, "Le mot de passe est changé.")
    sebastien.moves(denied, "Résoudre le ticket")
    helpdesk.later()
    marie.presses(denied, "Confirmer la résolution")
    helpdesk.later()
    assert desk.status(denied) == "Ticket clôturé"
