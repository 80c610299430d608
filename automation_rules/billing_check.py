"""Checks the billing bases of a policy against its pack and its own rules, each problem with its line."""

from __future__ import annotations

from collections.abc import Iterator

from automation_rules.billing_basis import EstimateBasis
from automation_rules.model import ImputationRule, PolicyDocument
from workflows.complaint import Location
from workflows.document import Problem, Source
from workflows.graph import Graph
from workflows.model import FieldKind, Pack


def billing_problems(source: Source, document: PolicyDocument, pack: Pack) -> Iterator[Problem]:
    """Whatever would bill a request twice, not at all, or on something the pack does not have."""
    if not document.billing:
        return
    known = [request.id for request in pack.request_types]
    seen: dict[str, int] = {}
    for index, basis in enumerate(document.billing):
        for number, name in enumerate(basis.request_type):
            place = _item(source, ("billing", index, "request_type"), number)
            if name not in known:
                yield source.unknown(place, "request type", name, known)
            elif name in seen:
                yield source.problem(place, f'"{name}" already has a billing basis, on line {seen[name]}')
            seen.setdefault(name, source.line(place))
        if isinstance(basis, EstimateBasis):
            yield from _estimate(source, ("billing", index), basis, pack)
    for name in known:
        if name not in seen:
            yield source.problem(("billing",), f'the request type "{name}" has no billing basis')
    yield from _internal(source, document)


def _estimate(source: Source, place: Location, basis: EstimateBasis, pack: Pack) -> Iterator[Problem]:
    numbers = [field.id for field in pack.fields if field.kind is FieldKind.NUMBER]
    if basis.field not in numbers:
        yield source.unknown((*place, "field"), "number field", basis.field, numbers)
    statuses = [status.id for status in pack.statuses]
    old, new = basis.validated.from_, basis.validated.to
    for key, name in (("from", old), ("to", new)):
        if name not in statuses:
            yield source.unknown((*place, "validated", key), "status", name, statuses)
    if {old, new} <= set(statuses):
        workflows = {r.workflow for r in pack.request_types if r.id in basis.request_type}
        for workflow in pack.workflows:
            if workflow.id in workflows and not Graph(workflow).allows(old, new):
                message = f'no transition of "{workflow.id}" leads from "{old}" to "{new}": nothing would be billed'
                yield source.problem((*place, "validated"), message)


def _internal(source: Source, document: PolicyDocument) -> Iterator[Problem]:
    """An imputation rule and the billing must agree about whose time is internal (A34)."""
    estimated = {name for b in document.billing if isinstance(b, EstimateBasis) for name in b.request_type}
    timed = {name for b in document.billing if not isinstance(b, EstimateBasis) for name in b.request_type}
    for index, rule in enumerate(document.rules):
        if not isinstance(rule, ImputationRule):
            continue
        place: Location = ("rules", index, "internal_for")
        internal = set(rule.internal_for.request_type) if rule.internal_for else set()
        for name in sorted(internal & timed):
            yield source.problem(place, f'the time of "{name}" is internal here, and billed in billing')
        for name in sorted(estimated - internal):
            yield source.problem(place, f'"{name}" is billed on its estimate, so its time is internal: name it here')


def _item(source: Source, place: Location, index: int) -> Location:
    """The place of a list's item, or of the value itself where YAML wrote one instead of a list."""
    return (*place, index) if (*place, index) in source.lines else place
