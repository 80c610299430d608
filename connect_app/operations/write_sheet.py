"""Writes rows as CSV that spreadsheets of the reader's language open as they are, and cannot run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel reads accents wrong."""

STARTS_A_FORMULA = frozenset("=+-@＝＋－＠\t\r\n|%")
"""What makes a spreadsheet read a cell as a formula, in any width, or as a command (OWASP, CSV injection)."""


def write_sheet(rows: Iterable[Sequence[Cell]], language: str) -> bytes:
    """The rows as UTF-8; semicolons and decimal commas in French, as French spreadsheets want them."""
    french = language.lower().startswith("fr")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if french else ",")
    for row in rows:
        writer.writerow([_written(cell, french=french) for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode("utf-8")


def dangerous(text: str) -> bool:
    """Whether a sheet could read the text as a formula, blanks before it or not."""
    return text[:1] in STARTS_A_FORMULA or text.lstrip()[:1] in STARTS_A_FORMULA if text else False


def inert(text: str) -> str:
    """The text, with an apostrophe before it when a sheet could run it."""
    return f"'{text}" if dangerous(text) else text


def _written(cell: Cell, *, french: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return inert(cell)
    text = f"{cell}" if isinstance(cell, int) else f"{cell:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if french else text
