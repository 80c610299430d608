"""What Relance asks of Jira, by the sandbox's own count: few calls for a webhook, one for a page of a quiet sweep."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil
from typing import Any

import pytest

from automation_rules.binding import Mode
from connect_app.errors import Temporary
from connect_app.operations.escalate import escalate
from connect_app.operations.sweep_site import sweep_site
from connect_app.store.ledger import EntryState
from tests.connect_app.operations.stage import DAY, Stage

ISSUE = r"/rest/api/3/issue/\d+$"


def calls_of(stage: Stage, work: Callable[[], object]) -> list[dict[str, Any]]:
    """What the app asks of Jira while it works."""
    before = len(stage.site.control.requests(stage.site.name))
    work()
    return [r for r in stage.site.control.requests(stage.site.name)[before:] if stage.site.called(r)]


def reads(calls: list[dict[str, Any]]) -> list[str]:
    return [str(r["path"]) for r in calls if r["method"] == "GET"]


def read_issues(calls: list[dict[str, Any]]) -> list[str]:
    """The ids of the issues that were read, those refused included."""
    found = [re.search(r"/rest/api/3/issue/(\d+)\?", path) for path in reads(calls)]
    return [match[1] for match in found if match]


def test_a_webhook_costs_two_reads_and_each_action_one_write(stage: Stage) -> None:
    """A reminder, a closing comment and a closure are each decided on a reading of their own."""
    ticket = stage.waiting()
    stage.run(ticket)
    nothing = calls_of(stage, lambda: stage.run(ticket))
    assert len(nothing) == len(reads(nothing)) <= 2
    stage.sebastien.notes(ticket, "Je regarde.")
    spoken = calls_of(stage, lambda: stage.run(ticket))
    assert len(reads(spoken)) <= 2
    for days in (3, 3, 6):
        stage.later(days * DAY)
        done_before = done(stage, ticket)
        calls = calls_of(stage, lambda: stage.run(ticket))
        actions = done(stage, ticket) - done_before
        assert actions > 0
        properties = [r for r in calls if r["method"] == "PUT" and "/properties/" in str(r["path"])]
        writes = [r for r in calls if r["method"] != "GET" and r not in properties]
        assert len(writes) == actions
        assert len(properties) <= 2, "where the clocks stand and what comes next, each once"
        assert len(read_issues(calls)) == 1 + actions
        assert len(reads(calls)) == 1 + actions + sum("/transitions" in str(r["path"]) for r in writes)


def test_three_actions_of_one_event_cost_two_reads(stage: Stage) -> None:
    """The message to the team, the note for it and the word to the customer answer what has happened."""
    ticket = stage.waiting()
    stage.run(ticket)
    escalate(stage.parts, stage.open, ticket.id, stage.marie.account_id, "expertise")
    before = done(stage, ticket)
    calls = calls_of(stage, lambda: stage.run(ticket))
    assert done(stage, ticket) - before == 3
    assert len(reads(calls)) == len(read_issues(calls)) == 2
    assert len([r for r in calls if r["method"] == "POST"]) == 3
    assert [entry.state for entry in stage.entries(ticket)].count(EntryState.DONE) == done(stage, ticket)


def test_what_follows_an_action_that_failed_is_decided_anew(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    escalate(stage.parts, stage.open, ticket.id, stage.marie.account_id, "expertise")
    overtaken = {"method": "POST", "path": r"/notify$", "principal": "app", "status": 409}
    stage.site.control.faults(stage.site.name, {"webhooks": {"drop": 1.0}, "rest": [overtaken]})
    calls = calls_of(stage, lambda: stage.run(ticket))
    order = [("read" if r["method"] == "GET" else str(r["path"]).rpartition("/")[2]) for r in calls]
    assert order[:5] == ["read", "notify", "read", "comment", "comment"]


def test_in_dry_run_everything_is_told_on_one_reading(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.switch(Mode.DRY_RUN)
    stage.later(DAY)
    escalate(stage.parts, stage.open, ticket.id, stage.marie.account_id, "expertise")
    calls = calls_of(stage, lambda: stage.run(ticket))
    told = [entry for entry in stage.entries(ticket) if entry.state is EntryState.WOULD_DO]
    assert len(told) >= 3
    assert len(calls) == len(reads(calls)) == 2


def done(stage: Stage, ticket: Any) -> int:
    return sum(entry.state is EntryState.DONE for entry in stage.entries(ticket))


def test_a_quiet_sweep_costs_a_call_for_a_page_of_requests(stage: Stage) -> None:
    tickets = [stage.marie.opens("SUP", "Demande de service", f"Demande {number}") for number in range(12)]
    stage.sweep()
    for ticket in tickets:
        stage.run(ticket)
    calls = calls_of(stage, stage.sweep)
    assert len(calls) <= ceil(len(tickets) / 50)


@pytest.mark.promise("C26")
def test_a_sweep_that_is_interrupted_goes_on_where_it_stopped(stage: Stage) -> None:
    tickets = [stage.waiting() for _ in range(4)]
    stage.site.control.faults(
        stage.site.name,
        {
            "webhooks": {"drop": 1.0},
            "rest": [{"method": "GET", "path": ISSUE, "principal": "app", "skip": 2, "status": 503}],
        },
    )
    first = calls_of(stage, lambda: interrupted(stage))
    second = calls_of(stage, lambda: sweep_site(stage.parts, stage.installation.id))
    assert len(read_issues(first)) == 3
    assert len(read_issues(second)) == len(tickets) - 2
    assert {*read_issues(first), *read_issues(second)} == {ticket.id for ticket in tickets}
    third = calls_of(stage, lambda: sweep_site(stage.parts, stage.installation.id))
    assert len(read_issues(third)) == len(tickets), "the next sweep looks with its own eyes"


def interrupted(stage: Stage) -> None:
    with pytest.raises(Temporary):
        sweep_site(stage.parts, stage.installation.id)
