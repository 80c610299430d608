"""Writes a bill as one page that needs nothing else: tables, and a picture of the hours per customer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from automation_rules.titles import shortened
from scripts.billing.tables import Bill, Cell
from scripts.billing.words import hours, instant_words, month_words, number_words

WIDTH, ROW = 640, 44
LONGEST_NAME = 60


@dataclass(frozen=True)
class Bar:
    """One customer's hours in the picture, in its units."""

    name: str
    y: int
    billed_width: float
    internal_width: float
    told: str


def as_html(bill: Bill) -> bytes:
    """Every value is escaped; the picture has a text of its own, and the tables hold the same numbers."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    month, statement = bill.month, bill.month.statement
    environment.filters["shown"] = partial(_shown, locale=month.locale)
    exported = instant_words(month.exported_at, statement.time_zone, month.locale) if month.exported_at else None
    page = environment.get_template("bill.html").render(
        bill=bill,
        month=month,
        words=bill.words,
        language="en" if month.locale.lower().startswith("en") else "fr",
        month_words=month_words(statement.month, month.locale),
        exported=exported,
        bars=_bars(bill),
        width=WIDTH,
        row=ROW,
    )
    return page.encode("utf-8")


def _bars(bill: Bill) -> tuple[Bar, ...]:
    """A bar per customer; what is less than nothing (an estimate validated again, lower) has no length."""
    shares = bill.shares()
    longest = max((max(s.billed_seconds, 0) + max(s.internal_seconds, 0) for s in shares), default=0) or 1
    return tuple(
        Bar(
            name=shortened(share.name, LONGEST_NAME),
            y=index * ROW,
            billed_width=round(max(share.billed_seconds, 0) / longest * WIDTH, 1),
            internal_width=round(max(share.internal_seconds, 0) / longest * WIDTH, 1),
            told=" + ".join(
                f"{number_words(hours(seconds), bill.month.locale)} h"
                for seconds in (share.billed_seconds, share.internal_seconds)
            ),
        )
        for index, share in enumerate(shares)
    )


def _shown(cell: Cell, locale: str) -> str:
    return number_words(cell, locale) if isinstance(cell, float) else str(cell)
