"""What customers read on the page of a request, in every status of every documented desk, in both languages."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask, render_template

from automation_rules.policy import Policy
from connect_app.operations.show_portal import view_of
from connect_app.web.portal import contents
from connect_app.web.words import set_zone, speak
from tests.automation_rules.desk import START, Story, day, policy
from tests.automation_rules.test_customers_view import INITIAL, ISSUE_TYPES, OFFERED

CLOSED = {"fr": "Nous n’attendons rien de vous", "en": "Nothing is expected of you"}
REQUIRED = {"fr": "Réponse requise", "en": "Answer required"}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("connect_app.web.portal")
    speak(app)
    return app


def read(app: Flask, language: str, story: Story, of: Policy, template: str = "portal_request_inner.html") -> str:
    """The words of the page."""
    view = view_of(story.issue, of, START, live=True, may_act=True)
    with app.test_request_context(headers={"Accept-Language": language}):
        set_zone("Europe/Paris")
        text = render_template(template, language=language, base_path="/sf", **contents(view, story.issue.id))
    bare = html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(bare.split())


@pytest.mark.promise("A3", "B6", "B10", "B13", "C4", "C9", "D23", "D28", "E1", "E12", "E14", "E20", "E25")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("pack", OFFERED)
def test_every_status_is_told_in_the_documents_words_with_its_buttons(app: Flask, pack: str, language: str) -> None:
    of = policy(pack)
    for status in of.pack.statuses:
        story = Story(issue_type=ISSUE_TYPES[pack], status=INITIAL.get(pack, "submitted"), summary="<script>x</script>")
        if status.id != story.issue.status:
            story.move(status.id, day(-0.5))
        told = read(app, language, story, of)
        assert status.name.in_language(language) in told
        assert status.meaning is not None
        assert " ".join(status.meaning.in_language(language).split()) in told
        assert (REQUIRED[language] in told) is status.answer_expected
        graph = of.graph(story.issue)
        assert graph is not None
        names = {t.id: t.name.in_language(language) for t in graph.workflow.transitions}
        wanted = [names[word.partition("(")[0]] for word in OFFERED[pack][status.id].split()]
        assert [name for name in wanted if name not in told] == []
        assert "script" not in told, "the page's heading is the portal's own"
        if status.role == "closed":
            assert CLOSED[language] not in told


@pytest.mark.promise("C11", "C24", "C26", "D25")
def test_the_dates_a_customer_reads_are_on_the_desks_wall(app: Flask) -> None:
    waiting = read(app, "fr", Story().waiting(), policy())
    assert "Sans réponse de votre part, vous recevrez un rappel le jeu. 5 nov. 2026 10:00." in waiting
    assert "Sans réponse de votre part, la demande sera fermée le sam. 14 nov. 2026 10:00." in waiting
    planned = Story(fields={"planned-date": "2026-12-24"}).move("planned", START)
    assert "L’opération est prévue pour le jeu. 24 déc. 2026." in read(app, "fr", planned, policy())
    undated = Story(fields={"planned-date": None}).move("planned", START)
    assert "prévue pour" not in read(app, "fr", undated, policy())


@pytest.mark.promise("A14", "A40", "C28")
def test_what_needs_no_button_says_why(app: Flask) -> None:
    of = policy("tiered-support")
    answered = Story(issue_type=ISSUE_TYPES["tiered-support"], status="open").move("answered", START)
    answered.issue = replace(answered.issue, resolution="Confirmé par le client")
    assert "Vous avez confirmé : notre équipe va fermer la demande." in read(app, "fr", answered, of)
    estimate = Story(issue_type=ISSUE_TYPES["tiered-support"], status="open", fields={"approvers": ("marie",)})
    assert "approbateurs répondent" in read(app, "fr", estimate.move("waiting-estimate", START), of)
    escalated = Story().escalate(START)
    assert "Demande escaladée le lun. 2 nov. 2026 10:00" in read(app, "fr", escalated, policy())
    odd = read(app, "fr", Story().move(None, START, name="<b>Ailleurs</b>"), policy())
    assert "<b>Ailleurs</b>" in odd
    closed = Story().move("closed", START)
    assert "ne peut pas être escaladée" in read(app, "fr", closed, policy(), "portal_escalate_inner.html")
