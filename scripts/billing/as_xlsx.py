"""Writes a bill as a workbook: one sheet per table, and a chart of the hours per customer."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

import xlsxwriter

from connect_app.operations.write_sheet import dangerous
from scripts.billing.tables import Bill, Cell, Table

LONGEST_SHEET_NAME = 31
NOTHING_IS_GUESSED = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def as_xlsx(bill: Bill) -> bytes:
    """Text is written as text: what could be a formula is marked so that it stays text when somebody edits it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, NOTHING_IS_GUESSED) as book:
        made_at = bill.month.made_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": f"{bill.words['title']} {bill.month.statement.month}", "created": made_at})
        formats = _Formats(book)
        for table in bill.tables:
            sheet = book.add_worksheet(table.heading[:LONGEST_SHEET_NAME])
            formats.write(sheet, table)
            if table.name == "by_customer":
                sheet.insert_chart(1, len(table.columns) + 1, _chart(book, bill, sheet.get_name(), len(table.rows)))
    return out.getvalue()


class _Formats:
    """The few ways a cell looks."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.number = book.add_format({"num_format": "0.00"})
        self.total = book.add_format({"bold": True, "top": 1, "num_format": "0.00"})
        self.text = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})

    def write(self, sheet: Any, table: Table) -> None:
        for column, title in enumerate(table.columns):
            sheet.write_string(0, column, title, self.head)
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                self._cell(sheet, number, column, cell)
        for column, cell in enumerate(table.total):
            write = sheet.write_string if isinstance(cell, str) else sheet.write_number
            write(len(table.rows) + 1, column, cell, self.total)
        sheet.freeze_panes(1, 0)
        sheet.autofit()

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.quoted if dangerous(cell) else self.text)
        else:
            sheet.write_number(row, column, cell, self.number if isinstance(cell, float) else None)


def _chart(book: Any, bill: Bill, sheet: str, rows: int) -> Any:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column in (1, 2):
        chart.add_series(
            {
                "name": [sheet, 0, column],
                "categories": [sheet, 1, 0, rows, 0],
                "values": [sheet, 1, column, rows, column],
            }
        )
    chart.set_title({"name": bill.words["by_customer"]})
    chart.set_y_axis({"reverse": True})
    return chart
