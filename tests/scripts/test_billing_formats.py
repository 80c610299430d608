"""A bill as a sheet and as a page: the numbers are the statement's, and nobody's words are run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl  # type: ignore[import-untyped] # it has no types; the tests alone use it
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.billing import Kind, Position
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.corrections import corrections
from automation_rules.statement import Line, Statement
from connect_app.operations.bill_month import MonthBill
from connect_app.operations.write_sheet import inert
from scripts.bill import main
from scripts.billing.as_csv import as_csv
from scripts.billing.as_html import as_html
from scripts.billing.as_xlsx import as_xlsx
from scripts.billing.tables import as_bill
from scripts.billing.words import remark_words

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ATTACKS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "＝1",
    '=cmd|" /C calc"!A0',
    "<script>alert(1)</script>",
    "a;b\n=1",
)
LINE = Line(
    request_key="SUP-1", summary="Accès", request_type="incident", customer="Acmé", consultant="anna",
    kind=Kind.TIME, seconds=5400,
)  # fmt: skip


REMARKS = (
    Remark(what=Doubt.NOT_AN_AMOUNT, key="SUP-1", name="=1 {month}"),
    Remark(what=Doubt.OTHER_MONTH, key="SUP-2", month="2026-11", subtask="SUP-3", subtask_month="2026-10"),
)


def month(*lines: Line, locale: str = "fr", names: dict[str, str] | None = None) -> MonthBill:
    before = Position(
        source="worklog/1", month="2026-10", request_id="1", request_key="SUP-1", request_type="incident",
        customer="Acmé", kind=Kind.TIME, consultant="anna", seconds=3600,
    )  # fmt: skip
    made = Statement(
        month="2026-11",
        time_zone="Europe/Paris",
        positions=(),
        lines=lines,
        accounts=(),
        corrections=corrections([before], [replace(before, seconds=1800)]),
        remarks=REMARKS,
    )
    return MonthBill(
        project_key="SUP",
        site_url="https://acme.atlassian.net",
        locale=locale,
        made_at=NOON,
        statement=made,
        names={"anna": "Anna Weiß"} if names is None else names,
        type_names={"incident": "Incident applicatif"},
        exported_at=NOON,
    )


def rows(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def workbook(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist()}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_french_sheets_have_semicolons_and_decimal_commas() -> None:
    written = rows(as_csv(as_bill(month(LINE))), ";")
    assert written[0][:3] == ["Client", "Demande", "Intitulé"]
    assert written[1] == ["Acmé", "SUP-1", "Accès", "Incident applicatif", "Anna Weiß", "temps", "1,5", "1,5", "0"]
    assert written[2][0] == "Total"
    assert ["Corrections des mois précédents", "-0,5"] in written
    assert ["À facturer", "1"] in written
    assert rows(as_csv(as_bill(month(LINE, locale="en"))), ",")[1][6] == "1.5"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_word_of_a_customer_becomes_a_formula_or_markup(attack: str) -> None:
    evil = replace(LINE, summary=attack, customer=attack, consultant="x")
    made = as_bill(month(evil, LINE, names={"x": attack, "anna": "Anna"}))
    for row in rows(as_csv(made), ";"):
        for cell in row:
            assert cell.lstrip()[:1] not in set("=+@＝") or cell == "", cell
            assert not cell.startswith("-") or re.fullmatch(r"-[0-9,]+", cell), cell
    parts = workbook(as_xlsx(made))
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert all("<f>" not in sheet and "hyperlink" not in sheet for sheet in sheets)
    page = Tags()
    page.feed(as_html(made).decode("utf-8"))
    assert "script" not in page.names
    assert " ".join(attack.split()) in " ".join(" ".join(page.text).split())


@pytest.mark.promise("A16", "A47")
def test_an_independent_reader_finds_the_same_numbers_and_words_in_the_workbook() -> None:
    estimate = replace(LINE, customer="Bêta", consultant=None, kind=Kind.ESTIMATE, seconds=27_000, summary="=1+1")
    made = as_bill(month(estimate, LINE))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(made)))
    assert book.sheetnames == [table.heading[:31] for table in made.tables]
    for sheet, table in zip(book.worksheets, made.tables, strict=True):
        told = [tuple("" if cell is None else cell for cell in row) for row in sheet.iter_rows(values_only=True)]
        assert told == [table.columns, *table.rows, *([table.total] if table.total else [])]
        assert all(cell.data_type in {"s", "n"} for row in sheet.iter_rows() for cell in row), "nothing is a formula"
    (chart,) = book["Par client"]._charts  # noqa: SLF001 -- the reader has no other name for what it read
    sources = [(series.val.numRef.f, series.cat.strRef.f) for series in chart.series]
    assert sources == [
        ("'Par client'!$B$2:$B$3", "'Par client'!$A$2:$A$3"),
        ("'Par client'!$C$2:$C$3", "'Par client'!$A$2:$A$3"),
    ]


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited() -> None:
    parts = workbook(as_xlsx(as_bill(month(replace(LINE, summary="=1+1")))))
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]
    assert "<t>=1+1</t>" in parts["xl/sharedStrings.xml"]
    assert any(name.startswith("xl/charts/") for name in parts)


@given(st.text(max_size=30))
def test_whatever_the_text_a_cell_starts_harmlessly_and_loses_nothing(text: str) -> None:
    made = inert(text)
    assert made.removeprefix("'") == text.removeprefix("'") or made == text
    assert not made.lstrip().startswith(("=", "+", "-", "@"))


def test_the_picture_says_in_words_what_it_shows() -> None:
    credit = replace(LINE, customer="Zeta", consultant=None, kind=Kind.ESTIMATE, seconds=-3600)
    page = as_html(as_bill(month(LINE, credit))).decode("utf-8")
    assert '<svg role="img" aria-labelledby="picture-title picture-text"' in page
    assert '<desc id="picture-text">Acmé: 1,50 h + 0,00 h. Zeta: -1,00 h + 0,00 h. </desc>' in page
    assert not re.search(r'width="-', page)
    assert "novembre 2026" in page
    assert '<html lang="fr">' in page


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("what", list(Doubt))
def test_every_remark_has_words_in_both_languages(locale: str, what: Doubt) -> None:
    remark = Remark(
        what=what, key="SUP-1", month="2026-11", minutes=90, name="{at}", subtask="SUP-2", subtask_month="2026-10",
        at=NOON,
    )  # fmt: skip
    told = remark_words(remark, "Europe/Paris", locale)
    assert told.startswith("SUP-1 : " if locale == "fr" else "SUP-1: ")
    assert not re.search(r"\{(?!at\})", told), "what others wrote is never a format"


def test_a_french_bill_is_french_to_its_remarks() -> None:
    made = as_bill(month(LINE))
    assert made.remarks == (
        "SUP-1 : le chiffrage « =1 {month} » n'est pas un montant, il n'est pas facturé",
        "SUP-2 : du temps de novembre 2026 est saisi sur SUP-3, tâche du mois : octobre 2026",
    )
    assert as_bill(month(LINE, locale="en")).remarks[1].startswith("SUP-2: time of November 2026 is logged on SUP-3")


def test_a_bill_nobody_could_write_is_refused_before_the_month_counts_as_billed(tmp_path: Path) -> None:
    arguments = ["--project", "SUP", "--month", "2026-10", "--output", str(tmp_path / "none" / "bill.csv")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "there is no folder" in result.output


def test_the_sums_add_up_for_who_reads_them() -> None:
    made = replace(month(LINE), since_export=month(LINE).statement.corrections)
    told = rows(as_csv(as_bill(made)), ";")
    begin = told.index(["Total", "h"])
    sums = [float(row[1].replace(",", ".")) for row in told[begin + 2 : begin + 6]]
    assert told[begin + 5][0] == "À facturer"
    assert (sums, sum(sums[:3])) == ([1.5, 0.5, -0.5, 1.5], sums[3])
    customers = next(table for table in as_bill(made).tables if table.name == "by_customer")
    assert customers.rows == (("Acmé", 1.5, 0.0, 0.5, -0.5, 1.5),)


def test_a_customer_who_only_has_corrections_is_asked_for_them() -> None:
    customers = next(
        table for table in as_bill(month(replace(LINE, customer=""))).tables if table.name == "by_customer"
    )
    assert customers.rows == (("(sans organisation)", 1.5, 0.0, 0.0, 0.0, 1.5), ("Acmé", 0.0, 0.0, 0.0, -0.5, -0.5))


def test_an_empty_month_is_written_too() -> None:
    empty = as_bill(month())
    assert all(write(empty) for write in (as_csv, as_xlsx, as_html))
