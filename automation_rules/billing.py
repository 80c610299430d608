"""Says what a month bills: facts of requests in, positions out, one per worklog and one per validated estimate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from automation_rules.billing_basis import BillingBasis, EstimateBasis
from automation_rules.billing_month import bounds, month_of
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.conditions import request_types
from automation_rules.estimates import Estimates, EstimateVersion, estimates
from automation_rules.facts import Issue, Worklog
from workflows.graph import folded
from workflows.model import Pack

NO_CUSTOMER = ""
"""The customer of a request that belongs to no organisation."""


class Kind(StrEnum):
    """What a position is: billed time, internal time (told, not billed: A34, A38, A43), or a validated estimate."""

    TIME = "time"
    ANALYSIS = "analysis"
    REALISATION = "realisation"
    ESTIMATE = "estimate"

    @property
    def billed(self) -> bool:
        """Whether the customer pays for it."""
        return self in {Kind.TIME, Kind.ESTIMATE}


@dataclass(frozen=True, kw_only=True)
class Position:
    """One thing one month holds of one request; what an export keeps.

    `source` is `worklog/<id>` or `estimate/<issue id>`, unique within the month; `consultant` an account id, None for
    an estimate; `seconds` may be negative for an estimate that was validated again, lower.
    """

    source: str
    month: str
    request_id: str
    request_key: str
    request_type: str
    customer: str
    kind: Kind
    consultant: str | None
    seconds: int

    @property
    def billed_seconds(self) -> int:
        """What of it the customer pays for."""
        return self.seconds if self.kind.billed else 0


@dataclass(frozen=True, kw_only=True)
class Account:
    """How a request billed on its estimate stands at the end of a month: validated, worked, and the margin between."""

    request_key: str
    versions: tuple[EstimateVersion, ...]
    validated: EstimateVersion | None
    validated_seconds: int
    internal_seconds: int

    @property
    def margin_seconds(self) -> int:
        """What is left of it once the time is taken off, negative when it was not enough (requirements §2 #15)."""
        return self.validated_seconds - self.internal_seconds


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a desk bills: its bases, its zone, and the Jira ids of the pack's fields."""

    pack: Pack
    bases: tuple[BillingBasis, ...]
    time_zone: str
    fields: Mapping[str, str]

    def basis_of(self, issue: Issue) -> tuple[str, BillingBasis] | None:
        """The request type of an issue and what it is billed on; None when it is none of the pack's."""
        names = request_types(self.pack)
        request = names.get(issue.issue_type) or names.get(folded(issue.issue_type))
        found = [basis for basis in self.bases if request is not None and request.id in basis.request_type]
        return (request.id, found[0]) if request is not None and found else None

    def estimates_of(self, issue: Issue, basis: EstimateBasis) -> Estimates:
        """The versions of a request's estimate; a project whose field is unknown has none, and a remark says so."""
        jira_field = self.fields.get(basis.field)
        if jira_field is None:
            remark = Remark(what=Doubt.FIELD_UNKNOWN, key=issue.key, name=basis.field)
            return Estimates(versions=(), remarks=(remark,))
        return estimates(issue, basis, jira_field)


@dataclass(frozen=True, kw_only=True)
class Billed:
    """Everything one request bills or tells, of all months."""

    issue: Issue
    positions: tuple[Position, ...]
    remarks: tuple[Remark, ...]
    terms: Terms
    estimates: Estimates | None = None
    basis: EstimateBasis | None = None

    def account(self, month: str) -> Account | None:
        """The estimate against the time, as they stood at the end of a month; None when it is billed on time."""
        if self.estimates is None or self.basis is None:
            return None
        end = bounds(month, self.terms.time_zone)[1]
        last = self.estimates.validated_before(end)
        return Account(
            request_key=self.issue.key,
            versions=tuple(_as_of(version, end) for version in self.estimates.versions if version.at < end),
            validated=last,
            validated_seconds=self.basis.seconds(last.value or Decimal(0)) if last else 0,
            internal_seconds=sum(p.seconds for p in self.positions if p.kind is not Kind.ESTIMATE and p.month <= month),
        )


def _as_of(version: EstimateVersion, end: datetime) -> EstimateVersion:
    validated = tuple(at for at in version.validated if at < end)
    return EstimateVersion(
        number=version.number, value=version.value, at=version.at, by=version.by, validated=validated
    )


def bill(issue: Issue, terms: Terms) -> Billed:
    """The positions of one request: `issue.worklogs` are those of all its sub-tasks of imputation, and its own.

    Time logged on the request itself is no imputation (A8, A21): it is not billed, and a remark says so.
    """
    told = _on_request(issue, terms)
    imputed = [w for w in issue.worklogs if w.issue_key != issue.key]
    found = terms.basis_of(issue)
    if found is None:
        months = sorted({month_of(w.at, terms.time_zone) for w in imputed})
        told += [Remark(what=Doubt.TYPE_WITHOUT_BASIS, key=issue.key, month=m, name=issue.issue_type) for m in months]
        return Billed(issue=issue, positions=(), remarks=tuple(told), terms=terms)
    request_type, basis = found
    told += _other_months(issue, imputed, terms)
    if len(issue.organizations) > 1:
        told.append(Remark(what=Doubt.SEVERAL_CUSTOMERS, key=issue.key))
    if not isinstance(basis, EstimateBasis):
        positions = tuple(_worked(issue, w, request_type, Kind.TIME, terms) for w in imputed)
        return Billed(issue=issue, positions=positions, remarks=tuple(told), terms=terms)
    versions = terms.estimates_of(issue, basis)
    positions = (
        *(_worked(issue, w, request_type, _phase(w, versions), terms) for w in imputed),
        *_estimated(issue, request_type, basis, versions, terms),
    )
    remarks = (*told, *versions.remarks)
    return Billed(issue=issue, positions=positions, remarks=remarks, terms=terms, estimates=versions, basis=basis)


def customer_of(issue: Issue) -> str:
    """The organisation a request is billed to; several are named together, in one order."""
    return ", ".join(sorted(issue.organizations)) if issue.organizations else NO_CUSTOMER


def _worked(issue: Issue, worklog: Worklog, request_type: str, kind: Kind, terms: Terms) -> Position:
    return Position(
        source=f"worklog/{worklog.id}",
        month=month_of(worklog.at, terms.time_zone),
        request_id=issue.id,
        request_key=issue.key,
        request_type=request_type,
        customer=customer_of(issue),
        kind=kind,
        consultant=worklog.by.account_id,
        seconds=worklog.seconds,
    )


def _phase(worklog: Worklog, versions: Estimates) -> Kind:
    """Analysis until an estimate was validated, realisation after it (requirements §2 #10); both are internal."""
    validations = versions.validations()
    return Kind.REALISATION if validations and worklog.at >= validations[0][0] else Kind.ANALYSIS


def _estimated(
    issue: Issue, request_type: str, basis: EstimateBasis, versions: Estimates, terms: Terms
) -> Iterator[Position]:
    """One position per month with a validation: what the last validated estimate gained or lost in it.

    So the months together bill the last validated estimate, once, however often it was validated (A47).
    """
    before = 0
    validations = versions.validations()
    for month in sorted({month_of(at, terms.time_zone) for at, _ in validations}):
        last = [version for at, version in validations if month_of(at, terms.time_zone) == month][-1]
        now = basis.seconds(last.value or Decimal(0))
        yield Position(
            source=f"estimate/{issue.id}",
            month=month,
            request_id=issue.id,
            request_key=issue.key,
            request_type=request_type,
            customer=customer_of(issue),
            kind=Kind.ESTIMATE,
            consultant=None,
            seconds=now - before,
        )
        before = now


def _on_request(issue: Issue, terms: Terms) -> list[Remark]:
    """The time of each month that is logged on the request itself."""
    seconds: dict[str, int] = {}
    for worklog in issue.worklogs:
        if worklog.issue_key == issue.key:
            month = month_of(worklog.at, terms.time_zone)
            seconds[month] = seconds.get(month, 0) + worklog.seconds
    return [
        Remark(what=Doubt.TIME_ON_REQUEST, key=issue.key, month=month, minutes=round(total / 60))
        for month, total in sorted(seconds.items())
    ]


def _other_months(issue: Issue, worklogs: Iterable[Worklog], terms: Terms) -> list[Remark]:
    """Time dated in another month than its sub-task's: billed by its date, and told."""
    months = {subtask.key: subtask.imputation_month for subtask in issue.subtasks}
    dated = dict.fromkeys((month_of(w.at, terms.time_zone), w.issue_key) for w in worklogs)
    return [
        Remark(what=Doubt.OTHER_MONTH, key=issue.key, month=month, subtask=subtask, subtask_month=known)
        for month, subtask in dated
        if (known := months.get(subtask)) not in {None, month}
    ]
