"""No escalation is lost: not when two are written at once, nor when there are many of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.jira.marks import ESCALATIONS
from connect_app.operations.escalate import LONGEST_PROPERTY, escalate, fitting
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import Stage


def kept(stage: Stage, ticket: Ticket) -> list[dict[str, Any]]:
    answer = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/{ESCALATIONS}")
    found: list[dict[str, Any]] = answer["value"]["list"]
    return found


@pytest.mark.promise("C28")
def test_escalations_written_at_the_same_time_are_all_kept(stage: Stage) -> None:
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    site = stage.open
    with ThreadPoolExecutor(6) as pool:
        wanted = [f"raison {n}" for n in range(6)]
        list(pool.map(lambda why: escalate(stage.parts, site, ticket.id, stage.marie.account_id, why), wanted))
    assert sorted(one["reason"] for one in kept(stage, ticket)) == wanted


@pytest.mark.promise("C28")
def test_long_reasons_never_make_an_escalation_impossible(stage: Stage) -> None:
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    for number in range(18):
        escalate(stage.parts, stage.open, ticket.id, stage.marie.account_id, f"{number} " + "é" * 3000)
    found = kept(stage, ticket)
    assert len(found) == 18
    assert found[-1]["reason"].startswith("17 é")


@pytest.mark.promise("C28", "C30")
@given(st.lists(st.text(max_size=2000), min_size=1, max_size=60))
def test_the_list_always_fits_and_keeps_the_newest_whole(reasons: list[str]) -> None:
    listed = [{"id": str(n), "at": "2026-11-02T08:00:00+00:00", "by": "a", "reason": r} for n, r in enumerate(reasons)]
    fits = fitting(listed)
    assert len(json.dumps(fits)) <= LONGEST_PROPERTY
    assert fits[-1] == listed[-1]
    assert [one["id"] for one in fits] == [one["id"] for one in listed], "sixty instants always fit"
