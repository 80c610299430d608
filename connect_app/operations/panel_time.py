"""Counts the time of a request for its panel: this month's sub-task, who logged how much, and the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from automation_rules.billing_basis import EstimateBasis
from automation_rules.billing_month import month_of
from automation_rules.conditions import request_types
from automation_rules.estimates import estimates
from automation_rules.model import ImputationRule
from connect_app.operations.read_request import Request
from workflows.graph import folded


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The newest version of the estimate, in `hours` or `days`, and when it was last validated."""

    value: Decimal
    unit: str
    version: int
    validated_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Time:
    """The time of one month (`2026-11`): its sub-task, None while there is none, and seconds by account id."""

    month: str
    subtask: str | None
    by_person: tuple[tuple[str, int], ...]
    estimate: Estimate | None

    @property
    def seconds(self) -> int:
        """What everybody logged together."""
        return sum(seconds for _, seconds in self.by_person)


def time_of(request: Request, now: datetime) -> Time | None:
    """The time of the present month, on the request and on its sub-task; None where the policy has no imputation."""
    rule = next((one for one in request.policy.document.rules if isinstance(one, ImputationRule)), None)
    if rule is None:
        return None
    zone = request.policy.calendar(rule.calendar).time_zone
    month = month_of(now, zone)
    subtask = next((one.key for one in request.issue.subtasks if one.imputation_month == month), None)
    logged: dict[str, int] = {}
    for worklog in request.issue.worklogs:
        if month_of(worklog.at, zone) == month:
            logged[worklog.by.account_id] = logged.get(worklog.by.account_id, 0) + worklog.seconds
    by_person = tuple(sorted(logged.items(), key=lambda one: -one[1]))
    return Time(month=month, subtask=subtask, by_person=by_person, estimate=_estimate(request))


def _estimate(request: Request) -> Estimate | None:
    kind = request_types(request.policy.pack).get(folded(request.issue.issue_type))
    bases = [basis for basis in request.policy.document.billing if isinstance(basis, EstimateBasis)]
    basis = next((one for one in bases if kind is not None and kind.id in one.request_type), None)
    field = request.bound.vocabulary.fields.get(basis.field) if basis else None
    if basis is None or field is None:
        return None
    versions = estimates(request.issue, basis, field).versions
    newest = versions[-1] if versions else None
    if newest is None or newest.value is None:
        return None
    validated = newest.validated[-1] if newest.validated else None
    return Estimate(value=newest.value, unit=basis.unit, version=newest.number, validated_at=validated)
