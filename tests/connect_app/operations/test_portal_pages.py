"""The portal's pages by HTTP, as each kind of viewer gets them; and the customer's link, where Jira shows no pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import requests

from connect_app.operations.mint_link import link_to_request
from scripts.desk.people import Actor, Ticket
from tests.connect_app.operations.stage import Stage
from tests.connect_app.operations.test_organisations_share import serves

HIDDEN = "Relance ne suit pas cette demande, ou elle ne vous est pas ouverte."
EVIL = "<script>alert(1)</script> **gras**"


def page(stage: Stage, module: str, viewer: str | None, ticket: Ticket | None = None) -> requests.Response:
    """A page of ours as Jira's iframe asks for it."""
    site = stage.site
    path = f"/sites/{site.name}/apps/{site.house.settings.app_key}/page"
    asked = {"accountId": viewer, "module": module} | ({"issueKey": ticket.key} if ticket else {})
    address = site.control.call("POST", path, asked)["url"]
    return requests.get(address, headers={"Accept-Language": "fr"}, timeout=20, allow_redirects=False)


def call(
    stage: Stage, path: str, viewer: str | None, ticket: Ticket | None = None, body: dict[str, Any] | None = None
) -> requests.Response:
    """The front-end API as the page's script calls it, with the token of its page."""
    site = stage.site
    about = {"accountId": viewer} | ({"issueKey": ticket.key} if ticket else {})
    token_path = f"/sites/{site.name}/apps/{site.house.settings.app_key}/context-token"
    headers = {"Authorization": f"JWT {site.control.call('POST', token_path, about)['token']}", "Accept-Language": "fr"}
    address = f"{site.house.base_url}{path}"
    return requests.request("POST" if body else "GET", address, json=body, headers=headers, timeout=20)


def words(text: str) -> str:
    """What a person reads of a page."""
    bare = re.sub(r"<[^>]*>", " ", text)
    return " ".join(html.unescape(bare).replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.mark.promise("C1", "C28", "D9")
def test_each_kind_of_viewer_gets_the_page_of_a_request_or_learns_nothing(stage: Stage) -> None:
    fabrice, sophie = stage.site.customer("Fabrice", "Acme"), stage.site.customer("Sophie", "Acme")
    friend, stranger = stage.site.customer("Amie"), stage.site.customer("Étranger", "Autre")
    for organization in ("Acme", "Autre"):
        serves(stage, organization)
    ticket = fabrice.opens("SUP", "Demande de service", EVIL)
    stage.sebastien.shares(ticket, friend)
    stage.sebastien.notes(ticket, "Ce client est difficile.")
    stage.sebastien.moves(ticket, "Demander des informations")
    for viewer in (fabrice, sophie, friend):
        answer = page(stage, "standing", viewer.account_id, ticket)
        assert answer.status_code == 200
        shown = words(answer.text)
        for wanted in (
            "En attente du client",
            "Réponse requise",
            "Sans réponse de votre part",
            "J'ai répondu",
            "Soumise",
        ):
            assert wanted in shown, (viewer.name, wanted)
        for never in ("difficile", "waiting-customer-follow-up", "alert(1)", "silent since"):
            assert never not in answer.text
        assert "frame-ancestors http" in answer.headers["Content-Security-Policy"]
    for member in (stage.sebastien.account_id, stage.site.admin.account_id):
        shown = words(page(stage, "standing", member, ticket).text)
        assert "En attente du client" in shown
        assert "J'ai répondu" not in shown, "who is of the team is no customer"
    refused = [page(stage, module, stranger.account_id, ticket) for module in ("standing", "escalate")]
    refused.append(page(stage, "standing", stage.marie.account_id, ticket))
    for answer in refused:
        assert (answer.status_code, HIDDEN in words(answer.text)) == (404, True)
        assert ticket.key not in words(answer.text)
    assert page(stage, "standing", None, ticket).text == page(stage, "standing", stranger.account_id, ticket).text
    for path in ("/api/portal/request", f"/api/portal/request?issue={ticket.id}"):
        assert call(stage, path, stranger.account_id, ticket).json() == {"error": "not found"}
    assert call(stage, "/api/portal/request", None, ticket).status_code == 403
    mine = stranger.opens("SUP", "Incident", "Une panne")
    for other in (ticket.id, ticket.key, "x", "1"):
        assert call(stage, f"/api/portal/request?issue={other}", stranger.account_id, mine).status_code == 404
        assert call(stage, f"/api/portal/request?issue={other}", stranger.account_id).status_code == 404
    assert call(stage, f"/api/portal/request?issue={mine.id}", stranger.account_id).status_code == 200


@pytest.mark.promise("C4", "C28", "C30", "C31")
def test_a_button_answers_once_and_an_escalation_tells_its_reason(stage: Stage) -> None:
    ticket, marie = stage.waiting(), stage.marie.account_id
    escalation = words(page(stage, "escalate", marie, ticket).text)
    for wanted in ("Le niveau d'expertise n'est pas celui requis", "Très urgent ? Appelez-nous directement."):
        assert wanted in escalation
    reason = "Pas de réponses assez rapides alors que toutes les informations ont été fournies"
    sent = {"reason": reason, "words": EVIL}
    answer = call(stage, f"/api/portal/escalate?issue={ticket.id}&page=escalate", marie, ticket, sent)
    assert answer.status_code == 202
    assert answer.json()["flag"] == {
        "title": "Votre escalade est enregistrée\u00a0: les responsables sont prévenus.",
        "type": "success",
    }
    assert "Demande escaladée le" in words(answer.json()["html"])
    stage.run(ticket)
    (told,) = [e for e in stage.entries(ticket) if e.action == "Notify"]
    assert told.state.value == "done"
    for body in ({"transition": "answer", "words": "Voici"}, {"transition": "answer", "words": "Voici"}):
        answer = call(stage, f"/api/portal/answer?issue={ticket.id}", marie, ticket, body)
        assert (answer.status_code, answer.json()["flag"]["type"]) == (200, "success")
    assert "En cours" in words(answer.json()["html"])
    assert sum("depuis le portail" in text for text in stage.marie.sees(ticket)) == 1
    late = call(stage, "/api/portal/answer", marie, ticket, {"transition": "reopen"})
    assert (late.status_code, late.json()["flag"]["type"]) == (200, "info")
    for wrong in ({"transition": "Answer!"}, {"words": "x"}, {"transition": "answer", "words": 5}, {"reason": "x"}):
        assert call(stage, "/api/portal/answer", marie, ticket, wrong).status_code == 400
    stage.later(timedelta(minutes=1))
    stage.sebastien.moves(ticket, "Fermer")
    assert "Cette demande ne peut pas être escaladée" in words(page(stage, "escalate", marie, ticket).text)


@pytest.mark.promise("C1", "B2", "B3")
def test_the_list_of_a_company_is_shown_by_state_and_as_text(stage: Stage) -> None:
    fabrice = stage.site.customer("Fabrice", "Acme")
    stranger = stage.site.customer("Étranger", "Autre")
    serves(stage, "Acme")
    ticket = fabrice.opens("SUP", "Demande de service", EVIL)
    shown = page(stage, "company-requests", fabrice.account_id)
    assert shown.status_code == 200
    assert html.escape(EVIL) in shown.text
    assert "<script>alert" not in shown.text
    told = words(shown.text)
    for wanted in (
        "Les requêtes de ma société",
        "Partagées avec Acme",
        ticket.key,
        "Soumise",
        "Dernière étape",
        "Fermée",
    ):
        assert wanted in told
    assert "Aucune requête" in words(page(stage, "company-requests", stranger.account_id).text)
    assert page(stage, "company-requests", None).status_code == 404
    assert "Aucune requête dans cet état." in words(
        call(stage, "/api/portal/requests?state=closed", fabrice.account_id).json()["html"]
    )
    invented = "following=bm93aGVyZQ=="
    for wrong in ("following=%3Cscript%3E", f"following={'x' * 2001}", f"state={'x' * 201}", "following=", invented):
        assert call(stage, f"/api/portal/requests?{wrong}", fabrice.account_id).status_code == 400


@pytest.mark.promise("C4", "C9", "C28")
def test_a_customers_link_shows_the_same_page_and_its_forms_do_the_same(token_stage: Stage) -> None:
    stage, ticket = token_stage, token_stage.waiting()

    def link(customer: Actor) -> str:
        return link_to_request(stage.parts, stage.open, ticket.key, days=1, customer=customer.account_id)

    def send(address: str, **sent: str) -> tuple[int, str]:
        answer = requests.post(address, data=sent, headers={"Accept-Language": "fr"}, timeout=20)
        return answer.status_code, words(answer.text)

    mine = link(stage.marie)
    shown = requests.get(mine, headers={"Accept-Language": "fr"}, timeout=20)
    for wanted in ("En attente du client", "Sans réponse de votre part, la demande sera fermée le", "J'ai répondu"):
        assert wanted in words(shown.text)
    assert "<script" not in shown.text
    assert "data-send" not in shown.text
    assert send(mine, reason="")[0] == 400
    assert send(mine, reason="Autre", words="Vite")[0] == 202
    assert "La demande a changé entre-temps" in send(mine, transition="no-such")[1]
    for _ in range(2):
        status, told = send(mine, transition="answer", words="Le 1er août\r\n\r\nà Toulouse")
        assert (status, "votre réponse est enregistrée" in told) == (200, True)
    assert stage.status(ticket) == "En cours"
    (said,) = [text for text in stage.marie.sees(ticket) if "depuis le portail" in text]
    assert said.endswith("Le 1er août\n\nà Toulouse")
    stage.run(ticket)
    assert not [e for e in stage.entries(ticket) if e.key.startswith("guard/")], "also where a person shares our login"
    stranger = stage.site.customer("Étranger")
    assert requests.get(link(stranger), timeout=20).status_code == 404
    assert send(link(stranger), transition="answer", words="x")[0] == 404
