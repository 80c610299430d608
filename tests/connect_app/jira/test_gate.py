"""What Jira says of its limits is kept by every later call: each reason stops what it is about, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.errors import Temporary
from connect_app.jira.budget import AT_ONCE, STEADY, Budget
from connect_app.jira.gate import LONGEST_SILENCE, PATIENCE, QUOTA_WAIT, SILENT, Gate
from connect_app.jira.limit_headers import BURST, PER_ISSUE, QUOTA_GLOBAL, QUOTA_TENANT
from connect_app.jira.spending import Account, Amount, Purpose, Spending, spending_on
from connect_app.jira.tariff import burst_of

READ, WRITE = ("GET", "rest/api/3/issue/1"), ("POST", "rest/api/3/issue/1/comment")
OTHER_READ, OTHER_WRITE = ("GET", "rest/api/3/field"), ("POST", "rest/api/3/issue/2/comment")
EVERYTHING = (READ, WRITE, OTHER_READ, OTHER_WRITE)


@dataclass
class Board:
    """The pauses all processes share, as this test keeps them."""

    closed: dict[str, tuple[float, str]] = field(default_factory=dict)
    spared: dict[str, float] = field(default_factory=dict)

    def left(self, installation_id: str) -> tuple[float, str] | None:
        return self.closed.get(installation_id)

    def near(self, installation_id: str) -> float | None:
        return self.spared.get(installation_id)

    def pause(self, installation_id: str, seconds: float, reason: str) -> None:
        self.closed[installation_id] = (seconds, reason)

    def spare(self, installation_id: str, seconds: float) -> None:
        self.spared[installation_id] = seconds


@dataclass
class Hours:
    """A clock that sleeping moves."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Door:
    """A gate with everything around it."""

    board: Board = field(default_factory=Board)
    hours: Hours = field(default_factory=Hours)
    kept: list[dict[Account, Amount]] = field(default_factory=list)

    def __post_init__(self) -> None:
        def keep(amounts: dict[Account, Amount]) -> bool:
            self.kept.append(amounts)
            return True

        spending = Spending(keep, self.hours.now)
        self.gate = Gate(
            "site-1",
            self.board,
            spending,
            lambda: 1_800_000_000.0,
            lambda _: 0.0,
            10.0,
            self.hours.now,
            self.hours.sleep,
        )

    def limited(self, call: tuple[str, str], reason: str | None, retry_after: str | None = "7") -> None:
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self.gate.answered(*call, 429, {**headers, **({"RateLimit-Reason": reason} if reason else {})}, None)

    def held(self) -> dict[tuple[str, str], tuple[float | None, str | None]]:
        """The calls that have to wait now, how long, and why."""
        told = {}
        for call in EVERYTHING:
            wait = self.refused(call)
            if wait is not None:
                told[call] = (wait.retry_after, wait.reason)
        return told

    def refused(self, call: tuple[str, str]) -> Temporary | None:
        """Why the call may not be sent now; None when it may."""
        try:
            self.gate.enter(*call)
        except Temporary as wait:
            return wait
        return None


@pytest.mark.parametrize(
    ("call", "reason", "stopped"),
    [
        (READ, BURST, {READ}),
        (READ, None, {READ}),
        (WRITE, BURST, {WRITE, OTHER_WRITE}),
        (WRITE, PER_ISSUE, {WRITE}),
        (OTHER_READ, "something new", {OTHER_READ}),
    ],
)
def test_a_limit_stops_what_it_is_about(
    call: tuple[str, str], reason: str | None, stopped: set[tuple[str, str]]
) -> None:
    door = Door()
    door.limited(call, reason)
    assert set(door.held()) == stopped
    assert {seconds for seconds, _ in door.held().values()} == {7.0}
    assert door.board.closed == {}, "neither other sites nor other processes wait for a burst"
    door.hours.at += 7
    assert door.held() == {}


@pytest.mark.parametrize("reason", [QUOTA_TENANT, QUOTA_GLOBAL])
def test_a_spent_quota_stops_every_call_of_every_process(reason: str) -> None:
    door, other = Door(), Door()
    other.gate.pauses = door.board
    door.limited(READ, reason, "1234")
    assert set(door.held()) == set(other.held()) == set(EVERYTHING)
    assert set(other.held().values()) == {(1234.0, reason)}


def test_a_quota_that_does_not_say_how_long_is_asked_again_in_a_while() -> None:
    door = Door()
    door.limited(READ, QUOTA_TENANT, None)
    assert door.board.closed == {"site-1": (QUOTA_WAIT, QUOTA_TENANT)}


def test_a_nearly_spent_quota_is_told_before_it_hurts() -> None:
    door = Door()
    door.gate.answered(*READ, 200, {"X-RateLimit-NearLimit": "true"}, {})
    assert door.gate.near() is None, "a burst is over before anything could wait for it"
    headers = {"RateLimit-Policy": '"tenant-quota";q=100;w=3600', "RateLimit": '"tenant-quota";r=10;t=900'}
    door.gate.answered(*READ, 200, headers, {})
    assert door.gate.near() == 900.0
    assert door.held() == {}


def test_a_site_that_does_not_answer_is_left_alone_for_longer_and_longer() -> None:
    door = Door()
    waits = []
    for _ in range(12):
        door.gate.unanswered(*READ)
        held = door.held()
        waits.append(held[READ][0] if held else 0.0)
        assert set(held) in (set(), set(EVERYTHING))
        assert {reason for _, reason in held.values()} <= {SILENT}
        door.hours.at += LONGEST_SILENCE
    assert waits == [0, 0, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]
    door.gate.unanswered(*READ)
    door.gate.answered(*READ, 500, {}, None)
    assert door.held() == {}, "it answers again"
    door.gate.unanswered(*READ)
    assert door.held() == {}


def test_points_are_counted_by_hour_and_purpose_and_handed_on_together() -> None:
    door = Door()
    with spending_on(Purpose.SWEEP):
        door.gate.answered("POST", "rest/api/3/search/jql", 200, {}, {"issues": [{}] * 9})
    with spending_on(Purpose.ISSUE):
        door.gate.answered(*WRITE, 201, {}, {"id": "1"})
        door.gate.answered(*READ, 404, {}, None)
    door.gate.enter(*OTHER_READ)
    assert door.kept == []
    door.hours.at += 10
    door.gate.enter(*OTHER_READ)
    (amounts,) = door.kept
    assert {account.purpose: amount for account, amount in amounts.items()} == {
        "sweep": Amount(1, 10),
        "issue": Amount(2, 2),
    }
    assert {(account.installation_id, account.hour.isoformat()) for account in amounts} == {
        ("site-1", "2027-01-15T08:00:00+00:00")
    }


def test_what_could_not_be_kept_is_kept_the_next_time() -> None:
    answers, kept = [False, True], []
    hours = Hours()

    def keep(amounts: dict[Account, Amount]) -> bool:
        kept.append(sum(amount.points for amount in amounts.values()))
        return answers.pop(0)

    spending = Spending(keep, hours.now)
    spending.count("s", 5, host_time=0.0)
    spending.hand_on(after=0)
    spending.count("s", 2, host_time=0.0)
    spending.hand_on(after=0)
    spending.hand_on(after=0)
    assert kept == [5, 7]


def test_a_call_that_would_wait_long_gives_its_thread_back() -> None:
    door = Door()
    started = door.hours.at
    wait = next(wait for _ in range(100) if (wait := door.refused(WRITE)) is not None)
    assert wait.happened is False
    assert wait.retry_after is not None
    assert wait.retry_after > PATIENCE
    assert door.hours.at - started <= PATIENCE + 1, "up to a second it waits in place"


CALLS = st.lists(st.tuples(st.sampled_from(EVERYTHING), st.floats(0, 0.2)), max_size=300)


@given(CALLS)
def test_no_burst_and_no_issue_goes_beyond_its_limit(calls: list[tuple[tuple[str, str], float]]) -> None:
    """Held against a witness that counts what was sent in every window."""
    door, sent = Door(), []
    for call, pause in calls:
        door.hours.at += pause
        if door.refused(call) is None:
            sent.append((door.hours.at, call))
    for most, seconds in ((20, 2.0), (100, 30.0)):
        times = [at for at, call in sent if call == WRITE]
        assert all(later - sooner >= seconds for sooner, later in zip(times, times[most:], strict=False))
    reads = [at for at, call in sent if call == READ]
    assert all(later - sooner >= 1.0 for sooner, later in zip(reads, reads[150:], strict=False))
    assert all(later >= sooner for sooner, later in pairwise(at for at, _ in sent))


def test_each_site_and_endpoint_has_a_budget_of_its_own() -> None:
    hours = Hours()
    budget = Budget(hours.now)
    slow = "GET rest/servicedeskapi/servicedesk/{}/customer"
    assert budget.take(slow, None, patience=1) == 0
    assert 0 < budget.take(slow, None, patience=1) < 1, "five a second, no more"
    assert budget.take("GET rest/api/3/issue/{}", None, patience=1) == 0
    waits = [budget.take("GET rest/api/3/issue/{}", None, patience=0) for _ in range(200)]
    assert waits.count(0) < 150
    hours.at += 60
    assert budget.take("GET rest/api/3/issue/{}", None, patience=0) == 0


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_several_workers_keep_below_the_limit_together(workers: int) -> None:
    hours = Hours()
    crew = [Budget(hours.now) for _ in range(workers)]
    call = "GET rest/api/3/issue/{}"
    for budget in crew:
        assert budget.take(call, None, patience=0) == 0, "each begins as if it were alone"
        budget.share = workers
    hours.at += 60
    sent = 0
    for _ in range(10_000):
        hours.at += 0.001
        sent += sum(budget.take(call, None, patience=0) == 0 for budget in crew)
    seconds = 10
    limit = burst_of(call)
    assert 0.6 * limit * seconds < sent <= (STEADY * seconds + AT_ONCE) * limit + workers
