"""Each condition holds or fails for one reason, told in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from automation_rules.conditions import When, examine
from tests.automation_rules.desk import START, Story, policy

PACK = policy().pack


@pytest.mark.parametrize(
    ("when", "holds", "because"),
    [
        ({}, True, "it concerns every request"),
        ({"status": "submitted"}, True, "the request is in submitted"),
        ({"status": ["closed", "planned"]}, False, "the request is in submitted"),
        ({"role": "new", "priority": "élevée"}, True, "the request is in submitted, its priority is Elevée"),
        ({"not_role": "new"}, False, "the request is in submitted"),
        ({"issue_type": "incident"}, True, "its type is Incident"),
        ({"issue_type": "Evolution"}, False, "its type is Incident"),
        ({"request_type": "incident"}, True, "its request type is incident"),
        ({"request_type": "service-request"}, False, "its request type is incident"),
        ({"priority": ["Faible", "Moyenne"]}, False, "its priority is Elevée"),
        ({"organization": "Mairie de Lens"}, True, "its organisations are MAIRIE DE LENS"),
        ({"organization": "Mairie de Mons"}, False, "its organisations are MAIRIE DE LENS"),
        ({"month": 11}, True, "the month is 11"),
        ({"month": [1, 2]}, False, "the month is 11"),
    ],
)
def test_a_condition_and_its_reason(when: dict[str, Any], holds: bool, because: str) -> None:  # noqa: FBT001 -- a parameter
    issue = Story(priority="Elevée", organizations=("MAIRIE DE LENS",)).issue
    verdict = examine(When.model_validate(when), issue, PACK, START, "Europe/Paris")
    assert (verdict.holds, verdict.because) == (holds, because)


def test_the_month_is_that_of_the_desks_wall() -> None:
    at = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    february = When.model_validate({"month": 2})
    assert examine(february, Story().issue, PACK, at, "Europe/Paris").holds
    assert not examine(february, Story().issue, PACK, at, "UTC").holds


def test_facts_that_are_missing_meet_no_condition_on_them() -> None:
    bare = Story(issue_type="Bug", status=None, status_name="Ailleurs").issue
    for when, because in (
        ({"role": "new"}, "no status of the pack is “Ailleurs”"),
        ({"request_type": "incident"}, "its request type is none of the pack"),
        ({"priority": "Haute"}, "its priority is None"),
        ({"organization": "Lens"}, "its organisations are none"),
    ):
        verdict = examine(When.model_validate(when), bare, PACK, START, "Europe/Paris")
        assert (verdict.holds, verdict.because) == (False, because)


@pytest.mark.parametrize("when", [{"month": 13}, {"role": "boss"}, {"statut": "closed"}])
def test_what_is_not_in_the_grammar_is_refused(when: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        When.model_validate(when)
