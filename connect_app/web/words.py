"""The words of our pages: English in the code, French from the catalogues; dates and lengths as the reader has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from babel.units import format_unit
from flask import Flask, g, has_request_context, request

LANGUAGES = ("fr", "en")
"""French first: it is what people read when their browser asks for neither."""

CATALOGUES = Path(__file__).parent / "translations"
"""One folder per language, one catalogue per page."""

_PARTS = ((86_400, "duration-day"), (3_600, "duration-hour"), (60, "duration-minute"))


def speak(app: Flask) -> None:
    """Teaches an application's templates the words and the filters."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    app.jinja_env.filters.update(moment=moment, day=day, duration=duration)


def reader_language() -> str:
    """The language of whoever reads the present page: the first of ours that the browser or the page asks for."""
    if not has_request_context():
        return LANGUAGES[0]
    return request.accept_languages.best_match(list(LANGUAGES)) or LANGUAGES[0]


def set_zone(name: str | None) -> None:
    """Says in which time zone the present page tells its instants; UTC where none is known."""
    g.relance_zone = ZoneInfo(name or "UTC")


def gettext(message: str, /) -> str:
    """The message in the reader's language; `%(name)s` in it is filled by whoever shows it."""
    return catalogue(reader_language()).ugettext(message)


def ngettext(singular: str, plural: str, count: int, /) -> str:
    """The message for that many, in the reader's language."""
    return catalogue(reader_language()).ungettext(singular, plural, count)


def moment(instant: datetime | str) -> str:
    """`mar. 24 nov. 2026 09:00`: an instant (aware, or ISO 8601) in the page's zone and the reader's language."""
    return format_datetime(_instant(instant), "EEE d MMM y HH:mm", tzinfo=_zone(), locale=reader_language())


def day(when: date | datetime | str) -> str:
    """`mar. 24 nov. 2026`: a date as it is, an instant as the day it falls on in the page's zone."""
    if isinstance(when, str):
        when = _instant(when) if "T" in when else date.fromisoformat(when)
    if isinstance(when, datetime):
        when = when.astimezone(_zone()).date()
    return format_date(when, "EEE d MMM y", locale=reader_language())


def duration(seconds: float) -> str:
    """`1 j 2 h`, `45 min`: a length of time by its two greatest units, cut off, never rounded up."""
    left, told = abs(int(seconds)), list[str]()
    for size, unit in _PARTS:
        count, left = divmod(left, size)
        if count or told:
            told.append(format_unit(count, unit, "short", locale=reader_language()) if count else "")
        if len(told) == 2:
            break
    words = " ".join(word for word in told if word) or format_unit(0, _PARTS[-1][1], "short", locale=reader_language())
    return f"−{words}" if seconds <= -60 else words


@cache
def catalogue(language: str) -> NullTranslations:
    """Every page's catalogue of one language as one; English needs none. Raises `ValueError` when two disagree."""
    folder = CATALOGUES / language
    if not folder.is_dir():
        return NullTranslations()
    whole = _merged(language, (_read(path, language) for path in sorted(folder.glob("*.po"))))
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _merged(language: str, catalogues: Iterable[Catalog]) -> Catalog:
    whole = Catalog(locale=Locale.parse(language))
    for part in catalogues:
        for message in part:
            if not message.id:
                continue
            there = whole.get(message.id)
            if there is not None and there.string != message.string:
                raise ValueError(f"{message.id!r} has two translations: {there.string!r} and {message.string!r}")
            whole.add(message.id, message.string, flags=message.flags)
    return whole


def _instant(when: datetime | str) -> datetime:
    return datetime.fromisoformat(when) if isinstance(when, str) else when


def _zone() -> tzinfo:
    zone: tzinfo = g.get("relance_zone") or ZoneInfo("UTC")
    return zone
