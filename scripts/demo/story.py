"""The story itself: document C's request that waits for its customer, and document A's imputation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from connect_app.runtime import Runtime
from connect_app.store.ledger import LedgerEntry
from scripts.demo.telling import Promise, Telling
from scripts.desk.desk import Desk
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket

TICK = timedelta(minutes=1)


class Story:
    """Everybody and everything in the story."""

    def __init__(self, house: House, runtime: Runtime, telling: Telling, desk: Desk, levels: Desk) -> None:
        self.house = house
        self.runtime = runtime
        self.telling = telling
        self.desk = desk
        self.levels = levels
        self.marie: Customer = desk.site.customer("Marie Dupont", "FRAM")
        self.sebastien: Agent = desk.site.agent("Sébastien Martin")
        self._told: set[str] = set()

    def play(self) -> None:
        """Plays every chapter; `PromiseBroken` at the first promise that is not kept."""
        ticket = self.opens_and_is_taken()
        self.is_asked_and_answers(ticket)
        self.stays_silent_and_is_closed(ticket)
        self.reopens(ticket)
        self.logs_time()

    def opens_and_is_taken(self) -> Ticket:
        """C2, C3, C19."""
        self.telling.chapter("A request arrives (document C)")
        ticket = self.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN dans l'agence Toulouse le 01/08")
        self._did("Marie", f"opens {ticket} on the portal")
        self._status(Promise("C2", "A new request is Soumise"), self.desk, ticket, "Soumise")
        self.house.advance(timedelta(minutes=20))
        self.sebastien.takes(ticket)
        self.sebastien.moves(ticket, "Commencer")
        self._did("Sébastien", f"starts working on {ticket}")
        self._status(Promise("C3", "As soon as the team works on it, it is En cours"), self.desk, ticket, "En cours")
        self.house.advance(timedelta(minutes=10))
        self._did("Nobody", "from the team comments within ten minutes, which would have told it as well")
        told = any("prise en compte" in words for words in self.marie.sees(ticket))
        self.telling.keep(
            Promise("C19", "The customer is told that the request was taken up"), kept=told, seen="no such comment"
        )
        return ticket

    def is_asked_and_answers(self, ticket: Ticket) -> None:
        """C4, C14, C24, and the customer's answer."""
        self.telling.chapter("The team asks; the customer answers after four days")
        self.house.advance(timedelta(minutes=40))
        self._asks(ticket, "Quelles sont les dates du contrat de Jean ?")
        self._reminded(ticket, days=3, ids="C24, C25", which="first")
        self.house.advance(timedelta(days=1))
        self.marie.answers(ticket, "Du 1er août au 31 janvier.")
        self._did("Marie", "answers on the portal")
        self._status(
            Promise("C4", "The customer's answer brings the request back to En cours"), self.desk, ticket, "En cours"
        )

    def stays_silent_and_is_closed(self, ticket: Ticket) -> None:
        """C24-C27: three, six and twelve days of silence."""
        self.telling.chapter("The team asks again; the customer stays silent")
        self.house.advance(timedelta(hours=2))
        self._asks(ticket, "Sur quel PC Jean sera-t-il installé ?")
        asked = self.house.control.now()
        self._reminded(ticket, days=3, ids="C24", which="first")
        self._reminded(ticket, days=3, ids="C24", which="last")
        self.house.to(asked + timedelta(days=12) - TICK)
        self._status(
            Promise("C26", "A minute before the twelfth day it is still open"),
            self.desk,
            ticket,
            "En attente du client",
        )
        self.house.advance(TICK)
        self._did("Nobody", "has said anything for twelve days")
        self._status(Promise("C26", "On the twelfth day it is closed"), self.desk, ticket, "Fermée")
        resolution = (self.desk.site.admin.read(ticket, "resolution")["fields"]["resolution"] or {}).get("name")
        self.telling.keep(
            Promise("C26", "with the resolution Sans réponse du client"),
            kept=resolution == "Sans réponse du client",
            seen=str(resolution),
        )
        last = self.marie.sees(ticket)[-1]
        self.telling.keep(
            Promise("C27", "and a comment that says how to reopen it"), kept="rouvrir" in last.lower(), seen=last
        )

    def reopens(self, ticket: Ticket) -> None:
        """C9, C27."""
        self.telling.chapter("The customer comes back")
        self.house.advance(timedelta(days=1))
        self.marie.presses(ticket, "Rouvrir", "Jean n'a toujours pas de PC.")
        self._did("Marie", "presses Rouvrir on the portal")
        self._status(Promise("C9, C27", "A reopened request is En cours"), self.desk, ticket, "En cours")

    def logs_time(self) -> None:
        """A5, A6 and the month after."""
        self.telling.chapter("Time is logged on a monthly imputation sub-task (document A)")
        ticket = self.marie.opens("UNC", "Assistance Utilisateur", "Création de l'utilisateur Fabrice")
        self._did("Marie", f"opens {ticket} on the portal")
        self.house.advance(timedelta(minutes=30))
        self.sebastien.takes(ticket)
        self.sebastien.moves(ticket, "Prendre en charge")
        self._did("Sébastien", f"takes {ticket} in charge")
        self._imputed(ticket, ["Novembre 2026"])
        self.house.to(datetime.fromisoformat("2026-12-02T10:00:00+01:00"))
        self.sebastien.notes(ticket, "Compte créé, reste la messagerie.")
        self._did("Sébastien", "goes on working in December")
        self._imputed(ticket, ["Novembre 2026", "Décembre 2026"])

    def _asks(self, ticket: Ticket, question: str) -> None:
        self.sebastien.says(ticket, question)
        self.sebastien.moves(ticket, "Demander des informations")
        self._did("Sébastien", f"asks: “{question}”")
        self._status(
            Promise("C4", "A request that needs the customer is En attente du client"),
            self.desk,
            ticket,
            "En attente du client",
        )

    def _reminded(self, ticket: Ticket, *, days: int, ids: str, which: str) -> None:
        """Goes to a minute before, sees nothing; then to the instant, sees exactly one more public comment."""
        before = len(self.marie.sees(ticket))
        with self.telling.waiting(f"{days} days pass…"):
            self.house.advance(timedelta(days=days) - TICK)
        early = len(self.marie.sees(ticket))
        self.house.advance(TICK)
        self._did("Nobody", "has answered" if which == "first" else "has answered yet")
        comments = self.marie.sees(ticket)
        self.telling.keep(
            Promise(ids, f"The {which} reminder is a public comment, on the day and not a minute before"),
            kept=early == before and len(comments) == before + 1,
            seen=f"{early - before} comments early, {len(comments) - early} on time",
        )
        self.telling.shows(f"{ticket}: {comments[-1]}")

    def _imputed(self, ticket: Ticket, months: list[str]) -> None:
        subtasks = self.levels.site.admin.read(ticket, "subtasks")["fields"]["subtasks"]
        titles = sorted((s["fields"]["summary"] for s in subtasks), key=len)
        number = ticket.key.rpartition("-")[2]
        expected = sorted((f"#{number} - Création de l'utilisateur Fabrice - {month}" for month in months), key=len)
        self.telling.keep(
            Promise("A6", f"One imputation sub-task per month: {', '.join(months)}"),
            kept=titles == expected,
            seen=str(titles),
        )
        for title in titles:
            self.telling.shows(f"{ticket} ▸ {title}")

    def _status(self, promise: Promise, desk: Desk, ticket: Ticket, wanted: str) -> None:
        status = desk.status(ticket)
        self.telling.keep(promise, kept=status == wanted, seen=status)

    def _did(self, who: str, what: str) -> None:
        """Tells an act, waits for all that follows, and tells what Relance made of it."""
        self.telling.act(self.house.control.now(), who, what)
        with self.telling.waiting("Jira and Relance are talking…"):
            self.house.settle()
        installation = self.runtime.store.installations.by_client_key(self.desk.site.client_key)
        if installation is not None:
            entries = reversed(self.runtime.store.ledger.recent(installation.id))
            self.telling.decided(self._new(entries))

    def _new(self, entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
        fresh = [entry for entry in entries if entry.key not in self._told]
        self._told |= {e.key for e in fresh}
        return fresh
