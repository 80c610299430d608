"""The told ledger: whole, in the calendar's zone, with totals that add up; and its tables."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from automation_rules.sla.contract import BoundSla
from connect_app.operations.explain_sla import clock_of
from scripts.clock_tables import ledgers, length
from tests.automation_rules.sla.desk import RESOLUTION, bound, moves, paris, priority, request

ISSUE = request(
    "11-09 16:00",
    ("11-09 17:00", "waiting-third-party"),
    ("11-12 10:00", "in-progress"),
    ("11-12 11:00", "closed"),
    priority="high",
    edits=(priority("11-09 16:30", "low", "high"),),
)
NOW = paris("11-12 12:00")


def told(sla: BoundSla | None = None) -> dict[str, object]:
    return clock_of(ISSUE, sla or bound(), NOW)


@pytest.mark.promise("C15")
def test_every_second_is_told_with_its_kind_status_and_rule() -> None:
    clock = clock_of(ISSUE, bound(), NOW)
    rows = [(s["start"][5:16], s["kind"], s["status"], s["rule"]) for s in clock["segments"]]
    assert rows[:3] == [
        ("11-09T16:00", "counted", "submitted", "start: status submitted"),
        ("11-09T17:00", "paused", "waiting-third-party", "pause: status waiting-third-party"),
        ("11-09T18:00", "closed_hours", "waiting-third-party", "closed hours (Europe/Paris)"),
    ]
    assert ("11-11T00:00", "holiday", "waiting-third-party", "holiday: Armistice") in rows
    assert rows[-1] == ("11-12T11:00", "stopped", "closed", "stop: status resolved")  # read as Done, which closed is
    assert all(segment["start"].endswith("+01:00") for segment in clock["segments"])


def test_the_totals_add_up_to_the_whole_and_to_the_segments() -> None:
    for sla in (bound(), bound(of=RESOLUTION), bound({"cycle": "each"})):
        clock = clock_of(ISSUE, sla, NOW)
        assert clock["total_seconds"] == (NOW - ISSUE.created).total_seconds()
        assert sum(clock["totals"].values()) == clock["total_seconds"]
        assert sum(segment["seconds"] for segment in clock["segments"]) == clock["total_seconds"]
        assert clock["totals"]["counted"] == clock["elapsed_seconds"] == 7200
        ends = [segment["end"] for segment in clock["segments"]]
        assert [segment["start"] for segment in clock["segments"][1:]] == ends[:-1]


def test_where_the_clock_stands_is_told_with_its_goals() -> None:
    clock = told()
    assert (clock["state"], clock["goal"], clock["breached"]) == ("stopped", "1h", True)
    assert clock["breach_time"] == "2026-11-09T17:00:00+01:00"
    assert clock["remaining_seconds"] == -3600
    assert [change["goal"] for change in clock["goal_changes"]] == ["1d", "1h"]  # type: ignore[attr-defined] # a document
    assert json.loads(json.dumps(clock)) == clock


def test_a_clock_that_never_started_has_no_segment() -> None:
    clock = clock_of(request("11-09 09:00", first="in-progress"), bound(), NOW)
    assert (clock["segments"], clock["total_seconds"], clock["cycles"]) == ([], 0, 0)


def test_an_earlier_instant_and_a_doubtful_history_are_told() -> None:
    assert clock_of(ISSUE, bound(), paris("11-09 17:30"))["paused"] is True
    gap = replace(ISSUE, moves=moves("planned", ("11-09 17:00", "in-progress"), ("11-09 18:00", "closed"))[1:])
    assert clock_of(replace(gap, status="planned"), bound(), NOW)["anomalies"]


def test_the_table_shows_each_segment_and_the_totals() -> None:
    out = io.StringIO()
    clock = clock_of(ISSUE, bound(), NOW)
    Console(file=out, width=160).print(ledgers({"slas": [clock]}))
    shown = out.getvalue()
    assert "response (response): stopped, goal 1h (high), calendar support-fr" in shown
    assert "2:00:00 counted, -1:00:00 remaining, breached since 2026-11-09T17:00:00+01:00" in shown
    assert "pause: status waiting-third-party" in shown
    assert "68:00:00" in shown  # Monday 16:00 to Thursday 12:00
    assert f"{datetime.fromisoformat(clock['segments'][0]['start']):%Y-%m-%d %H:%M:%S %z}" in shown


def test_lengths_are_to_the_second() -> None:
    assert [length(s) for s in (0, 59.6, 3599, timedelta(days=2).total_seconds(), -61)] == [
        "0:00:00",
        "0:01:00",
        "0:59:59",
        "48:00:00",
        "-0:01:01",
    ]
