"""Chooses the calendar of one request's clock: the SLA's own, or that of the customer's contract (C16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automation_rules.facts import Issue
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.model import BY_CONTRACT, SlaDocument
from workflows.graph import folded
from workflows.model import Pack


@dataclass(frozen=True)
class BoundSla:
    """An SLA ready to measure one request: its calendar chosen; `notes` are sentences on how, for the ledger."""

    document: SlaDocument
    calendar_id: str
    calendar: Calendar
    pack: Pack
    notes: tuple[str, ...] = ()


def bind(
    document: SlaDocument, pack: Pack, calendars: Mapping[str, Calendar], issue: Issue, contracts: Mapping[str, str]
) -> BoundSla:
    """The SLA with its calendar among `calendars`; `contracts` maps an organisation or field value to a calendar id.

    An unknown contract gets `default_calendar` and a note (requirements §2 #31); KeyError for an unknown id.
    """
    if document.calendar != BY_CONTRACT:
        return BoundSla(document, document.calendar, calendars[document.calendar], pack)
    by_name = {folded(name): calendar for name, calendar in contracts.items()}
    named = [name for name in _contract_names(document, issue) if folded(name) in by_name]
    chosen = list(dict.fromkeys(by_name[folded(name)] for name in named))
    if len(chosen) == 1:
        note = f"calendar {chosen[0]}: contract of {named[0]}"
        return BoundSla(document, chosen[0], calendars[chosen[0]], pack, (note,))
    usual = document.default_calendar or document.calendar
    why = f"{', '.join(named)} have different contracts" if chosen else "the customer's contract is unknown"
    return BoundSla(document, usual, calendars[usual], pack, (f"warning: {why}, measured on {usual}",))


def _contract_names(document: SlaDocument, issue: Issue) -> list[str]:
    """What may name the contract, the field before the organisations."""
    value = issue.fields.get(document.contract_field) if document.contract_field else None
    return [value] if isinstance(value, str) and value else list(issue.organizations)
