"""A history that cannot be right is told as an anomaly, in the measure and in the ledger, never counted in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from automation_rules.facts import Issue, Move
from automation_rules.sla.history import AnomalyKind
from automation_rules.sla.ledger import ledger
from automation_rules.sla.measure import measure
from automation_rules.sla.timeline import ClockState
from tests.automation_rules.sla.desk import AGENT, RESOLUTION, bound, comment, moves, paris, request

NOW = paris("11-09 18:00")


def kinds(issue: Issue) -> list[AnomalyKind]:
    found = measure(issue, bound(of=RESOLUTION), NOW).anomalies
    assert found == ledger(issue, bound(of=RESOLUTION), NOW).anomalies
    return [anomaly.kind for anomaly in found]


def test_a_sound_history_has_none() -> None:
    assert kinds(request("11-09 09:00", ("11-09 10:00", "in-progress"), ("11-09 10:00", "planned"))) == []


def test_moves_out_of_order_are_sorted_and_told() -> None:
    right = request("11-09 09:00", ("11-09 10:00", "in-progress"), ("11-09 11:00", "closed"))
    wrong = replace(right, moves=right.moves[::-1])
    assert kinds(wrong) == [AnomalyKind.OUT_OF_ORDER]
    assert measure(wrong, bound(), NOW).elapsed == measure(right, bound(), NOW).elapsed


def test_moves_that_jira_numbered_otherwise_than_their_times_are_told() -> None:
    right = moves("submitted", ("11-09 10:00", "in-progress"), ("11-09 11:00", "waiting-third-party"))
    wrong = (replace(right[0], id="1002"), replace(right[1], id="999"))
    issue = request("11-09 09:00", status="waiting-third-party", moves=wrong)
    assert kinds(issue) == [AnomalyKind.OUT_OF_ORDER]
    [told] = measure(issue, bound(), NOW).anomalies
    assert (told.at, "(999) in another order than its time" in told.text) == (wrong[1].at, True)


def test_a_gap_is_told_with_what_was_counted() -> None:
    jump = Move(id="9", at=paris("11-09 11:00"), by=AGENT, old="planned", new="closed")
    issue = request("11-09 09:00", status="closed", moves=(*moves("submitted", ("11-09 10:00", "in-progress")), jump))
    assert kinds(issue) == [AnomalyKind.GAP]
    [gap] = measure(issue, bound(), NOW).anomalies
    assert gap.text == "left planned, but was known to be in in-progress, which was counted until then"
    assert gap.at == jump.at
    assert measure(issue, bound(), NOW).elapsed == timedelta(hours=2)


def test_a_history_that_ends_elsewhere_than_the_issue_is_a_gap() -> None:
    issue = request("11-09 09:00", ("11-09 10:00", "in-progress"), status="closed")
    [gap] = measure(issue, bound(), NOW).anomalies
    assert gap.text == "the history ends in in-progress, but the issue is in closed"


def test_events_after_now_wait_and_are_told() -> None:
    issue = request("11-09 09:00", ("11-09 10:00", "in-progress"), ("11-09 18:01", "closed"))
    assert kinds(issue) == [AnomalyKind.AFTER_NOW]
    assert measure(issue, bound(), NOW).state is ClockState.RUNNING
    assert kinds(request("11-09 09:00", ("11-09 18:01", "closed"))) == [AnomalyKind.AFTER_NOW]


def test_an_issue_of_the_future_is_measured_at_its_creation() -> None:
    issue = request("11-09 18:05", comments=(comment("11-09 18:06"),))
    assert kinds(issue) == [AnomalyKind.AFTER_NOW]
    found = measure(issue, bound(), NOW)
    assert (found.now, found.elapsed) == (paris("11-09 18:05"), timedelta())


def test_an_event_older_than_its_issue_counts_from_the_creation() -> None:
    issue = request("11-09 09:00", ("11-09 08:59", "in-progress"))
    assert kinds(issue) == [AnomalyKind.BEFORE_CREATION]
    assert measure(issue, bound(), NOW).elapsed == timedelta(hours=7.5)


def test_an_unknown_status_leaves_the_clock_as_it_was() -> None:
    paused = moves("submitted", ("11-09 10:00", "waiting-third-party"))
    out = Move(id="8", at=paris("11-09 11:00"), by=AGENT, old="waiting-third-party", new=None, new_name="Ailleurs")
    back = Move(id="9", at=paris("11-09 12:00"), by=AGENT, old=None, new="in-progress", old_name="Ailleurs")
    issue = request("11-09 09:00", status="in-progress", moves=(*paused, out, back))
    assert kinds(issue) == [AnomalyKind.UNKNOWN_STATUS]
    found = measure(issue, bound(), NOW)
    assert "'Ailleurs' is none of the pack's" in found.anomalies[0].text
    assert (found.elapsed, found.paused_for) == (timedelta(hours=5.5), timedelta(hours=2))


def test_an_unknown_status_does_not_resume_a_stopped_clock() -> None:
    done = moves("submitted", ("11-09 10:00", "closed"))
    out = Move(id="8", at=paris("11-09 11:00"), by=AGENT, old="closed", new=None, new_name="Ailleurs")
    issue = request("11-09 09:00", status=None, status_name="Ailleurs", moves=(*done, out))
    assert measure(issue, bound(of=RESOLUTION), NOW).elapsed == timedelta(hours=1)


def test_a_happening_counts_even_in_an_unknown_status() -> None:
    issue = request("11-09 09:00", status=None, status_name="Ailleurs", comments=(comment("11-09 10:00"),))
    sla = bound({"stop": [{"on": "public_agent_comment"}]}, of=RESOLUTION)
    found = measure(issue, sla, NOW)
    assert (found.elapsed, found.stop) == (timedelta(hours=1), paris("11-09 10:00"))
    assert [a.kind for a in found.anomalies] == [AnomalyKind.UNKNOWN_STATUS]


def test_a_status_the_pack_lost_has_no_effect() -> None:
    issue = request("11-09 09:00", ("11-09 10:00", "forgotten"))
    assert measure(issue, bound(), NOW).state is ClockState.RUNNING
