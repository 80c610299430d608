"""Reads the requests a bill is about: their time, and the history of those billed on an estimate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from automation_rules.billing_basis import EstimateBasis
from automation_rules.billing_month import bounds, month_of
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.conditions import request_types
from automation_rules.facts import Issue, Side, Subtask
from automation_rules.model import ImputationRule
from automation_rules.policy import Policy
from connect_app.errors import Misconfigured
from connect_app.jira.facts import ReadingContext, instant, issue_facts
from connect_app.jira.imputed import Imputed, read_imputed, read_requests
from connect_app.jira.reading import JsonObject, RawIssue, read_issue
from connect_app.jira.searching import changed_since
from connect_app.operations.open_site import OpenSite
from connect_app.store.bindings import BoundProject
from workflows.graph import StatusNames, folded

TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class TimeRead:
    """Requests with all their time, consultants' names by account id, and the sub-tasks whose request is not read."""

    requests: tuple[Issue, ...]
    names: dict[str, str]
    remarks: tuple[Remark, ...]


def read_time(
    site: OpenSite, bound: BoundProject, policy: Policy, *, months: frozenset[str], time_zone: str
) -> TimeRead:
    """Every request with time or a validation in the months, with all its time, whenever it was logged.

    Raises what Jira's client raises: a bill is whole or there is none.
    """
    project_key = bound.binding.project_key
    by_parent: dict[str, list[Imputed]] = {}
    for imputed in read_imputed(site.client, project_key, _imputation_type(policy)):
        by_parent.setdefault(imputed.parent_id, []).append(imputed)
    timed = {parent for parent, of_it in by_parent.items() if _dated(of_it, months, time_zone)}
    since = min(bounds(month, time_zone)[0] for month in months) - TWO_DAYS
    changed = {found.id for found in changed_since(site.client, project_key, since.date())}
    context, extra = _context(bound, policy), _extra_fields(bound)
    found = [
        raw
        for raw in read_requests(site.client, sorted(timed | changed, key=int), extra)
        if raw.parent_id is None
        and (raw.id in timed or _has(raw.worklogs, months, time_zone) or _on_estimate(policy, raw))
    ]
    requests = [
        _request(
            read_issue(site.client, raw.id, extra_fields=extra) if _on_estimate(policy, raw) else raw,
            by_parent.get(raw.id, []),
            context,
        )
        for raw in found
    ]
    worklogs = [worklog for of_it in by_parent.values() for imputed in of_it for worklog in imputed.worklogs]
    missing = sorted(imputed.key for parent in timed - {raw.id for raw in found} for imputed in by_parent[parent])
    return TimeRead(
        requests=tuple(requests),
        names=_names([*worklogs, *(worklog for raw in found for worklog in raw.worklogs)]),
        remarks=tuple(Remark(what=Doubt.REQUEST_UNREADABLE, key=key) for key in missing),
    )


def _imputation_type(policy: Policy) -> str:
    rules = [rule for rule in policy.document.rules if isinstance(rule, ImputationRule)]
    named = (rules[0].issue_type if rules else None) or policy.pack.imputation_issue_type
    if named is None:
        raise Misconfigured(f'the pack "{policy.pack.id}" has no type of imputation sub-task: there is no time to bill')
    return named


def _dated(imputed: Iterable[Imputed], months: frozenset[str], time_zone: str) -> bool:
    return any(_has(one.worklogs, months, time_zone) for one in imputed)


def _has(worklogs: Iterable[JsonObject], months: frozenset[str], time_zone: str) -> bool:
    return any(month_of(instant(worklog["started"]), time_zone) in months for worklog in worklogs)


def _on_estimate(policy: Policy, raw: RawIssue) -> bool:
    request = request_types(policy.pack).get(folded(str((raw.issue["fields"].get("issuetype") or {}).get("name"))))
    bases = [basis for basis in policy.document.billing if isinstance(basis, EstimateBasis)]
    return request is not None and any(request.id in basis.request_type for basis in bases)


def _extra_fields(bound: BoundProject) -> tuple[str, ...]:
    vocabulary = bound.vocabulary
    return tuple(sorted({*vocabulary.fields.values(), vocabulary.organizations_field or ""} - {""}))


def _context(bound: BoundProject, policy: Policy) -> ReadingContext:
    """What reading needs; nobody's side matters to a bill, so Jira is not asked about each person."""
    names, known = StatusNames(policy.pack), bound.vocabulary.statuses
    return ReadingContext(
        status_of=lambda jira_id, name: known.get(jira_id or "") or (names.find(name) if name else None),
        side_of=lambda _, account_type: Side.OTHER_APP if account_type == "app" else Side.AGENT,
        fields=bound.vocabulary.fields,
        organizations_field=bound.vocabulary.organizations_field,
        own_comments=frozenset(),
        done={},
    )


def _request(raw: RawIssue, imputed: list[Imputed], context: ReadingContext) -> Issue:
    """The request with the time of all its imputation sub-tasks, those made by hand included, beside its own."""
    subtasks = tuple(
        Subtask(id=one.id, key=one.key, summary="", imputation_month=one.month)
        for one in sorted(imputed, key=lambda one: int(one.id))
    )
    logged = tuple({**worklog, "issueKey": one.key} for one in imputed for worklog in one.worklogs)
    issue = issue_facts(replace(raw, worklogs=raw.worklogs + logged), context)
    return replace(issue, subtasks=subtasks)


def _names(worklogs: Iterable[JsonObject]) -> dict[str, str]:
    authors = [worklog.get("author") or {} for worklog in worklogs]
    return {str(a["accountId"]): str(a.get("displayName") or "") for a in authors if a.get("accountId")}
