"""Loads the policies, checks them against the catalog, and binds one to a project as a frozen value with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from automation_rules import messages
from automation_rules.billing_check import billing_problems
from automation_rules.binding import Binding, Mode
from automation_rules.conditions import request_types
from automation_rules.cross_check import leads, problems_of
from automation_rules.durations import DurationValue
from automation_rules.facts import Issue
from automation_rules.model import (
    NOWHERE,
    InactivityRule,
    ParameterRef,
    PolicyDocument,
    Role,
    TransitionRule,
    in_order,
)
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.contract import bind as bind_sla
from workflows.catalog import Catalog
from workflows.checks import TWICE
from workflows.document import DocumentError, Problem, Source, nearest, read
from workflows.graph import Graph, folded
from workflows.model import Pack, RequestType, Status, StatusRole

POLICY_FOLDER = Path(__file__).parent / "policies"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The promises one project keeps: its pack, its document, its binding, and all values filled in.

    `digest` changes whenever the pack, the document or a parameter does; the ledger writes it beside every action.
    """

    pack: Pack
    document: PolicyDocument
    binding: Binding
    digest: str
    calendars: Mapping[str, Calendar]
    parameters: Mapping[str, DurationValue | str]
    _graphs: Mapping[str, Graph] = field(repr=False, compare=False)
    _statuses: Mapping[str, Status] = field(repr=False, compare=False)
    _request_types: Mapping[str, RequestType] = field(repr=False, compare=False)

    def calendar(self, calendar_id: str | None = None) -> Calendar:
        """A calendar by its id, the policy's own by default; KeyError for an unknown id."""
        return self.calendars[calendar_id or self.document.calendar]

    def role_of(self, status: str | None) -> StatusRole | None:
        """The role of a status, None when the pack does not know it."""
        known = self._statuses.get(status or "")
        return known.role if known else None

    def status_name(self, status: str | None) -> str:
        """What people call a status, in the binding's language."""
        known = self._statuses.get(status or "")
        return known.name.in_language(self.binding.locale) if known else ""

    def graph(self, issue: Issue) -> Graph | None:
        """The graph of the workflow an issue follows; None when its type is none of the pack's request types."""
        request = self._request_types.get(issue.issue_type) or self._request_types.get(folded(issue.issue_type))
        return self._graphs[request.workflow] if request else None

    def delay(self, after: DurationValue | ParameterRef) -> DurationValue:
        """A delay as a value, a parameter read from the binding."""
        value = self.parameters[after.parameter] if isinstance(after, ParameterRef) else after
        if not isinstance(value, DurationValue):  # the cross-check makes sure that it is
            raise TypeError(f"the parameter {after} is not a duration")
        return value

    def destination(self, to: str | ParameterRef) -> str | None:
        """Where a rule moves to, a parameter read from the binding; None when the binding wants no move (E13)."""
        value = str(self.parameters[to.parameter]) if isinstance(to, ParameterRef) else to
        return None if value == NOWHERE else value

    @property
    def panel_comment(self) -> bool:
        """Whether an internal comment says what comes next where Jira shows no page of ours."""
        asked = self.document.panel_comment
        return self.parameters[asked.parameter] == "on" if isinstance(asked, ParameterRef) else asked

    def people(self, roles: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The account ids and the group ids that play any of the roles, each once."""
        accounts = [account for role in roles for account in self.binding.people.get(role, ())]
        groups = [group for role in roles for group in self.binding.groups.get(role, ())]
        return tuple(dict.fromkeys(accounts)), tuple(dict.fromkeys(groups))

    def slas(self, issue: Issue) -> tuple[BoundSla, ...]:
        """The policy's clocks with the calendars of this issue's contract (C16)."""
        return tuple(
            bind_sla(sla, self.pack, self.calendars, issue, self.binding.contracts) for sla in self.document.slas
        )


@dataclass(frozen=True)
class Policies:
    """All policies by pack id, each with the file it was read from."""

    catalog: Catalog
    documents: Mapping[str, PolicyDocument]
    files: Mapping[str, Path]

    def bind(self, binding: Binding) -> Policy:
        """The policy of a binding; ValueError says in a sentence what the binding lacks or gets wrong."""
        document = self.documents.get(binding.pack)
        if document is None:
            near = nearest(binding.pack, self.documents)
            raise ValueError(f'no policy for pack "{binding.pack}"' + (f' (did you mean "{near}"?)' if near else ""))
        pack = self.catalog.pack(binding.pack)
        _check_roles(document, pack, binding)
        _check_contracts(document, binding)
        parameters = _parameters(document, binding)
        policy = Policy(
            pack=pack,
            document=document,
            binding=binding,
            digest=_digest(pack, document, parameters),
            calendars=MappingProxyType({calendar.id: calendar.calendar() for calendar in document.calendars}),
            parameters=MappingProxyType(parameters),
            _graphs=MappingProxyType({workflow.id: Graph(workflow) for workflow in pack.workflows}),
            _statuses=MappingProxyType({status.id: status for status in pack.statuses}),
            _request_types=MappingProxyType(request_types(pack)),
        )
        _check_steps(policy)
        _check_destinations(policy)
        return policy


def load_policies(
    catalog: Catalog, folder: Path | None = None, texts: Mapping[str, frozenset[str]] | None = None
) -> Policies:
    """Every `*.yaml` of the folder (ours by default), checked against the catalog and the messages.

    `texts` are the messages with the values they ask for, ours by default.

    Raises DocumentError with all problems of all files, each with its line and the nearest right name.
    """
    problems: list[Problem] = []
    loaded: list[tuple[Source, PolicyDocument]] = []
    for path in sorted((folder or POLICY_FOLDER).glob("*.yaml")):
        try:
            source = read(path)
            loaded.append((source, source.parse(PolicyDocument)))
        except DocumentError as error:
            problems += error.problems
    texts = messages.uses() if texts is None else texts
    by_pack: dict[str, Source] = {}
    for source, document in loaded:
        pack = catalog.packs.get(document.pack)
        if pack is None:
            problems.append(source.unknown(("pack",), "workflow pack", document.pack, catalog.packs))
            continue
        if document.pack in by_pack:
            message = f'the pack "{document.pack}" already has a policy, {by_pack[document.pack].file.name}'
            problems.append(source.problem(("pack",), message, check=TWICE))
        by_pack.setdefault(document.pack, source)
        problems += problems_of(source, document, pack, texts)
        problems += billing_problems(source, document, pack)
    if problems:
        raise DocumentError(problems)
    return Policies(
        catalog,
        MappingProxyType({document.pack: document for _, document in loaded}),
        MappingProxyType({pack: source.file for pack, source in by_pack.items()}),
    )


def _check_roles(document: PolicyDocument, pack: Pack, binding: Binding) -> None:
    """An escalation that reaches nobody is a broken promise: every role needs somebody (requirements §2 #29).

    Levels are given to people and groups like roles, and need nobody: then nobody's level is checked.
    """
    roles = [*(role.id for role in document.roles), *(level.id for level in pack.levels)]
    for given in (*binding.people, *binding.groups):
        if given not in roles:
            near = nearest(given, roles)
            hint = f' (did you mean "{near}"?)' if near else ""
            raise ValueError(f'the binding of {binding.project_key} names an unknown role "{given}"{hint}')
    missing = [role for role in document.roles if not role.optional and not _played(role, binding)]
    if missing:
        names = ", ".join(f'"{role.id}" ({role.name.en})' for role in missing)
        raise ValueError(f"the binding of {binding.project_key} gives nobody the role {names}: name people or groups")


def _played(role: Role, binding: Binding) -> bool:
    return bool(binding.people.get(role.id) or binding.groups.get(role.id))


def _check_contracts(document: PolicyDocument, binding: Binding) -> None:
    known = [calendar.id for calendar in document.calendars]
    names: dict[str, str] = {}
    for name, calendar in binding.contracts.items():
        first = names.setdefault(folded(name), name)
        if calendar != binding.contracts[first]:
            raise ValueError(f'"{first}" and "{name}" are the same customer with two contracts')
        if calendar not in known:
            near = nearest(calendar, known)
            hint = f' (did you mean "{near}"?)' if near else ""
            raise ValueError(f'the contract of "{name}" names an unknown calendar "{calendar}"{hint}')


def _parameters(document: PolicyDocument, binding: Binding) -> dict[str, DurationValue | str]:
    known = {parameter.id: parameter for parameter in document.parameters}
    for given in binding.parameters:
        if given not in known:
            near = nearest(given, known)
            hint = f' (did you mean "{near}"?)' if near else ""
            raise ValueError(f'the binding of {binding.project_key} gives an unknown parameter "{given}"{hint}')
    values: dict[str, DurationValue | str] = {}
    for parameter in document.parameters:
        if parameter.must_be_set and parameter.id not in binding.parameters and binding.mode is Mode.ON:
            raise ValueError(
                f'the binding of {binding.project_key} must set the parameter "{parameter.id}" before it goes live: '
                f"{parameter.why} (suggested: {parameter.suggested})"
            )
        try:
            values[parameter.id] = parameter.read(binding.parameters.get(parameter.id, parameter.suggested))
        except ValueError as error:
            written = binding.parameters.get(parameter.id)
            fitting = "on or off" if parameter.kind == "switch" else "3d, 3bd, 24h or 8bh"
            raise ValueError(f'the parameter "{parameter.id}" cannot be {written!r}: write {fitting}') from error
    return values


def _check_steps(policy: Policy) -> None:
    for rule in policy.document.rules:
        if isinstance(rule, InactivityRule):
            try:
                in_order([policy.delay(step.after) for step in rule.steps])
            except ValueError as error:
                raise ValueError(f'the parameters do not fit the rule "{rule.id}": {error}') from error


def _check_destinations(policy: Policy) -> None:
    """A status that a binding chooses must be one the rule can move to."""
    for rule in policy.document.rules:
        if not isinstance(rule, TransitionRule) or not isinstance(rule.to, ParameterRef):
            continue
        to = policy.destination(rule.to)
        known = [status.id for status in policy.pack.statuses]
        if to is None or (to in known and leads(policy.pack, rule.while_, to)):
            continue
        near = nearest(to, known) if to not in known else None
        hint = f' (did you mean "{near}"?)' if near else ""
        raise ValueError(
            f'the parameter "{rule.to.parameter}" cannot be "{to}"{hint}: '
            f'no transition leads there from where the rule "{rule.id}" looks'
        )


def _digest(pack: Pack, document: PolicyDocument, parameters: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits that stand for everything that decides."""
    told = {
        "pack": pack.model_dump(mode="json"),
        "policy": document.model_dump(mode="json"),
        "parameters": {name: str(value) for name, value in parameters.items()},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]
