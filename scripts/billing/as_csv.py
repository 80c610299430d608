"""Writes a bill as CSV: its tables one below the other, with a blank line and a heading between them."""

from __future__ import annotations

import csv
import io

from scripts.billing.inert import inert
from scripts.billing.tables import Bill, Cell

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel reads accents wrong."""


def as_csv(bill: Bill) -> bytes:
    """The details first; semicolons and decimal commas in French, as French spreadsheets want them."""
    french = bill.month.locale.lower().startswith("fr")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if french else ",")
    for index, table in enumerate(bill.tables):
        if index:
            writer.writerow([])
            writer.writerow([inert(table.heading)])
        writer.writerow(map(inert, table.columns))
        for row in (*table.rows, *([table.total] if table.total else [])):
            writer.writerow([_written(cell, french=french) for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode("utf-8")


def _written(cell: Cell, *, french: bool) -> str:
    if isinstance(cell, str):
        return inert(cell)
    text = f"{cell:g}" if isinstance(cell, int) else f"{cell:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if french else text
