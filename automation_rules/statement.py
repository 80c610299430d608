"""Puts a month's positions into a statement: lines, totals, estimates against time, corrections of earlier months."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from automation_rules.billing import Account, Billed, Kind, Position
from automation_rules.billing_remarks import ANY_MONTH, Remark
from automation_rules.corrections import Correction


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one consultant did on one request in the month, or what its estimate bills; of one kind."""

    request_key: str
    summary: str
    request_type: str
    customer: str
    consultant: str | None
    kind: Kind
    seconds: int

    @property
    def billed_seconds(self) -> int:
        """What of it the customer pays for."""
        return self.seconds if self.kind.billed else 0

    @property
    def internal_seconds(self) -> int:
        """What of it is told for the team."""
        return 0 if self.kind.billed else self.seconds


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum of lines under one name."""

    name: str
    billed_seconds: int
    internal_seconds: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One month of one project."""

    month: str
    time_zone: str
    positions: tuple[Position, ...]
    lines: tuple[Line, ...]
    accounts: tuple[Account, ...]
    corrections: tuple[Correction, ...]
    remarks: tuple[Remark, ...]

    @property
    def billed_seconds(self) -> int:
        """What the month bills, corrections apart."""
        return sum(line.billed_seconds for line in self.lines)

    @property
    def internal_seconds(self) -> int:
        """The time told beside it."""
        return sum(line.internal_seconds for line in self.lines)

    @property
    def worked_seconds(self) -> int:
        """All time of all consultants in the month, billed or not."""
        return sum(line.seconds for line in self.lines if line.kind is not Kind.ESTIMATE)

    @property
    def correction_seconds(self) -> int:
        """What corrections add to what was billed, or take off it."""
        return sum(correction.billed_seconds for correction in self.corrections)

    def by_customer(self) -> tuple[Total, ...]:
        """Totals per organisation, by name."""
        return _totals(self.lines, lambda line: line.customer)

    def by_consultant(self) -> tuple[Total, ...]:
        """Totals per account id; an estimate is nobody's."""
        return _totals((x for x in self.lines if x.consultant is not None), lambda line: line.consultant or "")

    def by_request(self) -> tuple[Total, ...]:
        """Totals per request."""
        return _totals(self.lines, lambda line: line.request_key)


def statement(
    month: str, time_zone: str, billed: Iterable[Billed], corrections: tuple[Correction, ...] = ()
) -> Statement:
    """The statement of one month; requests with nothing in it are left out."""
    requests = sorted(billed, key=lambda b: (b.issue.project_key, int(b.issue.number), b.issue.id))
    positions = tuple(p for request in requests for p in request.positions if p.month == month)
    concerned = {p.request_id for p in positions}
    accounts = (request.account(month) for request in requests if request.issue.id in concerned)
    return Statement(
        month=month,
        time_zone=time_zone,
        positions=positions,
        lines=_lines(positions, {request.issue.id: request.issue.summary for request in requests}),
        accounts=tuple(account for account in accounts if account is not None),
        corrections=corrections,
        remarks=tuple(
            dict.fromkeys(
                remark
                for request in requests
                for remark in request.remarks
                if remark.month == month or (remark.month == ANY_MONTH and request.issue.id in concerned)
            )
        ),
    )


def _lines(positions: Iterable[Position], summaries: dict[str, str]) -> tuple[Line, ...]:
    sums: dict[tuple[str, str, str, str, str | None, Kind], int] = {}
    for p in positions:
        group = (p.request_id, p.request_key, p.request_type, p.customer, p.consultant, p.kind)
        sums[group] = sums.get(group, 0) + p.seconds
    return tuple(
        Line(
            request_key=key,
            summary=summaries.get(request_id, ""),
            request_type=request_type,
            customer=customer,
            consultant=consultant,
            kind=kind,
            seconds=seconds,
        )
        for (request_id, key, request_type, customer, consultant, kind), seconds in sums.items()
    )


def _totals(lines: Iterable[Line], name: Callable[[Line], str]) -> tuple[Total, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        billed, internal = sums.get(name(line), (0, 0))
        sums[name(line)] = (billed + line.billed_seconds, internal + line.internal_seconds)
    return tuple(Total(name=n, billed_seconds=b, internal_seconds=i) for n, (b, i) in sorted(sums.items()))
