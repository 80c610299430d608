"""The figures of a project: each request, step, clock and second is counted once, and the parts are the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.actions import AddComment, MoveTo
from automation_rules.billing import Kind
from automation_rules.facts import Audience, Worklog
from automation_rules.figures_ages import AGE_BOUNDS, OpenRequest, age_group, ages
from automation_rules.figures_clocks import ClockEnd, Verdict, by_month, clock_end
from automation_rules.figures_coming import ComingStep, StepKind, by_day, coming_steps
from automation_rules.figures_time import billed_by_customer, worked_by_customer
from automation_rules.forecast import forecast
from automation_rules.statement import Line
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, policy

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Paris", "Pacific/Apia", "America/St_Johns", "UTC"])
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
ORDER = ("submitted", "in-progress", "waiting-customer")
REQUESTS = st.builds(
    OpenRequest, status=st.sampled_from([*ORDER, None]), status_name=st.sampled_from(["A", "b"]), created=INSTANTS
)
STEPS = st.builds(ComingStep, at=INSTANTS, kind=st.sampled_from(StepKind), rule=st.just("r"))
ENDS = st.builds(ClockEnd, verdict=st.sampled_from(Verdict), at=INSTANTS, elapsed=st.none() | st.integers(0, 10**6))


@pytest.mark.promise("C24", "C26")
def test_a_waiting_request_has_two_reminders_and_its_closure_to_come() -> None:
    steps = coming_steps(Story().waiting().issue, policy(), day(1))
    assert [(step.at, step.kind) for step in steps] == [
        (day(3), StepKind.REMINDER),
        (day(6), StepKind.REMINDER),
        (day(12), StepKind.CLOSURE),
    ]
    assert {step.rule for step in steps} == {"waiting-customer-follow-up"}


def test_what_does_not_wait_has_nothing_to_come() -> None:
    assert coming_steps(Story().issue, policy(), day(1)) == ()
    assert coming_steps(Story().waiting().issue, policy("client-support"), day(1)) == (), "document A reminds nobody"


PLACES = {
    "managed-operations": ("waiting_customer", "in_progress"),
    "internal-helpdesk": ("waiting_customer", "answered"),
    "tiered-support": ("waiting_customer", "answered"),
    "software-delivery": ("waiting_customer", "answered", "in_progress"),
}


@given(
    place=st.sampled_from([(pack, role) for pack, roles in PLACES.items() for role in roles]),
    at=st.floats(0.01, 14),
    answered=st.none() | st.floats(0.01, 14),
)
def test_the_rules_of_silence_alone_foresee_what_the_whole_policy_does(
    place: tuple[str, str], at: float, answered: float | None
) -> None:
    ours = policy(place[0])
    stay = [status.id for status in ours.pack.statuses if status.role == place[1]][:1]
    story = Story(issue_type=ours.pack.request_types[0].name.fr, status=ours.pack.statuses[0].id)
    for status in stay:
        story.comment(SEBASTIEN, START).move(status, START)
    if answered is not None and answered < at:
        story.comment(MARIE, day(answered))
    closed = {s.id for s in ours.pack.statuses if s.role == "closed"}
    whole = [
        (step.at, step.action.rule)
        for step in forecast(story.issue, ours, day(at))
        if (isinstance(step.action, MoveTo) and step.action.to_status in closed)
        or (step.action.key.startswith("inactivity/") and step.action.key.count("/") == 4)
    ]
    assert [(step.at, step.rule) for step in coming_steps(story.issue, ours, day(at))] == whole


@given(steps=st.lists(STEPS, max_size=30), now=INSTANTS, zone=ZONES, days=st.integers(1, 20))
def test_each_step_falls_on_one_day_or_later(steps: list[ComingStep], now: datetime, zone: str, days: int) -> None:
    told = by_day(steps, now, zone, days)
    assert told.reminders + told.closures + told.later == len(steps)
    assert [one.day for one in told.days] == [told.days[0].day + timedelta(days=n) for n in range(days)]
    assert told.days[0].day == now.astimezone(ZoneInfo(zone)).date()
    assert told.overdue == sum(step.at <= now for step in steps)


def test_what_is_late_counts_today_and_what_is_far_away_is_told_apart() -> None:
    steps = [
        ComingStep(at=NOW + timedelta(days=n, minutes=1), kind=StepKind.REMINDER, rule="r") for n in (-3, 0, 13, 14)
    ]
    told = by_day(steps, NOW, "Europe/Paris")
    assert [(one.reminders, one.closures) for one in told.days] == [(2, 0), *[(0, 0)] * 12, (1, 0)]
    assert (told.overdue, told.later) == (1, 1)


@given(requests=st.lists(REQUESTS, max_size=40), now=INSTANTS)
def test_each_open_request_is_counted_once_by_status_and_by_age(requests: list[OpenRequest], now: datetime) -> None:
    table = ages(requests, now, ORDER)
    assert table.total == sum(table.by_age) == len(requests)
    for row in table.rows:
        same = [r for r in requests if r.status == row.status and (r.status or r.status_name == row.status_name)]
        assert row.total == len(same)
        assert row.counts == tuple(
            sum(age_group(r.created, now) == place for r in same) for place in range(len(AGE_BOUNDS) + 1)
        )


def test_statuses_stand_in_the_packs_order_and_strangers_at_the_end() -> None:
    made = [
        OpenRequest(status=s, status_name=n, created=NOW) for s, n in ((None, "Zoo"), (None, "abc"), (ORDER[2], "x"))
    ]
    made.append(OpenRequest(status=ORDER[0], status_name="y", created=NOW))
    assert [(r.status, r.status_name) for r in ages(made, NOW, ORDER).rows] == [
        ("submitted", ""),
        ("waiting-customer", ""),
        (None, "abc"),
        (None, "Zoo"),
    ]


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (timedelta(hours=-5), 0),
        (timedelta(hours=23, minutes=59), 0),
        (timedelta(days=1), 1),
        (timedelta(days=3), 2),
        (timedelta(days=29), 4),
        (timedelta(days=30), 5),
        (timedelta(days=4000), 5),
    ],
)
def test_an_age_is_in_one_group(age: timedelta, group: int) -> None:
    assert age_group(NOW - age, NOW) == group


def clock(**changes: object) -> dict[str, object]:
    """What is published of a clock that stopped in time."""
    told = {
        "state": "stopped",
        "late": "no",
        "breachTime": "2026-11-02T15:00+00:00",
        "goalSeconds": 14400,
        "stoppedAt": "2026-11-02T12:00+00:00",
        "elapsedSeconds": 3600,
    }
    return told | changes


def test_a_clock_counts_when_it_stopped_or_when_its_goal_was_used_up() -> None:
    stop, breach = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 2, 15, tzinfo=UTC)
    assert clock_end(clock(), NOW) == ClockEnd(verdict=Verdict.KEPT, at=stop, elapsed=3600)
    late = clock(late="yes", stoppedAt="2026-12-01T09:00+00:00", elapsedSeconds=9)
    assert clock_end(late, NOW) == ClockEnd(verdict=Verdict.MISSED, at=breach, elapsed=9)
    running = clock(state="running", late=None, stoppedAt=None, elapsedSeconds=None)
    assert clock_end(running, NOW) == ClockEnd(verdict=Verdict.MISSED, at=breach, elapsed=None)
    assert clock_end(running, breach) is None, "at that very instant it is in time"
    assert clock_end(clock(late=None, goalSeconds=None, breachTime=None), NOW) == ClockEnd(
        verdict=Verdict.WITHOUT_GOAL, at=stop, elapsed=3600
    )
    paused = clock(state="paused", late=None, stoppedAt=None, breachTime=None, elapsedSeconds=None)
    assert clock_end(paused, NOW) is None


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "x",
        {},
        {"late": "yes"},
        clock(stoppedAt="soon"),
        clock(stoppedAt=5),
        clock(stoppedAt="2026-11-02T12:00"),
    ],
)
def test_what_somebody_else_wrote_into_the_property_counts_for_nothing(odd: object) -> None:
    assert clock_end(odd, NOW) is None


def test_odd_numbers_in_the_property_are_left_out() -> None:
    told = clock_end(clock(elapsedSeconds=-4, goalSeconds=True), NOW)
    assert told is not None
    assert (told.verdict, told.elapsed) == (Verdict.WITHOUT_GOAL, None)


@given(ends=st.lists(ENDS, max_size=30), now=INSTANTS, zone=ZONES)
def test_each_clock_falls_into_one_month_or_before_them(ends: list[ClockEnd], now: datetime, zone: str) -> None:
    months = by_month(ends, now, zone)
    present = f"{now.astimezone(ZoneInfo(zone)):%Y-%m}"
    assert months[-1].month == present
    assert len(months) == len({one.month for one in months}) == 6
    listed = {one.month for one in months}
    inside = [end for end in ends if f"{end.at.astimezone(ZoneInfo(zone)):%Y-%m}" in listed]
    assert sum(one.total for one in months) == len(inside)
    assert sum(one.kept for one in months) == sum(end.verdict is Verdict.KEPT for end in inside)
    assert all(one.total == one.decided + one.without_goal for one in months)
    assert all((one.median_seconds is None) <= (one.total >= 0) for one in months)


def test_a_month_tells_the_median_of_what_stopped() -> None:
    ends = [ClockEnd(verdict=Verdict.KEPT, at=NOW, elapsed=seconds) for seconds in (10, 500, 20)]
    assert by_month(ends, NOW, "Europe/Paris")[-1].median_seconds == 20
    assert by_month([], NOW, "Europe/Paris")[-1].median_seconds is None


LINES = st.lists(
    st.builds(
        Line,
        request_key=st.just("SUP-1"),
        summary=st.just(""),
        request_type=st.just("t"),
        customer=st.sampled_from(["Acme", "acme", "Bêta", ""]),
        consultant=st.just("c"),
        kind=st.sampled_from(Kind),
        seconds=st.integers(-(10**6), 10**6),
    ),
    max_size=20,
)


@given(lines=LINES)
def test_the_customers_together_are_the_month_to_the_second(lines: list[Line]) -> None:
    told = billed_by_customer(lines)
    assert sum(one.worked_seconds for one in told) == sum(x.seconds for x in lines if x.kind is not Kind.ESTIMATE)
    assert sum(one.billed_seconds or 0 for one in told) == sum(x.billed_seconds for x in lines)
    assert sum(one.internal_seconds or 0 for one in told) == sum(x.internal_seconds for x in lines)
    assert len({one.customer for one in told}) == len(told)


def test_a_desk_without_bills_still_counts_its_time_by_customer_and_month() -> None:
    def logged(number: int, at: datetime, key: str = "SUP-89") -> Worklog:
        return Worklog(id=str(number), at=at, by=SEBASTIEN, seconds=600 * number, issue_key=key)

    paris_november = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    one = Story(organizations=("Acme",), worklogs=(logged(1, NOW), logged(2, paris_november), logged(4, day(40)))).issue
    own = Story(organizations=(), worklogs=(logged(8, NOW), logged(16, NOW, "SUP-88"))).issue
    told = worked_by_customer([one, own], "2026-11", "Europe/Paris")
    assert [(t.customer, t.worked_seconds, t.billed_seconds) for t in told] == [("", 4800, None), ("Acme", 1800, None)]


def test_only_what_the_customer_sees_is_a_reminder() -> None:
    steps = coming_steps(Story().waiting().issue, policy(), day(1))
    foreseen = forecast(Story().waiting().issue, policy(), day(1))
    public = [f for f in foreseen if isinstance(f.action, AddComment) and f.action.audience is Audience.PUBLIC]
    assert len(public) == len(steps), "a closure is one step, whatever it is made of"
