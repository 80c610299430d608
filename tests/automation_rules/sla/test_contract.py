"""The calendar of a request's clock: the SLA's own, or the contract's by organisation or field."""

from __future__ import annotations

from typing import Any

import pytest

from automation_rules.facts import Issue
from automation_rules.sla.contract import BoundSla, bind
from automation_rules.sla.model import SlaDocument
from tests.automation_rules.sla.desk import ALWAYS, OFFICE, PACK, RESPONSE, request

CALENDARS = {"support-fr": OFFICE, "always": ALWAYS}
CONTRACTS = {"Acmé": "always", "Petit": "support-fr", "or": "always"}
BY_CONTRACT = {"calendar": "by_contract", "default_calendar": "support-fr"}


def chosen(issue: Issue, **changes: Any) -> BoundSla:
    return bind(SlaDocument.model_validate(RESPONSE | BY_CONTRACT | changes), PACK, CALENDARS, issue, CONTRACTS)


@pytest.mark.promise("C16")
@pytest.mark.parametrize(
    ("organizations", "calendar", "note"),
    [
        (("acme",), "always", "calendar always: contract of acme"),
        (("Petit",), "support-fr", "calendar support-fr: contract of Petit"),
        (("Inconnu", "Petit"), "support-fr", "calendar support-fr: contract of Petit"),
        (("Acmé", "or"), "always", "calendar always: contract of Acmé"),
        ((), "support-fr", "warning: the customer's contract is unknown, measured on support-fr"),
        (("Inconnu",), "support-fr", "warning: the customer's contract is unknown, measured on support-fr"),
        (("Acmé", "Petit"), "support-fr", "warning: Acmé, Petit have different contracts, measured on support-fr"),
    ],
)
def test_by_organisation(organizations: tuple[str, ...], calendar: str, note: str) -> None:
    found = chosen(request("11-09 09:00", organizations=organizations))
    assert (found.calendar_id, found.calendar, found.notes) == (calendar, CALENDARS[calendar], (note,))


@pytest.mark.promise("C16")
@pytest.mark.parametrize(
    ("fields", "calendar"),
    [
        ({"contract": "Or"}, "always"),
        ({"contract": "argent"}, "support-fr"),
        ({"contract": ""}, "always"),
        ({}, "always"),
    ],
)
def test_by_field_before_the_organisation(fields: dict[str, Any], calendar: str) -> None:
    issue = request("11-09 09:00", organizations=("Acmé",), fields=fields)
    assert chosen(issue, contract_field="contract").calendar_id == calendar


def test_an_sla_with_a_calendar_of_its_own() -> None:
    found = bind(SlaDocument.model_validate(RESPONSE), PACK, CALENDARS, request("11-09 09:00"), CONTRACTS)
    assert (found.calendar_id, found.notes) == ("support-fr", ())
