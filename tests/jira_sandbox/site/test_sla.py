"""The arithmetic of the sandbox's SLA clocks."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jira_sandbox.clock import Clock, parse_instant
from jira_sandbox.state.configuration import Sla, Status
from jira_sandbox.state.issues import Change, History, Issue
from jira_sandbox.state.site import Site
from jira_sandbox.state.sla import cycles

RUN, PAUSE, STOP = "1", "2", "3"
GOAL = 10
STEPS = st.lists(st.tuples(st.sampled_from([RUN, PAUSE, STOP]), st.integers(0, 9)), max_size=12)


def lived(steps: list[tuple[str, int]]) -> tuple[Site, Issue]:
    """An issue that entered each status and stayed there so many hours, after one hour in RUN."""
    site = Site(name="x", zone="UTC", locale="fr", clock=Clock(parse_instant("2026-01-01T00:00:00Z")))
    site.statuses = {key: Status(id=key, name=key, category="TODO") for key in (RUN, PAUSE, STOP)}
    now = site.now()
    issue = Issue(
        id="1", key="A-1", project_id="1", type_id="1", status_id=RUN, summary="", creator="a",
        created=now, updated=now, category_changed=now,
    )  # fmt: skip
    site.clock.advance(3600)
    for status, hours in steps:
        change = Change(
            field="status", field_id="status", before=issue.status_id, before_text="", after=status, after_text=""
        )
        issue.histories.append(History(id="1", author="a", created=site.now(), changes=(change,)))
        issue.status_id = status
        site.clock.advance(3600 * hours)
    return site, issue


SLA = Sla(id="1", name="x", goal_seconds=GOAL * 3600, pause_statuses=(PAUSE,), stop_statuses=(STOP,))


@given(STEPS)
def test_elapsed_is_the_time_spent_running(steps: list[tuple[str, int]]) -> None:
    found = cycles(*lived(steps), SLA)
    running = 1 + sum(hours for status, hours in steps if status == RUN)
    assert sum((cycle.elapsed for cycle in found), timedelta(0)) == timedelta(hours=running)


@given(STEPS)
def test_a_cycle_ends_at_each_stop_and_only_the_last_is_open(steps: list[tuple[str, int]]) -> None:
    found = cycles(*lived(steps), SLA)
    assert all(cycle.stop is not None for cycle in found[:-1])
    last = steps[-1][0] if steps else RUN
    assert (found[-1].stop is None) == (last != STOP)
    assert found[-1].paused == (last == PAUSE and found[-1].stop is None)


@given(STEPS)
def test_breached_means_more_than_the_goal(steps: list[tuple[str, int]]) -> None:
    site, issue = lived(steps)
    for cycle in cycles(site, issue, SLA):
        assert cycle.breached == (cycle.elapsed > timedelta(hours=GOAL)) == (cycle.remaining < timedelta(0))
        if cycle.breached:
            assert cycle.breach is not None
            assert cycle.start <= cycle.breach <= site.now()
