"""What a customer sees and does on the portal by a page of ours: to each their own, and everything once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from automation_rules.binding import Mode
from connect_app.errors import Malformed, NotFound
from connect_app.jira.adf import plain
from connect_app.operations.answer_request import Answer, Answered, answer_request
from connect_app.operations.list_requests import CompanyPage, list_requests
from connect_app.operations.mint_link import link_to_request
from connect_app.operations.open_site import OpenSite
from connect_app.operations.process_issue import process_issue
from connect_app.operations.show_portal import PortalView, show_portal
from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Actor, Agent, Customer, Ticket
from tests.connect_app.operations.stage import DAY, Stage
from tests.connect_app.operations.test_organisations_share import serves
from tests.houses import Models


def view(stage: Stage, ticket: Ticket, viewer: Actor) -> PortalView:
    return show_portal(stage.parts, stage.open, ticket.key, viewer.account_id)


def press(stage: Stage, ticket: Ticket, viewer: Actor, button: str, words: str = "") -> Answered:
    answer = Answer(viewer=viewer.account_id, transition=button, words=words)
    return answer_request(stage.parts, stage.open, ticket.key, answer)


def comments(site: Site, ticket: Ticket) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.admin.jira.get(
        f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100, "expand": "properties"}
    )["comments"]
    return found


def calls(site: Site) -> int:
    return sum(site.called(request) for request in site.control.requests(site.name))


def writes(site: Site) -> int:
    """How many comments and moves we tried."""
    ours = [r for r in site.control.requests(site.name) if site.called(r) and r["method"] == "POST"]
    return sum(str(r["path"]).endswith(("/comment", "/transitions")) for r in ours)


@pytest.mark.promise("C1")
def test_those_who_see_a_request_on_the_portal_see_its_page_and_nobody_else_learns_that_it_exists(stage: Stage) -> None:
    fabrice, sophie = stage.site.customer("Fabrice", "Acme"), stage.site.customer("Sophie", "Acme")
    friend, stranger = stage.site.customer("Amie"), stage.site.customer("Étranger", "Autre")
    for organization in ("Acme", "Autre"):
        serves(stage, organization)
    ticket = fabrice.opens("SUP", "Demande de service", "Un accès de plus")
    stage.sebastien.shares(ticket, friend)
    stage.sebastien.moves(ticket, "Demander des informations")
    for viewer in (fabrice, sophie, friend):
        shown = view(stage, ticket, viewer)
        assert [offer.transition.id for offer in shown.offers] == ["answer"]
        assert shown.awaited is not None
        assert shown.awaited.closes_at is not None
        before = calls(stage.site)
        view(stage, ticket, viewer)
        assert calls(stage.site) - before <= 2, f"{viewer.name}: a page costs two requests to Jira at most"
    seen_by_agent = view(stage, ticket, stage.sebastien)
    assert (seen_by_agent.status_name, seen_by_agent.offers) == ("En attente du client", ())
    hidden, gone = f"no request {ticket.key} for this account", "SUP-999"
    for nobody in (stranger, stage.marie):
        with pytest.raises(NotFound, match=hidden):
            view(stage, ticket, nobody)
        with pytest.raises(NotFound):
            press(stage, ticket, nobody, "answer", "Je réponds à votre place")
    with pytest.raises(NotFound):
        show_portal(stage.parts, stage.open, gone, fabrice.account_id)
    assert stage.status(ticket) == "En attente du client"


@pytest.mark.promise("C4", "C9")
def test_an_answer_by_our_button_is_the_customers_own_word_and_is_given_once(stage: Stage) -> None:
    ticket = stage.waiting()
    words = "Du 1er **août** au [31](https://x.example)\n\n- et ~ensuite~ ?"
    assert press(stage, ticket, stage.marie, "answer", words) is Answered.DONE
    assert press(stage, ticket, stage.marie, "answer", words) is Answered.DONE, "pressed twice"
    assert stage.status(ticket) == "En cours"
    written = [c for c in comments(stage.site, ticket) if stage.site.wrote(c)]
    assert [(plain(c["body"]), c["jsdPublic"]) for c in written] == [
        (f"Marie Dupont, depuis le portail\u00a0:\n{words.replace(chr(10) * 2, chr(10))}", True)
    ]
    history = stage.site.admin.read(ticket, "status", expand="changelog")["changelog"]["histories"]
    (entry,) = [one for one in history if stage.site.wrote(one)]
    assert entry["historyMetadata"]["actor"] == {"id": stage.marie.account_id}
    moved, said = (e for e in reversed(stage.entries(ticket)) if e.rule == "portal")
    for each in (moved, said):
        assert each.reasons == (f"asked by {stage.marie.account_id} on the portal",)
        assert stage.marie.account_id in each.summary
    stage.run(ticket)
    assert not [e.key for e in stage.entries(ticket) if e.key.startswith("guard/")], "the move was a customer's"
    assert stage.status(ticket) == "En cours", "and no rule heard the answer a second time"


@pytest.mark.promise("C9", "C21", "C27")
def test_a_request_reopened_without_words_names_the_customer_to_the_team_alone(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.sebastien.says(ticket, "C'est fait.")
    stage.sebastien.moves(ticket, "Fermer")
    stage.run(ticket)
    assert press(stage, ticket, stage.marie, "reopen") is Answered.DONE
    assert stage.status(ticket) == "En cours"
    (note,) = [c for c in comments(stage.site, ticket) if "a choisi" in plain(c["body"])]
    assert note["jsdPublic"] is False
    assert plain(note["body"]).startswith("Marie Dupont a choisi «\u00a0Rouvrir\u00a0» sur le portail")
    assert not [text for text in stage.marie.sees(ticket) if "a choisi" in text]
    stage.run(ticket)
    assert "team-told-reopened" in {entry.rule for entry in stage.entries(ticket)}, "by the customer, so it is told"
    stage.sebastien.says(ticket, "Cette fois, c'est fait.")
    stage.sebastien.moves(ticket, "Fermer")
    assert press(stage, ticket, stage.marie, "reopen") is Answered.DONE, "another closure, another wish"
    assert stage.status(ticket) == "En cours"


@pytest.mark.promise("C9")
def test_a_button_pressed_several_times_at_once_does_one_thing(stage: Stage) -> None:
    ticket = stage.waiting()
    with ThreadPoolExecutor(4) as fingers:
        found = list(fingers.map(lambda _: press(stage, ticket, stage.marie, "answer", "Le 1er août"), range(4)))
    assert Answered.DONE in found
    assert set(found) <= {Answered.DONE, Answered.UNDER_WAY}
    assert sum("depuis le portail" in plain(c["body"]) for c in comments(stage.site, ticket)) == 1
    assert writes(stage.site) == 2, "a comment and a move"
    assert stage.status(ticket) == "En cours"


def test_an_answer_that_was_overtaken_writes_nothing_and_dry_run_offers_nothing(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.sebastien.moves(ticket, "Reprendre")
    before = writes(stage.site)
    assert press(stage, ticket, stage.marie, "answer", "Voici") is Answered.OVERTAKEN
    assert press(stage, ticket, stage.marie, "close", "Je ferme") is Answered.OVERTAKEN, "no button of a customer"
    assert press(stage, ticket, stage.marie, "no-such-button") is Answered.OVERTAKEN
    stage.sebastien.moves(ticket, "Demander des informations")
    assert press(stage, ticket, stage.sebastien, "answer", "En son nom") is Answered.OVERTAKEN, (
        "an agent is no customer"
    )
    stage.switch(Mode.DRY_RUN)
    shown = view(stage, ticket, stage.marie)
    assert (shown.offers, shown.awaited, shown.alarm) == ((), None, None)
    assert shown.answer_expected
    assert press(stage, ticket, stage.marie, "answer", "Voici") is Answered.OVERTAKEN
    assert writes(stage.site) == before
    stage.switch(Mode.OFF)
    with pytest.raises(NotFound):
        view(stage, ticket, stage.marie)


@dataclass
class Other:
    """A desk of another pack, with a customer and an agent."""

    site: Site
    runtime: Runtime
    desk: Desk
    marie: Customer
    anna: Agent

    @property
    def open(self) -> OpenSite:
        found = self.runtime.store.installations.by_client_key(self.site.client_key)
        assert found is not None
        site = self.runtime.parts.sites.open(found.id)
        assert site is not None
        return site

    def press(self, ticket: Ticket, button: str, words: str = "") -> Answered:
        answer = Answer(viewer=self.marie.account_id, transition=button, words=words)
        return answer_request(self.runtime.parts, self.open, ticket.key, answer)

    def run(self, ticket: Ticket) -> tuple[str, ...]:
        return process_issue(self.runtime.parts, self.open.installation.id, ticket.id).keys

    def offered(self, ticket: Ticket) -> list[str]:
        shown = show_portal(self.runtime.parts, self.open, ticket.key, self.marie.account_id)
        return [offer.transition.id for offer in shown.offers]


def other(site: Site, runtime: Runtime, models: Models, choice: Choice) -> Other:
    desk = Desk(site, choice, people={})
    models.furnish(desk)
    desk.bind(runtime)
    return Other(site, runtime, desk, site.customer("Marie"), site.agent("Anna"))


@pytest.mark.promise("B14", "B15", "B16")
def test_a_resolution_is_refused_with_a_reason_then_accepted_for_good(
    site: Site, runtime: Runtime, models: Models
) -> None:
    b = other(site, runtime, models, Choice(project="SUP", pack="client-support"))
    ticket = b.marie.opens("SUP", "Support client", "L'export ne répond plus")
    b.anna.takes(ticket)
    b.anna.fills(ticket, "priority", {"name": "Haute"})
    b.run(ticket)
    b.anna.moves(ticket, "Résoudre", fields={"resolution": {"name": "Résolution apportée"}})
    b.anna.says(ticket, "Le serveur a redémarré.")
    assert b.offered(ticket) == ["accept", "refuse"]
    with pytest.raises(Malformed):
        b.press(ticket, "refuse", "   ")
    mine = link_to_request(b.runtime.parts, b.open, ticket.key, days=1, customer=b.marie.account_id)
    wordless = requests.post(mine, data={"transition": "refuse"}, timeout=20)
    assert (wordless.status_code, "Dites pourquoi" in wordless.text) == (400, True)
    assert b.press(ticket, "refuse", "Il s'arrête encore.") is Answered.DONE
    assert b.desk.status(ticket) == "PRIS EN COMPTE"
    assert not [key for key in b.run(ticket) if key.startswith("guard/")], "a customer's move, with its reason"
    assert "Réouvert" in site.admin.read(ticket, "labels")["fields"]["labels"]
    b.anna.moves(ticket, "Résoudre", fields={"resolution": {"name": "Résolution apportée"}})
    assert b.press(ticket, "accept", "Merci, mais ces mots rouvriraient") is Answered.DONE
    assert b.desk.status(ticket) == "FERMÉ"
    b.run(ticket)
    assert b.desk.status(ticket) == "FERMÉ"
    assert not [c for c in comments(site, ticket) if "rouvriraient" in plain(c["body"])], "no words go with this button"
    assert b.offered(ticket) == [], "definitely ended"


@pytest.mark.promise("A14", "A45")
def test_a_confirmation_is_a_proposal_that_is_made_once_and_told_to_the_consultant(
    site: Site, runtime: Runtime, models: Models
) -> None:
    choice = Choice(project="SUP", pack="tiered-support", parameters={"auto-close-after": "10d"})
    a = other(site, runtime, models, choice)
    ticket = a.marie.opens("SUP", "Assistance Utilisateur", "Création de l'utilisateur Fabrice")
    a.anna.takes(ticket)
    for button in ("Prendre en charge", "Commencer le traitement", "Envoyer la réponse"):
        a.anna.moves(ticket, button)
    a.anna.says(ticket, "C'est fait.")
    a.run(ticket)
    assert a.offered(ticket) == ["resume", "confirm"]
    assert [a.press(ticket, "confirm") for _ in range(2)] == [Answered.DONE, Answered.DONE]
    fields = site.admin.read(ticket, "status", "resolution")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Réponse Envoyée", "Confirmé par le client")
    assert "told-confirmed" in {key.split("/")[1] for key in a.run(ticket)}, "the consultant hears of it"
    assert a.offered(ticket) == ["resume"]
    assert sum("a choisi" in plain(c["body"]) for c in comments(site, ticket)) == 1


def listed(stage: Stage, viewer: Actor, **asked: Any) -> CompanyPage:
    return list_requests(stage.parts, stage.open, viewer.account_id, **asked)


@pytest.mark.promise("C1", "B2", "B3", "E1", "E12")
def test_mes_requetes_are_the_companys_with_their_state_and_never_another_companys(stage: Stage) -> None:
    fabrice, sophie = stage.site.customer("Fabrice", "Acme"), stage.site.customer("Sophie", "Acme")
    stranger = stage.site.customer("Étranger", "Autre")
    for organization in ("Acme", "Autre"):
        serves(stage, organization)
    waits, waiting_for_us, closed = (
        who.opens("SUP", "Demande de service", summary)
        for who, summary in ((fabrice, "Un accès"), (sophie, "Un <b>écran</b>"), (fabrice, "Un clavier"))
    )
    theirs = stranger.opens("SUP", "Incident", "Une panne")
    alone = stage.marie.opens("SUP", "Incident", "Personne d'autre")
    stage.later(DAY)
    stage.sebastien.moves(waits, "Demander des informations")
    stage.sebastien.moves(closed, "Fermer")
    for viewer in (fabrice, sophie):
        page = listed(stage, viewer)
        assert [one.key for one in page.requests] == [closed.key, waiting_for_us.key, waits.key]
        assert page.companies == ("Acme",)
        assert [one.status_name for one in page.requests] == ["Fermée", "Soumise", "En attente du client"]
        assert [one.reporter for one in page.requests] == ["Fabrice", "Sophie", "Fabrice"]
        assert [one.last_step > one.created for one in page.requests] == [True, False, True]
    assert [one.key for one in listed(stage, stranger).requests] == [theirs.key]
    assert [one.key for one in listed(stage, stage.marie).requests] == [alone.key]
    assert page.statuses == stage.parts.catalog.pack("managed-operations").statuses
    filtered = {state: listed(stage, sophie, state=state) for state in ("open", "awaited", "closed", "Soumise", "Rien")}
    assert {state: [one.key for one in found.requests] for state, found in filtered.items()} == {
        "open": [waiting_for_us.key, waits.key],
        "awaited": [waits.key],
        "closed": [closed.key],
        "Soumise": [waiting_for_us.key],
        "Rien": [closed.key, waiting_for_us.key, waits.key],
    }
    assert filtered["closed"].statuses == page.statuses, "a filter does not take the other states away"
    before = calls(stage.site)
    listed(stage, sophie)
    assert calls(stage.site) - before == 1
