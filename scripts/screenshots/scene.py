"""What is to be seen on the pictures: two desks in the middle of their work."""

from __future__ import annotations

from datetime import timedelta

from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Scene:
    """Document C's desk with requests in several statuses, and document A's with time logged."""

    def __init__(self, house: House, runtime: Runtime) -> None:
        self.house = house
        self.site = Site(house, "fram")
        self.admin = self.site.admin.account_id
        self.agent: Agent = self.site.agent("Sébastien Martin")
        self.customer: Customer = self.site.customer("Marie Dupont", "FRAM")
        self._colleague: Customer = self.site.customer("Luc Bernard", "FRAM")
        roles = {"team-lead": self.site.agent("Paul Durand"), "offer-owner": self.site.agent("Nadia Roux")}
        people = {role: (agent.account_id,) for role, agent in roles.items()}
        support = Desk(self.site, Choice(project="SUP", pack="managed-operations"), people=people)
        tiered = Choice(
            project="UNC", pack="tiered-support", name="Uncode Support", parameters={"auto-close-after": "10d"}
        )
        levels = Desk(self.site, tiered, people={})
        for desk in (support, levels):
            desk.provision()
            desk.bind(runtime)
        self.waiting: Ticket = self._play()

    def _play(self) -> Ticket:
        """Five days of work; gives the request that has waited for its customer since the first."""
        waiting = self.customer.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN dans l'agence Toulouse")
        helped = self.customer.opens("UNC", "Assistance Utilisateur", "Création de l'utilisateur Fabrice")
        done = self._colleague.opens("SUP", "Incident", "Messagerie indisponible au siège")
        self.house.advance(HOUR / 2)
        for ticket in (waiting, done):
            self.agent.takes(ticket)
            self.agent.moves(ticket, "Commencer")
        self.agent.takes(helped)
        self.agent.moves(helped, "Prendre en charge")
        self.house.advance(HOUR)
        self.agent.says(waiting, "Quelles sont les dates du contrat de Jean ?")
        self.agent.moves(waiting, "Demander des informations")
        self._logs_time(helped)
        self.agent.says(done, "La messagerie répond de nouveau.")
        self.agent.moves(done, "Fermer")
        self.house.advance(3 * DAY + HOUR)
        working = self._colleague.opens("SUP", "Incident", "Imprimante du 2e étage : bourrages répétés")
        self.agent.moves(working, "Commencer")
        self.customer.opens("SUP", "Demande de service", "Accès au dossier Comptabilité")
        self.house.advance(DAY)
        return waiting

    def _logs_time(self, ticket: Ticket) -> None:
        """On the sub-task of the month, as document A asks."""
        self.house.settle()
        started = self.house.control.now().strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        for each in self.site.admin.read(ticket, "subtasks")["fields"]["subtasks"]:
            self.agent.logs(Ticket(each["key"], str(each["id"])), seconds=5400, started=started)
