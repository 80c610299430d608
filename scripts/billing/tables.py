"""Turns a bill into plain tables, the same for every format: names instead of ids, hours instead of seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from automation_rules.corrections import Correction
from automation_rules.statement import Line, Total
from automation_rules.titles import one_line
from connect_app.operations.bill_month import MonthBill
from scripts.billing.words import hours, instant_words, remark_words, words

Cell = str | float | int


@dataclass(frozen=True)
class Table:
    """One table with its heading; `total` is the last row, apart."""

    name: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Bill:
    """A bill in words; `tables` that would be empty are left out, the details apart."""

    month: MonthBill
    words: Mapping[str, str]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in reading order."""
        statement = self.month.statement
        details = self._lines()
        others = (
            self._requests(),
            self._customers(),
            self._consultants(),
            self._accounts(),
            self._versions(),
            self._corrections("corrections", statement.corrections),
            self._corrections("since", self.month.since_export),
            Table("remarks", self.words["remarks"], self._columns(["remarks"]), self._remarks()),
        )
        return (details, self._sums(), *(table for table in others if table.rows))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the bill leaves out or doubts, in sentences."""
        statement = self.month.statement
        told = (remark_words(remark, statement.time_zone, self.month.locale) for remark in statement.remarks)
        return tuple(map(one_line, told))

    def shares(self) -> tuple[Total, ...]:
        """What the picture shows: hours per customer, by its name."""
        totals = self.month.statement.by_customer()
        return tuple(
            Total(
                name=self._customer(total.name),
                billed_seconds=total.billed_seconds,
                internal_seconds=total.internal_seconds,
            )
            for total in totals
        )

    def _lines(self) -> Table:
        names = ("customer", "request", "summary", "type", "consultant", "kind", "worked", "billed", "internal")
        statement = self.month.statement
        rows = tuple(self._line(line) for line in self._ordered())
        sums = (statement.worked_seconds, statement.billed_seconds, statement.internal_seconds)
        total: tuple[Cell, ...] = (self.words["total"], "", "", "", "", "", *(hours(seconds) for seconds in sums))
        return Table("lines", self.words["lines"], self._columns(names), rows, total)

    def _line(self, line: Line) -> tuple[Cell, ...]:
        worked = line.seconds if line.consultant is not None else 0
        return (
            self._customer(line.customer),
            line.request_key,
            one_line(line.summary),
            self.month.type_names.get(line.request_type, line.request_type),
            self._consultant(line.consultant),
            self.words[line.kind],
            hours(worked),
            hours(line.billed_seconds),
            hours(line.internal_seconds),
        )

    def _sums(self) -> Table:
        statement = self.month.statement
        rows = (
            (self.words["total_worked"], hours(statement.worked_seconds)),
            (self.words["total_month"], hours(statement.billed_seconds)),
            (self.words["put_off"], hours(-sum(c.billed_seconds for c in self.month.since_export))),
            (self.words["total_corrections"], hours(statement.correction_seconds)),
        )
        total = (self.words["to_bill"], hours(self.month.to_bill_seconds))
        return Table("total", self.words["total"], (self.words["total"], "h"), rows, total)

    def _customers(self) -> Table:
        """What each customer is asked for: the month as it was billed, and the corrections of earlier months."""
        statement, since = self.month.statement, _by_customer(self.month.since_export)
        totals = {total.name: total for total in statement.by_customer()}
        corrected = _by_customer(statement.corrections)
        rows: list[tuple[Cell, ...]] = []
        for name in sorted({*totals, *corrected, *since}):
            total = totals.get(name) or Total(name=name, billed_seconds=0, internal_seconds=0)
            asked = total.billed_seconds - since.get(name, 0) + corrected.get(name, 0)
            sums = (total.billed_seconds, total.internal_seconds, -since.get(name, 0), corrected.get(name, 0), asked)
            rows.append((self._customer(name), *map(hours, sums)))
        columns = self._columns(("customer", "billed", "internal", "later", "corrected", "asked"))
        return Table("by_customer", self.words["by_customer"], columns, tuple(rows))

    def _consultants(self) -> Table:
        rows = tuple(
            (self._consultant(t.name), hours(t.billed_seconds), hours(t.internal_seconds))
            for t in self.month.statement.by_consultant()
        )
        columns = self._columns(("consultant", "billed", "internal"))
        return Table("by_consultant", self.words["by_consultant"], columns, rows)

    def _requests(self) -> Table:
        """Totals per request, in the order of the details."""
        totals = {total.name: total for total in self.month.statement.by_request()}
        ordered = dict.fromkeys((line.request_key, line.summary, line.customer) for line in self._ordered())
        rows = tuple(
            (key, one_line(summary), self._customer(customer), hours(t.billed_seconds), hours(t.internal_seconds))
            for key, summary, customer in ordered
            if (t := totals[key])
        )
        columns = self._columns(("request", "summary", "customer", "billed", "internal"))
        return Table("by_request", self.words["by_request"], columns, rows)

    def _ordered(self) -> list[Line]:
        return sorted(self.month.statement.lines, key=lambda line: line.customer.casefold())

    def _accounts(self) -> Table:
        rows = tuple(
            (a.request_key, hours(a.validated_seconds), hours(a.internal_seconds), hours(a.margin_seconds))
            for a in self.month.statement.accounts
        )
        columns = self._columns(("request", "validated_total", "internal", "margin"))
        return Table("estimates", self.words["estimates"], columns, rows)

    def _versions(self) -> Table:
        rows = tuple(
            (
                account.request_key,
                version.number,
                "" if version.value is None else float(version.value),
                self._instant(version.at),
                ", ".join(map(self._instant, version.validated)),
            )
            for account in self.month.statement.accounts
            for version in account.versions
        )
        columns = self._columns(("request", "version", "amount", "written", "validated"))
        return Table("versions", self.words["versions"], columns, rows)

    def _corrections(self, name: str, corrections: Iterable[Correction]) -> Table:
        names = ("month", "customer", "request", "consultant", "kind", "change", "before", "after", "difference")
        return Table(name, self.words[name], self._columns(names), tuple(map(self._correction, corrections)))

    def _correction(self, correction: Correction) -> tuple[Cell, ...]:
        position = correction.position
        before, after = correction.before, correction.after
        return (
            position.month,
            self._customer(position.customer),
            position.request_key,
            self._consultant(position.consultant),
            self.words[position.kind],
            self.words[correction.change],
            hours(before.billed_seconds) if before else 0.0,
            hours(after.billed_seconds) if after else 0.0,
            hours(correction.billed_seconds),
        )

    def _remarks(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple((remark,) for remark in self.remarks)

    def _columns(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.words[name] for name in names)

    def _instant(self, at: datetime) -> str:
        return instant_words(at, self.month.statement.time_zone, self.month.locale)

    def _customer(self, name: str) -> str:
        return one_line(name) or self.words["no_customer"]

    def _consultant(self, account_id: str | None) -> str:
        if account_id is None:
            return ""
        return one_line(self.month.names.get(account_id) or account_id) or self.words["unknown"]


def _by_customer(corrections: Iterable[Correction]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for correction in corrections:
        name = correction.position.customer
        sums[name] = sums.get(name, 0) + correction.billed_seconds
    return sums


def as_bill(month: MonthBill) -> Bill:
    """A month's bill in the language of its project."""
    return Bill(month, words(month.locale))
