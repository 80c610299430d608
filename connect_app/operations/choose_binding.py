"""Turns what an administrator wrote about a project into a binding, and names each thing that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automation_rules.binding import Binding, Mode
from automation_rules.model import NOWHERE, Parameter, PolicyDocument
from connect_app.errors import Misconfigured, NotFound
from connect_app.jira.client import JiraClient
from connect_app.jira.naming import NotNamed, account_named, group_named
from connect_app.operations.bind_project import bind_project, promised_since
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject
from workflows.model import Pack

LOCALES = ("fr", "en")
"""The languages our messages to customers are written in."""

LONGEST_VALUE = 200
MOST_NAMED = 50

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was written: people and groups by role, as id, e-mail or name; parameters by id, empty as suggested."""

    project_key: str
    pack: str
    locale: str
    mode: Mode
    people: Names = field(default_factory=dict)
    groups: Names = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    contracts: Mapping[str, str] = field(default_factory=dict)


class Unfit(Misconfigured):
    """Something written does not fit; `code` and `facts` make the sentence, and nothing was stored."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(": ".join([code, *(str(fact) for fact in facts.values())]))
        self.code = code
        self.facts = facts


def choose_binding(parts: Parts, site: OpenSite, choice: Choice) -> BoundProject:
    """Binds the project as chosen; `Unfit` says what does not fit, the client raises what it raises."""
    document, pack = parts.policies.documents.get(choice.pack), parts.catalog.packs.get(choice.pack)
    if document is None or pack is None:
        raise Unfit("pack-unknown", pack=choice.pack[:60])
    if choice.locale not in LOCALES:
        raise Unfit("language-unknown", language=choice.locale[:20])
    binding = Binding(
        project_key=choice.project_key,
        pack=choice.pack,
        locale=choice.locale,
        mode=choice.mode,
        enabled_at=promised_since(parts, site.installation.id, choice.project_key, pack=choice.pack, mode=choice.mode),
        people=_named(site.client, choice.people, account_named, "account"),
        groups=_named(site.client, choice.groups, group_named, "group"),
        parameters=_values(document, pack, choice),
        contracts=_contracts(document, choice.contracts),
    )
    _somebody_holds_each_role(document, binding)
    try:
        return bind_project(parts, site.installation.id, binding)
    except NotFound:
        raise Unfit("project-unknown", project=choice.project_key) from None
    except Unfit:
        raise
    except Misconfigured as error:
        raise Unfit("policy-says", sentence=str(error)) from error


def _named(client: JiraClient, written: Names, find: Callable[[JiraClient, str], str], what: str) -> Names:
    if sum(map(len, written.values())) > MOST_NAMED:
        raise Unfit("too-many-names", most=MOST_NAMED)
    found: dict[str, tuple[str, ...]] = {}
    for role, names in written.items():
        try:
            ids = [find(client, name) for name in names]
        except NotNamed as error:
            code = f"{what}-several" if error.several else f"{what}-near" if error.near else f"{what}-unknown"
            raise Unfit(code, written=error.written[:LONGEST_VALUE], near=", ".join(error.near)) from None
        if ids:
            found[role] = tuple(dict.fromkeys(ids))
    return found


def _values(document: PolicyDocument, pack: Pack, choice: Choice) -> dict[str, str]:
    """The parameters that were given; a choice for one the policy does not have is left to the policy to refuse."""
    values = {name: text.strip() for name, text in choice.parameters.items() if text.strip()}
    for parameter in document.parameters:
        text = values.get(parameter.id)
        if text is None:
            if parameter.must_be_set and choice.mode is Mode.ON:
                raise Unfit("parameter-missing", parameter=parameter.id, suggested=parameter.suggested)
        elif not _fits(parameter, pack, text):
            raise Unfit(f"parameter-no-{parameter.kind}", parameter=parameter.id, written=text[:LONGEST_VALUE])
    return values


def _fits(parameter: Parameter, pack: Pack, text: str) -> bool:
    if parameter.kind == "status":
        return text in {NOWHERE, *(status.id for status in pack.statuses)}
    try:
        parameter.read(text)
    except ValueError:
        return False
    return len(text) <= LONGEST_VALUE


def _contracts(document: PolicyDocument, written: Mapping[str, str]) -> dict[str, str]:
    known = {calendar.id for calendar in document.calendars}
    for organization, calendar in written.items():
        if calendar not in known:
            raise Unfit(
                "calendar-unknown", organization=organization, calendar=calendar, known=", ".join(sorted(known))
            )
    return dict(written)


def _somebody_holds_each_role(document: PolicyDocument, binding: Binding) -> None:
    for role in document.roles:
        if not role.optional and not (binding.people.get(role.id) or binding.groups.get(role.id)):
            raise Unfit("role-nobody", role=role.name)
