"""The people and the desks that the pages are shown of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from tests.houses import Models

EVIL = "<script>alert(1)</script><b>gras</b>"
HUGE = "Anticonstitutionnellement" * 12
PARAMETERS: dict[str, dict[str, Any]] = {
    "tiered-support": {"auto-close-after": "10d"},
    "internal-helpdesk": {"brand": "FRAM"},
}


class Company:
    """One site with document C's desk (SUP) bound; other desks are opened when a test asks for them."""

    def __init__(self, house: House, runtime: Runtime, models: Models) -> None:
        self.house = house
        self.runtime = runtime
        self._models = models
        self.site = Site(house, "acme")
        self.admin: str = self.site.admin.account_id
        self.agent: Agent = self.site.agent("Sébastien Martin")
        self.customer: Customer = self.site.customer("Marie Dupont", "FRAM")
        self.colleague: Customer = self.site.customer("Luc Bernard", "FRAM")
        self.stranger: Customer = self.site.customer("Eva Stranger", "Globex")
        self._desks: dict[str, Desk] = {}
        self.support = self.desk("managed-operations", "SUP")
        self.waiting = self.opens("Arrivée de Jean MARTIN")
        self.agent.moves(self.waiting, "Commencer")
        house.advance(timedelta(hours=1))
        self.agent.says(self.waiting, "Quelles sont les dates du contrat ?")
        self.agent.moves(self.waiting, "Demander des informations")
        house.settle()

    def desk(self, pack: str, project: str) -> Desk:
        """The project that follows a pack, provisioned and bound once."""
        if project not in self._desks:
            roles = {"team-lead": "Paul Durand", "offer-owner": "Nadia Roux"} if "managed" in pack else {}
            people = {role: (self.site.agent(name).account_id,) for role, name in roles.items()}
            choice = Choice(project=project, pack=pack, name=f"Support {project}", parameters=PARAMETERS.get(pack, {}))
            desk = Desk(self.site, choice, people=people)
            if self._desks:
                desk.provision()  # a site that has requests takes after no model
            else:
                self._models.furnish(desk)
            desk.bind(self.runtime)
            self._desks[project] = desk
        return self._desks[project]

    def opens(self, summary: str, *, project: str = "SUP", kind: str = "Demande de service") -> Ticket:
        """Marie opens a request, and everything that follows has happened."""
        ticket = self.customer.opens(project, kind, summary)
        self.house.settle()
        return ticket
