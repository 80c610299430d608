"""Bills one month of a project: reads its time and estimates from Jira, compares with what was billed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from automation_rules.billing import Billed, Position, Terms, bill
from automation_rules.billing_month import bounds, months_before
from automation_rules.corrections import Correction, corrections
from automation_rules.model import ImputationRule
from automation_rules.policy import Policy
from automation_rules.statement import Statement, statement
from connect_app.errors import Misconfigured
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_time import read_time
from connect_app.store.bindings import BoundProject
from connect_app.store.exports import Export, NewExport

LOOK_BACK = 12
"""Months before the one billed in which corrections are looked for."""


@dataclass(frozen=True, kw_only=True)
class MonthBill:
    """A month's statement with what a reader needs beside it.

    `names` are consultants' names as Jira shows them, by account id; they are never kept. `type_names` are the request
    types' in the project's language. `exported_at` is when the
    month was billed: now, before, or never (None) while it is not over or nothing is to be kept. `since_export` is what
    changed in the month itself since then: a later statement bills it.
    """

    project_key: str
    site_url: str
    locale: str
    made_at: datetime
    statement: Statement
    names: Mapping[str, str]
    type_names: Mapping[str, str]
    exported_at: datetime | None
    since_export: tuple[Correction, ...] = ()

    @property
    def to_bill_seconds(self) -> int:
        """What this statement asks for: the month as it was exported, and the corrections of earlier months."""
        changed = sum(correction.billed_seconds for correction in self.since_export)
        return self.statement.billed_seconds - changed + self.statement.correction_seconds


def bill_month(parts: Parts, site: OpenSite, project_key: str, month: str, *, keep: bool = True) -> MonthBill:
    """The statement of a month (`2026-10`), as often as one likes.

    The first time a month that is over is billed, what it billed is kept (unless `keep` is False), with the corrections
    of earlier months it carried: later changes are corrections of a later statement, and nothing is billed twice.
    Raises `Misconfigured` for a project that is not bound, for a policy that says nothing of billing, and for a month
    that is none.
    """
    bound = parts.store.bindings.of_project(site.installation.id, project_key)
    if bound is None:
        raise Misconfigured(f"{project_key} is not bound on {site.installation.base_url}: bind it with scripts.bind")
    policy = site.policies.bind(parts.policies, bound.binding)
    terms = _terms(policy, bound)
    end = _end(month, terms)
    exports = parts.store.exports.of_project(site.installation.id, project_key)
    months = _months(month, exports)
    read = read_time(site, bound, policy, months=months, time_zone=terms.time_zone)
    billed = [bill(request, terms) for request in read.requests]
    own = [export for export in exports if export.billed_with == month]
    found = _carried(own, exports, month) if own else _found(billed, exports, months - {month})
    made = statement(month, terms.time_zone, billed, found)
    now = parts.clock.now()
    exported_at = own[0].made_at if own else None
    if not own and keep and now >= end:
        export = NewExport(billed_with=month, months=_kept(billed, found, month), made_at=now, known=len(exports))
        if not parts.store.exports.put(site.installation.id, project_key, export):
            # Somebody billed this month, or another one, at the same moment: what they kept is what counts.
            return bill_month(parts, site, project_key, month)
        exported_at = now
    return MonthBill(
        project_key=project_key,
        site_url=site.installation.base_url,
        locale=bound.binding.locale,
        made_at=now,
        statement=replace(made, remarks=(*made.remarks, *read.remarks)),
        names=read.names,
        type_names={r.id: r.name.in_language(bound.binding.locale) for r in policy.pack.request_types},
        exported_at=exported_at,
        since_export=_since(own, made.positions, month),
    )


def _end(month: str, terms: Terms) -> datetime:
    try:
        return bounds(month, terms.time_zone)[1]
    except ValueError as error:
        raise Misconfigured(str(error)) from None


def _terms(policy: Policy, bound: BoundProject) -> Terms:
    if not policy.document.billing:
        raise Misconfigured(f'the policy "{policy.document.pack}" says nothing of billing')
    rules = [rule for rule in policy.document.rules if isinstance(rule, ImputationRule)]
    return Terms(
        pack=policy.pack,
        bases=policy.document.billing,
        time_zone=policy.calendar(rules[0].calendar if rules else None).time_zone,
        fields=bound.vocabulary.fields,
    )


def _months(month: str, exports: Iterable[Export]) -> frozenset[str]:
    """The month, and the earlier ones that were billed and may have changed since."""
    oldest = months_before(month, LOOK_BACK)
    return frozenset({month} | {export.month for export in exports if oldest <= export.month < month})


def _positions(billed: Iterable[Billed], month: str) -> tuple[Position, ...]:
    return tuple(p for request in billed for p in request.positions if p.month == month)


def _kept(billed: list[Billed], found: Iterable[Correction], month: str) -> dict[str, tuple[Position, ...]]:
    """The month, and each month it corrects, as they are now."""
    return {m: _positions(billed, m) for m in (month, *sorted({c.position.month for c in found}))}


def _newest(exports: Iterable[Export], month: str) -> tuple[Position, ...]:
    """A month as it was billed last."""
    found = [export for export in exports if export.month == month]
    return found[-1].positions if found else ()


def _found(billed: list[Billed], exports: list[Export], months: Iterable[str]) -> tuple[Correction, ...]:
    """What changed in earlier months since they were billed last."""
    return tuple(
        correction
        for month in sorted(months)
        for correction in corrections(_newest(exports, month), _positions(billed, month))
    )


def _carried(own: list[Export], exports: list[Export], month: str) -> tuple[Correction, ...]:
    """The corrections a statement carried when it was made: the same whenever it is asked for again."""
    earlier = [e for e in exports if e.made_at <= own[0].made_at and e.billed_with != month]
    return tuple(
        correction
        for export in sorted(own, key=lambda export: export.month)
        if export.month != month
        for correction in corrections(_newest(earlier, export.month), export.positions)
    )


def _since(own: list[Export], present: Iterable[Position], month: str) -> tuple[Correction, ...]:
    exported = [export for export in own if export.month == month]
    return corrections(exported[0].positions, present) if exported else ()
