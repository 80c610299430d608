"""The words: same in both languages, customers' words only ever data, errors found when the texts are read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automation_rules import messages
from workflows.document import DocumentError

FR = "kind: messages\nlocale: fr\nmessages:\n  hello: {text: 'Bonjour {key}'}\n"
EN = "kind: messages\nlocale: en\nmessages:\n  hello: {text: 'Hello {key}'}\n"


def written(folder: Path, fr: str = FR, en: str = EN) -> Path:
    (folder / "fr.yaml").write_text(fr, encoding="utf-8")
    (folder / "en.yaml").write_text(en, encoding="utf-8")
    return folder


def test_both_languages_have_the_same_messages_and_placeholders() -> None:
    texts = messages.load(Path(messages.__file__).parent)
    assert set(texts["fr"]) == set(texts["en"])
    for name in texts["fr"]:
        assert messages.placeholders(texts["fr"][name].text) == messages.placeholders(texts["en"][name].text)
        assert texts["fr"][name].ending == texts["en"][name].ending


@pytest.mark.parametrize(
    ("fr", "en", "line", "problem"),
    [
        (FR.replace("{key}", "{kye}"), EN, "fr.yaml:4", 'unknown placeholder "kye" (did you mean "key"?)'),
        (FR, EN.replace("{key}", "you"), "en.yaml:4", "asks for other values"),
        (FR, EN.replace("{key}'", "{key}', ending: how-to-reopen"), "en.yaml:4", "ends otherwise"),
        (FR, EN.replace("hello", "hallo"), "en.yaml:4", 'unknown message "hallo" (did you mean "hello"?)'),
        (FR, EN.replace("hello", "hallo"), "en.yaml:3", 'the message "hello" is not translated'),
        (FR.replace("{key}", "{key.__class__}"), EN, "fr.yaml:4", "not part of a plain placeholder"),
        (FR.replace("{key}", "{key!r}"), EN, "fr.yaml:4", "not part of a plain placeholder"),
        (FR.replace("{key}", "{key:>10}"), EN, "fr.yaml:4", "not part of a plain placeholder"),
        (FR.replace("{key}", "{"), EN, "fr.yaml:4", "not part of a plain placeholder"),
        (FR.replace("hello:", "Hello:"), EN, "fr.yaml:4", "Hello"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, fr: str, en: str, line: str, problem: str) -> None:
    with pytest.raises(DocumentError) as error:
        messages.load(written(tmp_path, fr, en))
    assert any(line in one and problem in one for one in str(error.value).splitlines()), str(error.value)


def test_a_value_is_data_whatever_it_holds() -> None:
    hostile = "{rule} {0.__class__} %s $x {{"
    text = messages.render("escalation-note", "fr", reason=hostile, key="K", number="1", summary="", status="")
    assert hostile in text


def test_a_missing_value_is_an_error_not_a_hole() -> None:
    with pytest.raises(ValueError, match="lacks key"):
        messages.render("now-closed", "fr")
    with pytest.raises(KeyError):
        messages.render("no-such-message", "fr")


@pytest.mark.promise("C18", "C25", "C27")
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_public_comment_says_how_to_answer_or_reopen_and_by_which_rule(locale: str) -> None:
    given = dict.fromkeys(messages.PLACEHOLDERS | messages.PARAMETERS, "x")
    footer = {"fr": "~— Relance, règle a-rule~", "en": "~— Relance, rule a-rule~"}[locale]
    for name in messages.uses():
        text = messages.public(name, locale, "a-rule", **{**given, "rule": "x"})
        assert text.endswith(footer)
        assert re.search("répond|rouv" if locale == "fr" else "answer|reopen", text.rsplit("\n\n", 2)[1])


def test_quoted_words_keep_no_markup_and_one_line() -> None:
    assert messages.quoted("**a**\n\n- [b](http://c) ~d~") == (
        "*\u2060*\u2060a*\u2060*\u2060 - [\u2060b]\u2060(http://c) ~\u2060d~\u2060"
    )


@pytest.mark.parametrize(("locale", "language"), [("fr", "fr"), ("fr_BE", "fr"), ("en-GB", "en"), ("nl", "fr")])
def test_a_locale_we_lack_reads_french(locale: str, language: str) -> None:
    assert messages.language(locale) == language


@pytest.mark.promise("A6")
def test_months_and_dates_are_those_of_the_place_in_its_language() -> None:
    at = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert messages.month_name(at, "fr", "Europe/Paris") == "Février"
    assert messages.month_name(at, "en", "UTC") == "January"
    assert messages.day(at, "fr", "Europe/Paris") == "1 février 2027"
    assert messages.day(at, "en", "Europe/Paris") == "February 1, 2027"


def test_lengths_are_singular_for_one_only() -> None:
    assert messages.length(1, "bd", "fr") == "1 jour ouvré"
    assert messages.length(3, "bd", "fr") == "3 jours ouvrés"
    assert messages.length(48, "h", "en") == "48 hours"


def test_in_french_no_line_begins_with_a_sign_of_the_word_before_and_customers_words_stay() -> None:
    values = {"key": "SUP-1", "summary": "Ça marche ? « oui »", "number": "1"}
    text = messages.render("team-reopened", "fr", **values)
    assert text.startswith("Le client a rouvert la demande SUP-1, «\u00a0Ça marche ? « oui »\u00a0»\u00a0:")
    assert "\u00a0" not in messages.render("team-reopened", "en", **values)
    assert (messages.named("Tiers", "fr"), messages.named("Third party", "en")) == (
        "«\u00a0Tiers\u00a0»",
        "“Third party”",
    )
