"""Every sentence of our pages is translated once, and nothing is translated that no page says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, render_template_string

from connect_app.web import words
from connect_app.web.words import CATALOGUES, LANGUAGES, catalogue, set_zone, speak

PAGES = Path(words.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]


def used() -> Iterator[tuple[Any, str]]:
    options = {"**/templates/**.html": {"silent": "false"}}
    for file, line, message, _comments, _context in extract_from_dir(PAGES, METHODS, options):
        yield message, f"{file}:{line}"


def translated(language: str) -> dict[Any, Path]:
    found: dict[Any, Path] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            read = read_po(file, locale=language)
        for message in read:
            if message.id:
                assert message.id not in found, f"{message.id!r} is in {path.name} and {found[message.id].name}"
                assert all(message.string or [""]), f"{path.name}: {message.id!r} has no translation"
                assert not list(message.check()), f"{path.name}: {message.id!r}"
                found[message.id] = path
    return found


def test_every_sentence_of_the_pages_has_its_french_and_nothing_is_left_over() -> None:
    needed = dict(used())
    known = translated("fr")
    assert {str(m): where for m, where in needed.items() if m not in known} == {}
    assert {str(m): p.name for m, p in known.items() if m not in needed} == {}


def test_the_folders_are_the_languages_we_speak() -> None:
    assert {path.name for path in CATALOGUES.iterdir() if path.is_dir()} | {"en"} == set(LANGUAGES)
    assert catalogue("en").ugettext("anything") == "anything"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    speak(app)
    return app


@pytest.mark.parametrize(
    ("language", "template", "shown"),
    [
        ("fr", "{{ '2026-11-24T08:00:00+00:00'|moment }}", "mar. 24 nov. 2026 09:00"),
        ("en", "{{ '2026-11-24T08:00:00+00:00'|moment }}", "Tue 24 Nov 2026 09:00"),
        ("fr", "{{ '2026-11-24T23:30:00+00:00'|day }}", "mer. 25 nov. 2026"),
        ("fr", "{{ '2026-11-24'|day }}", "mar. 24 nov. 2026"),
        ("fr", "{{ 93784|duration }}", "1 j 2 h"),
        ("fr", "{{ 86459|duration }}", "1 j"),
        ("fr", "{{ 59|duration }}", "0 min"),
        ("en", "{{ 7260|duration }}", "2 hr 1 min"),
        ("fr", "{{ -3600|duration }}", "−1 h"),
        ("de", "{{ 60|duration }}", "1 min"),
    ],
)
def test_instants_and_lengths_are_told_in_the_readers_language_and_the_sites_zone(
    app: Flask, language: str, template: str, shown: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        set_zone("Europe/Paris")
        assert render_template_string(template).replace("\u202f", " ").replace("\xa0", " ") == shown


def test_what_fills_a_sentence_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        text = render_template_string("{{ _('Hello %(name)s', name=name) }}", name="<script>")
    assert text == "Hello &lt;script&gt;"
