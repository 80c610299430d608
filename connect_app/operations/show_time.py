"""Tells a month's time of a project by customer, and what of it is billed; nothing is kept as billed by looking."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation_rules.billing_month import bounds, month_of
from automation_rules.figures_time import MonthTime, billed_by_customer, worked_by_customer
from automation_rules.model import ImputationRule
from automation_rules.policy import Policy
from connect_app.errors import Misconfigured
from connect_app.operations.bill_month import bill_month
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_time import read_time
from connect_app.operations.recently import Reading
from connect_app.store.bindings import BoundProject

KEPT_FOR = timedelta(minutes=10)
"""Reading a month's time costs Jira more than the rest of the page: every imputation sub-task is read."""


def counts_time(policy: Policy) -> bool:
    """Whether the promises of a project say where time is logged."""
    return policy.pack.imputation_issue_type is not None


def present_month(policy: Policy, now: datetime) -> str:
    """The month that time logged now would count in."""
    return month_of(now, _zone(policy))


def show_time(parts: Parts, site: OpenSite, bound: BoundProject, month: str) -> Reading[MonthTime]:
    """The month as it stands, read ten minutes ago at most; `Misconfigured` for a month that is none.

    Raises what Jira's client raises: a sum is whole or there is none.
    """
    policy = site.policies.bind(parts.policies, bound.binding)
    try:
        bounds(month, _zone(policy))
    except ValueError as error:
        raise Misconfigured(str(error)) from None
    read = _billed if policy.document.billing else _worked
    name = (bound.binding.project_key, month)
    return site.figures.times.get(name, parts.clock.now(), lambda: read(parts, site, bound, month), lambda _: KEPT_FOR)


def _billed(parts: Parts, site: OpenSite, bound: BoundProject, month: str) -> MonthTime:
    made = bill_month(parts, site, bound.binding.project_key, month, keep=False)
    return MonthTime(
        month=month,
        customers=billed_by_customer(made.statement.lines),
        to_bill_seconds=made.to_bill_seconds,
        correction_seconds=made.statement.correction_seconds,
        billed_at=made.exported_at,
        remarks=len(made.statement.remarks),
    )


def _worked(parts: Parts, site: OpenSite, bound: BoundProject, month: str) -> MonthTime:
    policy = site.policies.bind(parts.policies, bound.binding)
    zone = _zone(policy)
    read = read_time(site, bound, policy, months=frozenset({month}), time_zone=zone)
    return MonthTime(month=month, customers=worked_by_customer(read.requests, month, zone), remarks=len(read.remarks))


def _zone(policy: Policy) -> str:
    rules = [rule for rule in policy.document.rules if isinstance(rule, ImputationRule)]
    return policy.calendar(rules[0].calendar if rules else None).time_zone
