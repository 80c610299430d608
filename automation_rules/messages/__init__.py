"""Renders what customers and the team read, in their language; customers' own words are data, never a format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from pydantic import Field, field_validator

from workflows.checks import NOT_TRANSLATED, OTHER_VALUES
from workflows.document import DocumentError, Problem, Source, read
from workflows.model import Document, Id

LOCALES = ("fr", "en")
FOLDER = Path(__file__).parent
"""Where our own texts are."""

COMMON = frozenset({"number", "key"})
TITLE = frozenset({"number", "summary", "month", "year"})
INACTIVITY = COMMON | {"waiting_for", "closing_date", "summary"}
SHARING = COMMON | {"summary"}
NOTIFICATION = COMMON | {"status", "planned_date", "summary"}
GUARD = COMMON | {"missing", "transition", "old_status", "new_status", "level"}
UNBLOCKED = COMMON | {"blockers"}
TRANSFER = COMMON | {"old_level", "new_level"}
ESCALATION = COMMON | {"reason", "summary", "status"}
SLA = COMMON | {"summary", "status", "sla", "percent", "goal", "elapsed", "due", "priority"}
FRAME = frozenset({"rule"})
PORTAL = COMMON | {"customer", "transition"}
PLACEHOLDERS = TITLE | INACTIVITY | NOTIFICATION | GUARD | TRANSFER | UNBLOCKED | ESCALATION | SLA | FRAME | PORTAL
"""Every value a message may ask for; a policy's text parameters come on top."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PARAMETERS = frozenset({"phone_numbers", "brand", "help_creating", "help_answering"})
"""The text parameters of our policies, with `_` for `-`."""

_LENGTHS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "m": ("minute", "minutes"),
        "h": ("heure", "heures"),
        "bh": ("heure ouvrée", "heures ouvrées"),
        "d": ("jour", "jours"),
        "bd": ("jour ouvré", "jours ouvrés"),
    },
    "en": {
        "m": ("minute", "minutes"),
        "h": ("hour", "hours"),
        "bh": ("business hour", "business hours"),
        "d": ("day", "days"),
        "bd": ("working day", "working days"),
    },
}


class Message(Document):
    """One text; a public one ends with how to answer or how to reopen."""

    text: str = Field(min_length=1)
    ending: Literal["how-to-answer", "how-to-reopen", "how-to-note", "how-to-ask-anew"] | None = None

    @field_validator("text")
    @classmethod
    def _plain(cls, text: str) -> str:
        placeholders(text)
        return text


class MessageDocument(Document):
    """All texts of one language."""

    kind: Literal["messages"]
    locale: Literal["fr", "en"]
    messages: dict[Id, Message]


def load(folder: Path) -> Mapping[str, Mapping[str, Message]]:
    """The texts of each locale; DocumentError for an unknown placeholder, or where the languages differ."""
    sources = {locale: read(folder / f"{locale}.yaml") for locale in LOCALES}
    documents = {locale: source.parse(MessageDocument) for locale, source in sources.items()}
    reference, problems = documents[LOCALES[0]], list[Problem]()
    for locale, document in documents.items():
        source = sources[locale]
        for name, message in document.messages.items():
            problems += _unknown(source, name, message)
            other = reference.messages.get(name)
            if other is None:
                problems.append(source.unknown(("messages", name), "message", name, reference.messages))
            elif (placeholders(other.text), other.ending) != (placeholders(message.text), message.ending):
                text = f'the message "{name}" asks for other values, or ends otherwise, than in {LOCALES[0]}'
                problems.append(source.problem(("messages", name), text, check=OTHER_VALUES))
        missing = [name for name in reference.messages if name not in document.messages]
        problems += [
            source.problem(("messages",), f'the message "{name}" is not translated', check=NOT_TRANSLATED)
            for name in missing
        ]
    if problems:
        raise DocumentError(problems)
    return MappingProxyType({locale: MappingProxyType(document.messages) for locale, document in documents.items()})


def _unknown(source: Source, name: str, message: Message) -> list[Problem]:
    known = PLACEHOLDERS | PARAMETERS
    wanted = placeholders(message.text)
    return [source.unknown(("messages", name, "text"), "placeholder", one, known) for one in sorted(wanted - known)]


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, Mapping[str, Message]]:
    return load(FOLDER)


def uses(folder: Path | None = None) -> Mapping[str, frozenset[str]]:
    """The placeholders of each message of a folder (ours by default), for the cross-check of policies."""
    texts = _ours() if folder is None else load(folder)
    return {name: placeholders(message.text) for name, message in texts[LOCALES[0]].items()}


def text(message: str, locale: str = LOCALES[0]) -> str:
    """A message as written, its placeholders in it; KeyError for an unknown one."""
    return _ours()[language(locale)][message].text


def placeholders(text: str) -> frozenset[str]:
    """The names a text asks for; ValueError for a brace that is no `{name}`: no attribute, index, format, escape."""
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError("a brace is not part of a plain placeholder such as {number}")
    return frozenset(_PLACEHOLDER.findall(text))


def render(message: str, locale: str, /, **values: str) -> str:
    """One message in one language; KeyError for an unknown message, ValueError for a value not given."""
    text = _typeset(message, language(locale))
    missing = placeholders(text) - set(values)
    if missing:
        raise ValueError(f'the message "{message}" lacks {", ".join(sorted(missing))}')
    # Values are put in one pass, so that a brace in a customer's words is only a brace.
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text).strip()


@lru_cache(maxsize=512)
def _typeset(message: str, of: str) -> str:
    """A template as it is printed: in French no line begins with a sign that belongs to the word before it."""
    text = _ours()[of][message].text
    return re.sub(r" (?=[:;!?»%])|(?<=«) ", "\u00a0", text) if of == "fr" else text


def public(message: str, locale: str, rule: str, /, **values: str) -> str:
    """A public comment: the message, how to answer or reopen, and in small text who speaks, by which rule."""
    ending = _ours()[language(locale)][message].ending or "how-to-answer"
    parts = [render(message, locale, **values), render(ending, locale), render("footer", locale, rule=rule)]
    return "\n\n".join(parts)


def internal(message: str, locale: str, rule: str, /, **values: str) -> str:
    """A comment for the team, with the rule's id in small text."""
    return f"{render(message, locale, **values)}\n\n{render('footer', locale, rule=rule)}"


def language(locale: str) -> str:
    """The language we have for a locale such as `fr_BE` or `en-GB`; French for those we lack."""
    return "en" if locale.casefold().startswith("en") else "fr"


def quoted(words: str) -> str:
    """A customer's words for a comment: on one line, and kept from being read as our markup.

    A word joiner after each mark of the small Markdown (`**`, `~`, `[`) keeps it a plain character.
    """
    return re.sub(r"([*~\[\]])", "\\1\u2060", " ".join(words.split()))


def named(name: str, locale: str) -> str:
    """A name in the quotation marks of the language."""
    return f"“{name}”" if language(locale) == "en" else f"«\u00a0{name}\u00a0»"


def day(at: datetime, locale: str, time_zone: str) -> str:
    """A date in words: `22 novembre 2026`."""
    return format_date(at.astimezone(ZoneInfo(time_zone)).date(), "long", locale=language(locale))


def moment(at: datetime, locale: str, time_zone: str) -> str:
    """A date and a time in words: `22 novembre 2026, 14:30`."""
    return f"{day(at, locale, time_zone)}, {at.astimezone(ZoneInfo(time_zone)):%H:%M}"


def length(count: int, unit: str, locale: str) -> str:
    """A length of time in words: `3 jours ouvrés` for 3 and `bd`; the units are those of durations."""
    singular, plural = _LENGTHS[language(locale)][unit]
    return f"{count} {singular if count == 1 else plural}"


def month_name(at: datetime, locale: str, time_zone: str) -> str:
    """The name of a month as a title writes it: `Janvier` (A6)."""
    name = format_datetime(at, "LLLL", tzinfo=ZoneInfo(time_zone), locale=language(locale))
    return name[:1].upper() + name[1:]
