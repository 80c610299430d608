"""Writes a bill as CSV: its tables one below the other, with a blank line and a heading between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connect_app.operations.write_sheet import write_sheet
from scripts.billing.tables import Bill, Cell


def as_csv(bill: Bill) -> bytes:
    """The details first, in the language of the project."""
    return write_sheet(_rows(bill), "fr" if bill.month.locale.lower().startswith("fr") else "en")


def _rows(bill: Bill) -> Iterator[Sequence[Cell]]:
    for index, table in enumerate(bill.tables):
        if index:
            yield ()
            yield (table.heading,)
        yield table.columns
        yield from table.rows
        if table.total:
            yield table.total
