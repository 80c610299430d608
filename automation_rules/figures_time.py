"""Sums a month's time by customer: worked, billed and internal, in seconds, so that the parts are exactly the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from automation_rules.billing import Kind, customer_of
from automation_rules.billing_month import month_of
from automation_rules.facts import Issue
from automation_rules.statement import Line


@dataclass(frozen=True, kw_only=True)
class CustomerTime:
    """One customer's month; `billed_seconds` and `internal_seconds` are None for a desk that bills nothing."""

    customer: str
    worked_seconds: int
    billed_seconds: int | None = None
    internal_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class MonthTime:
    """One month of a project by customer, as it stands now.

    Where the desk bills, `to_bill_seconds` is what the month asks for, with `correction_seconds` of earlier months in
    it, and `billed_at` when it was billed, None while it is not; elsewhere all three are None. `remarks` are doubts a
    bill tells in full.
    """

    month: str
    customers: tuple[CustomerTime, ...]
    to_bill_seconds: int | None = None
    correction_seconds: int | None = None
    billed_at: datetime | None = None
    remarks: int = 0

    @property
    def worked_seconds(self) -> int:
        """All time of the month."""
        return sum(one.worked_seconds for one in self.customers)

    @property
    def billed_seconds(self) -> int:
        """What of the month the customers pay for."""
        return sum(one.billed_seconds or 0 for one in self.customers)

    @property
    def internal_seconds(self) -> int:
        """What of it is told for the team."""
        return sum(one.internal_seconds or 0 for one in self.customers)


def billed_by_customer(lines: Iterable[Line]) -> tuple[CustomerTime, ...]:
    """The lines of a statement by customer, in the order of their names."""
    sums: dict[str, list[int]] = {}
    for line in lines:
        of_customer = sums.setdefault(line.customer, [0, 0, 0])
        of_customer[0] += 0 if line.kind is Kind.ESTIMATE else line.seconds
        of_customer[1] += line.billed_seconds
        of_customer[2] += line.internal_seconds
    return tuple(
        CustomerTime(customer=name, worked_seconds=worked, billed_seconds=billed, internal_seconds=internal)
        for name, (worked, billed, internal) in _in_order(sums)
    )


def worked_by_customer(requests: Iterable[Issue], month: str, time_zone: str) -> tuple[CustomerTime, ...]:
    """The time on imputation sub-tasks in a month by customer; time on a request itself is no imputation (A8, A21)."""
    sums: dict[str, list[int]] = {}
    for request in requests:
        for worklog in request.worklogs:
            if worklog.issue_key != request.key and month_of(worklog.at, time_zone) == month:
                sums.setdefault(customer_of(request), [0])[0] += worklog.seconds
    return tuple(CustomerTime(customer=name, worked_seconds=worked) for name, (worked,) in _in_order(sums))


def _in_order(sums: Mapping[str, list[int]]) -> list[tuple[str, list[int]]]:
    return sorted(sums.items(), key=lambda item: (item[0].casefold(), item[0]))
