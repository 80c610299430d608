"""Derives from an issue's history the versions of its estimate, and which were validated when (A36-A42, A47)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from automation_rules.billing_basis import EstimateBasis
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.facts import Edit, Issue, Move, Person


@dataclass(frozen=True, kw_only=True)
class EstimateVersion:
    """One value the estimate had; `number` counts from 1, `value` is None where it was taken away.

    `validated` are the instants at which the customer's approval was noted while it stood.
    """

    number: int
    value: Decimal | None
    at: datetime
    by: Person | None
    validated: tuple[datetime, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Every version in order, and what in the history makes no sense: told, never guessed at."""

    versions: tuple[EstimateVersion, ...]
    remarks: tuple[Remark, ...] = ()

    def validations(self) -> tuple[tuple[datetime, EstimateVersion], ...]:
        """Each validation with the version it validated, oldest first."""
        return tuple(sorted(((at, v) for v in self.versions for at in v.validated), key=lambda pair: pair[0]))

    def validated_before(self, instant: datetime) -> EstimateVersion | None:
        """The version validated last before an instant; one that was only written does not count."""
        before = [version for at, version in self.validations() if at < instant]
        return before[-1] if before else None


def number(text: object) -> Decimal | None:
    """A number as Jira writes it in a history (`12.5`) or gives it in a field; None for nothing.

    ValueError for anything else: an amount is never guessed.
    """
    if text is None or str(text).strip() == "":
        return None
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise ValueError(f"“{text}” is not an amount")
    return value


def estimates(issue: Issue, basis: EstimateBasis, jira_field: str) -> Estimates:
    """The versions of the estimate kept in a Jira field (`customfield_10050`), read from the history alone.

    A value that was there from the creation has no entry of its own: it is what the first change replaced, or the
    present value when nothing was ever changed. An edit made with a move counts as made before it.
    """
    edits = [edit for edit in issue.edits if edit.field == jira_field]
    remarks: list[Remark] = []
    first = _read(edits[0].old_text if edits else issue.fields.get(basis.field), issue, remarks)
    versions: list[EstimateVersion] = []
    if first is not None:
        versions.append(EstimateVersion(number=1, value=first, at=issue.created, by=issue.reporter))
    moves = [m for m in issue.moves if m.old == basis.validated.from_ and m.new == basis.validated.to]
    steps: list[Edit | Move] = [*edits, *moves]
    for step in sorted(steps, key=_order):
        if isinstance(step, Edit):
            value = _read(step.new_text, issue, remarks)
            versions.append(EstimateVersion(number=len(versions) + 1, value=value, at=step.at, by=step.by))
        elif not versions or versions[-1].value is None:
            remarks.append(Remark(what=Doubt.APPROVED_NOTHING, key=issue.key, at=step.at))
        else:
            versions[-1] = replace(versions[-1], validated=(*versions[-1].validated, step.at))
    return Estimates(versions=tuple(versions), remarks=tuple(remarks))


def _order(step: Edit | Move) -> tuple[datetime, int, str, bool]:
    return (step.at, len(step.id), step.id, isinstance(step, Move))


def _read(text: object, issue: Issue, remarks: list[Remark]) -> Decimal | None:
    try:
        return number(text)
    except ValueError:
        remarks.append(Remark(what=Doubt.NOT_AN_AMOUNT, key=issue.key, name=str(text)))
        return None
