"""Checks what a policy says of its pack, its calendars, its roles and the messages; each problem has its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from automation_rules import messages
from automation_rules.conditions import When
from automation_rules.model import (
    NOWHERE,
    EscalationRule,
    GuardRule,
    ImputationRule,
    InactivityRule,
    ParameterRef,
    PolicyDocument,
    ReopeningRule,
    Rule,
    SlaWatchRule,
    Step,
    TransitionRule,
)
from automation_rules.notification_rules import Channel, NotificationRule
from automation_rules.request_rules import FollowUpRule, LabelRule, SharingRule, TransferRule, UnblockedRule
from automation_rules.sla.conditions import DONE_ALIASES
from automation_rules.sla.model import BY_CONTRACT, Condition
from workflows.checks import IMPOSSIBLE_MOVE, OTHER_VALUES, TWICE
from workflows.complaint import Location
from workflows.document import Problem, Source, nearest
from workflows.graph import Graph
from workflows.model import FieldKind, Pack

Found = Iterator[Problem]


@dataclass(frozen=True)
class _Known:
    """Every name a policy may refer to."""

    source: Source
    document: PolicyDocument
    pack: Pack
    texts: Mapping[str, frozenset[str]]

    @property
    def statuses(self) -> list[str]:
        return [status.id for status in self.pack.statuses]

    @property
    def calendars(self) -> list[str]:
        return [calendar.id for calendar in self.document.calendars]

    def among(self, place: Location, what: str, name: str | None, known: Iterable[str]) -> Found:
        names = list(known)
        if name is not None and name not in names:
            yield self.source.unknown(place, what, name, names)

    def calendar(self, place: Location, name: str | None) -> Found:
        return self.among(place, "calendar", name, self.calendars)

    def status(self, place: Location, name: str | None) -> Found:
        return self.among(place, "status", name, self.statuses)

    def roles(self, place: Location, names: Iterable[str]) -> Found:
        """Levels are roles too: the binding says who is of which."""
        played = [*(role.id for role in self.document.roles), *(level.id for level in self.pack.levels)]
        for index, name in enumerate(names):
            yield from self.among((*place, index), "role", name, played)

    def message(self, place: Location, name: str | None, given: frozenset[str]) -> Found:
        """The message exists, and asks only for values its rule gives."""
        yield from self.among(place, "message", name, self.texts)
        for wanted in sorted(self.texts.get(name or "", frozenset()) - given):
            message = f'the message "{name}" asks for {{{wanted}}}, which this kind of rule does not give'
            yield self.source.problem(place, message, nearest(wanted, given), check=OTHER_VALUES)

    def when(self, place: Location, when: When | None) -> Found:
        if when is None:
            return
        for index, status in enumerate(when.status):
            yield from self.status(_item(self.source, (*place, "status"), index), status)
        types = [request.id for request in self.pack.request_types]
        for index, name in enumerate(when.request_type):
            yield from self.among(_item(self.source, (*place, "request_type"), index), "request type", name, types)


def problems_of(
    source: Source, document: PolicyDocument, pack: Pack, texts: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Everything a policy says that its pack, its own parts or the messages (`texts`: id → placeholders) contradict."""
    known = _Known(source, document, pack, texts)
    problems = [*known.calendar(("calendar",), document.calendar), *_duplicates(known), *_slas(known), *_panel(known)]
    for index, rule in enumerate(document.rules):
        place: Location = ("rules", index)
        problems += [*known.when((*place, "when"), rule.when), *_rule(known, place, rule)]
    return problems


def _duplicates(known: _Known) -> Found:
    document = known.document
    for part, ids in (
        ("calendars", [calendar.id for calendar in document.calendars]),
        ("slas", [sla.id for sla in document.slas]),
        ("roles", [role.id for role in document.roles]),
        ("parameters", [parameter.id for parameter in document.parameters]),
        ("rules", [rule.id for rule in document.rules]),
    ):
        for index, one in enumerate(ids):
            if one in ids[:index]:
                line = known.source.line((part, ids.index(one), "id"))
                message = f'the id "{one}" is given twice in {part}, first on line {line}'
                yield known.source.problem((part, index, "id"), message, check=TWICE)


def _panel(known: _Known) -> Found:
    if isinstance(known.document.panel_comment, ParameterRef):
        switches = [parameter.id for parameter in known.document.parameters if parameter.kind == "switch"]
        asked = known.document.panel_comment.parameter
        yield from known.among(("panel_comment", "parameter"), "switch parameter", asked, switches)


def _slas(known: _Known) -> Found:
    for index, sla in enumerate(known.document.slas):
        place: Location = ("slas", index)
        if sla.calendar != BY_CONTRACT:
            yield from known.calendar((*place, "calendar"), sla.calendar)
        yield from known.calendar((*place, "default_calendar"), sla.default_calendar)
        fields = (field.id for field in known.pack.fields)
        yield from known.among((*place, "contract_field"), "field", sla.contract_field, fields)
        for calendar in sla.contract_goals:
            yield from known.calendar((*place, "contract_goals", calendar), calendar)
        for part, conditions in (("start", sla.start), ("stop", sla.stop), ("pause", sla.pause)):
            for number, condition in enumerate(conditions):
                yield from _condition(known, _item(known.source, (*place, part), number), condition)


def _condition(known: _Known, place: Location, condition: Condition) -> Found:
    if condition.status not in DONE_ALIASES:
        yield from known.status(place, condition.status)


def _item(source: Source, place: Location, index: int) -> Location:
    """The place of a list's item, or of the value itself where YAML wrote one instead of a list."""
    return (*place, index) if (*place, index) in source.lines else place


def _rule(known: _Known, place: Location, rule: Rule) -> Found:
    match rule:
        case InactivityRule():
            yield from _inactivity(known, place, rule)
        case ImputationRule():
            yield from _imputation(known, place, rule)
        case ReopeningRule() | TransitionRule():
            yield from known.when((*place, "while"), rule.while_)
            yield from _destination(known, (*place, "to"), rule.while_, rule.to)
            if isinstance(rule, ReopeningRule):
                yield from known.calendar((*place, "calendar"), rule.calendar)
            else:
                ids = {t.id for workflow in known.pack.workflows for t in workflow.transitions}
                yield from known.among((*place, "transition"), "transition", rule.transition, ids)
        case GuardRule():
            yield from _guard(known, place, rule)
        case NotificationRule():
            yield from _notification(known, place, rule)
        case EscalationRule():
            yield from _escalation(known, place, rule)
        case SharingRule() | LabelRule() | TransferRule() | UnblockedRule() | FollowUpRule():
            yield from _about_request(known, place, rule)
        case SlaWatchRule():
            yield from _sla_watch(known, place, rule)
        case _:  # pragma: no cover -- mypy proves that no kind is forgotten
            assert_never(rule)


def _guard(known: _Known, place: Location, rule: GuardRule) -> Found:
    for key, name in (("message", rule.message), ("outside", rule.outside), ("level", rule.level)):
        yield from known.message((*place, key), name, messages.GUARD)


def _escalation(known: _Known, place: Location, rule: EscalationRule) -> Found:
    yield from known.roles((*place, "roles"), rule.roles)
    for key, name in (
        ("subject", rule.subject),
        ("message", rule.message),
        ("note", rule.note),
        ("acknowledgement", rule.acknowledgement),
    ):
        yield from known.message((*place, key), name, messages.ESCALATION | _parameters(known))


def _imputation(known: _Known, place: Location, rule: ImputationRule) -> Found:
    yield from known.message((*place, "title"), rule.title, messages.TITLE)
    yield from known.when((*place, "internal_for"), rule.internal_for)
    yield from known.calendar((*place, "calendar"), rule.calendar)
    if rule.issue_type is None and known.pack.imputation_issue_type is None:
        message = f'pack "{known.pack.id}" names no imputation_issue_type, nor does the rule an issue_type'
        yield known.source.problem((*place, "kind"), message)


def _about_request(
    known: _Known, place: Location, rule: SharingRule | LabelRule | TransferRule | UnblockedRule | FollowUpRule
) -> Found:
    if isinstance(rule, UnblockedRule):
        yield from known.when((*place, "while"), rule.while_)
        yield from known.message((*place, "note"), rule.note, messages.UNBLOCKED)
        return
    if isinstance(rule, TransferRule):
        yield from known.message((*place, "note"), rule.note, messages.TRANSFER)
        if not known.pack.levels:
            yield known.source.problem((*place, "kind"), f'pack "{known.pack.id}" has no levels to transfer between')
        return
    if isinstance(rule, SharingRule):
        people = [f.id for f in known.pack.fields if f.kind in {FieldKind.USER, FieldKind.USERS}]
        yield from known.among((*place, "field"), "field that holds people", rule.field, people)
        yield from known.message((*place, "subject"), rule.subject, messages.SHARING | _parameters(known))
        return
    if isinstance(rule, FollowUpRule):
        return  # it names nothing
    for key, names in (("from", rule.from_), ("to", rule.to)):
        for index, name in enumerate(names):
            yield from known.status(_item(known.source, (*place, key), index), name)


def _sla_watch(known: _Known, place: Location, rule: SlaWatchRule) -> Found:
    yield from known.among((*place, "sla"), "SLA", rule.sla, (sla.id for sla in known.document.slas))
    yield from known.calendar((*place, "calendar"), rule.calendar)
    yield from known.roles((*place, "roles"), rule.roles)
    for key, name in (
        ("warning", rule.warning),
        ("breach", rule.breach),
        ("warning_subject", rule.warning_subject),
        ("breach_subject", rule.breach_subject),
    ):
        yield from known.message((*place, key), name, messages.SLA | _parameters(known))


def _destination(known: _Known, place: Location, while_: When, to: str | ParameterRef) -> Found:
    if isinstance(to, ParameterRef):
        parameters = {p.id: p for p in known.document.parameters if p.kind == "status"}
        yield from known.among((*place, "parameter"), "status parameter", to.parameter, parameters)
        chosen = parameters.get(to.parameter)
        if chosen is None or chosen.suggested == NOWHERE:
            return
        to = chosen.suggested
    yield from known.status(place, to)
    yield from _reaches(known, place, while_, to)


def _parameters(known: _Known) -> frozenset[str]:
    """Text parameters are values every message of the policy may use, with `_` for `-`."""
    return frozenset(p.id.replace("-", "_") for p in known.document.parameters if p.kind == "text")


def _inactivity(known: _Known, place: Location, rule: InactivityRule) -> Found:
    yield from known.when((*place, "while"), rule.while_)
    yield from known.calendar((*place, "calendar"), rule.calendar)
    if rule.send_window is not None:
        yield from known.calendar((*place, "send_window", "calendar"), rule.send_window.calendar)
    for index, step in enumerate(rule.steps):
        yield from _step(known, (*place, "steps", index), rule, step)


def _step(known: _Known, place: Location, rule: InactivityRule, step: Step) -> Found:
    for key, name in (("comment", step.comment), ("subject", step.subject)):
        yield from known.message((*place, key), name, messages.INACTIVITY | _parameters(known))
    yield from known.status((*place, "move_to"), step.move_to)
    resolutions = [resolution.id for resolution in known.pack.resolutions]
    yield from known.among((*place, "resolution"), "resolution", step.resolution, resolutions)
    if isinstance(step.after, ParameterRef):
        durations = [p.id for p in known.document.parameters if p.kind == "duration"]
        yield from known.among((*place, "after", "parameter"), "duration parameter", step.after.parameter, durations)
    if step.move_to is not None:
        yield from _reaches(known, (*place, "move_to"), rule.while_, step.move_to)


def _notification(known: _Known, place: Location, rule: NotificationRule) -> Found:
    yield from known.roles((*place, "roles"), rule.roles)
    given = messages.NOTIFICATION | _parameters(known)
    yield from known.message((*place, "message"), rule.message, given)
    yield from known.message((*place, "subject"), rule.subject, given)
    for key, names in (("enters", rule.on.enters), ("from", rule.on.from_), ("not_from", rule.on.not_from)):
        for index, name in enumerate(names):
            yield from known.status(_item(known.source, (*place, "on", key), index), name)
    dates = [field.id for field in known.pack.fields if field.kind is FieldKind.DATE]
    yield from known.among((*place, "on", "reaches"), "date field", rule.on.reaches, dates)
    users = [field.id for field in known.pack.fields if field.kind is FieldKind.USER]
    yield from known.among((*place, "to_field"), "user field", rule.to_field, users)
    if rule.channel is Channel.JSM and rule.message is not None:
        yield known.source.problem((*place, "message"), "channel: jsm sends Jira's own text, a message is never used")


def _reaches(known: _Known, place: Location, while_: When, to: str) -> Found:
    """Some workflow must lead from where the rule looks to where it moves, else it could never do so."""
    # An unknown status is told once, where it is written.
    if to in known.statuses and set(while_.status) <= set(known.statuses) and not leads(known.pack, while_, to):
        message = f'no transition leads to "{to}" from where this rule looks'
        yield known.source.problem(place, message, check=IMPOSSIBLE_MOVE)


def leads(pack: Pack, while_: When, to: str) -> bool:
    """Whether some transition of the pack leads to a status from one where the condition holds."""
    sources = [status.id for status in pack.statuses if while_.has_status(pack, status.id)]
    graphs = [Graph(workflow) for workflow in pack.workflows]
    return any(graph.allows(status, to) for graph in graphs for status in sources)
