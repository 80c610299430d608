"""One noisy site starves no other: shown by what is asked of Jira, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from connect_app.doors.installation import Admission, Door, Installation
from connect_app.engine import Worker
from connect_app.jira.limit_headers import QUOTA_GLOBAL, QUOTA_TENANT
from connect_app.operations.job_names import LANES
from connect_app.operations.shared_limits import SharedLimits
from connect_app.runtime import Runtime
from connect_app.store.inbox import Delivery
from connect_app.store.pauses import LOOK_SECONDS, Pauses
from connect_app.store.schema import inbox, pauses
from connect_app.store.store import Store
from tests.connect_app.auth_cases import FrozenClock
from tests.connect_app.small_jira import NOON, SmallJira, all_done, install, small_jira, until

FLOOD = 3000


@pytest.fixture
def noisy() -> Iterator[SmallJira]:
    with small_jira() as jira:
        yield jira


@pytest.fixture
def quiet() -> Iterator[SmallJira]:
    with small_jira() as jira:
        yield jira


def flood(store: Store, site: str, hints: int) -> None:
    """Webhooks of one site about as many issues."""
    rows = [
        {"installation_id": site, "delivery_id": f"d{n}", "event": "e", "issue_id": str(n), "received_at": NOON}
        for n in range(1, hints + 1)
    ]
    with store.engine.begin() as connection:
        connection.execute(sa.insert(inbox), rows)


def hint(store: Store, site: str, issue: str) -> None:
    delivery = Delivery(identifier=f"h{issue}", event="e", issue_id=issue, project_key=None, received_at=NOON)
    assert store.inbox.put(site, delivery)


def test_thousands_of_hints_of_one_site_do_not_delay_the_hint_of_another(store: Store) -> None:
    """The next look at the inbox takes it up, however much arrived before it."""
    flood(store, "noisy", FLOOD)
    hint(store, "quiet", "1")
    waiting = store.inbox.waiting()
    assert [group.installation_id for group in waiting[:2]] == ["noisy", "quiet"]
    assert len(waiting) == 1000
    assert [group.issue_id for group in waiting if group.installation_id == "noisy"] == [str(n) for n in range(1, 1000)]
    assert [group.installation_id for group in store.inbox.waiting(but=("noisy",))] == ["quiet"]


@pytest.mark.parametrize("trouble", ["slow", "limited"])
def test_a_flood_from_a_site_in_trouble_leaves_the_others_their_turn(
    runtime: Runtime, worker: Worker, noisy: SmallJira, quiet: SmallJira, trouble: str
) -> None:
    """At most one round of the noisy site's lanes is asked before the quiet site, though it came first."""
    loud, calm = install(runtime, noisy), install(runtime, quiet)
    hints = 4 * LANES
    if trouble == "slow":
        noisy.held = {str(n) for n in range(1, hints + 1)}
    else:
        noisy.answers = {str(n): [(429, {"Retry-After": "1"})] for n in range(1, hints + 1)}
    flood(runtime.store, loud, hints)
    hint(runtime.store, calm, "1")
    worker.drain()
    until(lambda: len(quiet.times("1")) == 1, "the quiet site waits behind the noisy one")
    assert len([at for _, at in noisy.asked if at < quiet.times("1")[0]]) <= 2 * LANES
    noisy.answers.clear()
    noisy.held.clear()
    noisy.go_on.set()
    all_done(runtime)
    assert {issue for issue, _ in noisy.asked} == {str(n) for n in range(1, hints + 1)}


def test_a_spent_quota_stops_its_site_and_nothing_of_it_is_lost(
    runtime: Runtime, worker: Worker, noisy: SmallJira, quiet: SmallJira
) -> None:
    spent, other = install(runtime, noisy), install(runtime, quiet)
    noisy.answers["1"] = [(429, {"Retry-After": "2", "RateLimit-Reason": QUOTA_TENANT})]
    hint(runtime.store, spent, "1")
    worker.drain()
    until(lambda: len(noisy.asked) == 1, "the first call was not made")
    until(lambda: runtime.parts.sites.paused() == {spent}, "the pause is not known")
    runtime.jobs.issue(f"{spent}/direct", spent, "3")
    for number in range(10):
        hint(runtime.store, spent, f"2{number % 2}{number}")
    hint(runtime.store, other, "1")
    assert worker.drain() == 1, "only the other site's hint becomes a job"
    until(lambda: len(quiet.asked) == 1, "the other site waits")
    assert len(noisy.asked) == 1, "nothing is asked of the site, by no job"
    assert runtime.store.inbox.count_waiting(spent) == 10
    until(lambda: runtime.parts.sites.paused() == frozenset(), "the pause does not end")
    worker.drain()
    all_done(runtime)
    first, *later = [at for _, at in noisy.asked]
    assert min(later) - first >= 1.9
    assert sorted({issue for issue, _ in noisy.asked}, key=int) == sorted(
        ["1", "3", *(f"2{n % 2}{n}" for n in range(10))], key=int
    )


def admit(store: Store, door: Door, name: str) -> Installation:
    admission = Admission(door=door, client_key=name, base_url=f"https://{name}.atlassian.net", secret="s" * 32)
    return store.installations.install(admission, now=NOON, host_time=0.0)


def test_a_quota_of_all_sites_stops_those_that_share_it(store: Store) -> None:
    """A site with a user's token is exempt from points: it goes on."""
    clock = FrozenClock()
    sites = {name: admit(store, door, name) for name, door in _DOORS.items()}
    limits = {name: SharedLimits(Pauses(store.engine), clock, site) for name, site in sites.items()}
    limits["one"].pause(sites["one"].id, 30.0, QUOTA_GLOBAL)
    assert {name: told.left(sites[name].id) for name, told in limits.items()} == {
        "one": (30.0, QUOTA_GLOBAL),
        "two": (30.0, QUOTA_GLOBAL),
        "token": None,
    }
    limits["token"].pause(sites["token"].id, 20.0, QUOTA_GLOBAL)
    known = SharedLimits(Pauses(store.engine), clock, sites["token"])
    assert known.left(sites["token"].id) == (20.0, QUOTA_GLOBAL), "what Jira says of a site is believed, for that site"


_DOORS = {"one": Door.CONNECT, "two": Door.CONNECT, "token": Door.TOKEN}


def test_without_the_table_of_pauses_calls_go_on(store: Store) -> None:
    """A call to Jira never fails because what is only a courtesy could not be read or written."""
    clock, site = FrozenClock(), admit(store, Door.CONNECT, "one")
    ticking = iter(range(100))
    board = replace(SharedLimits(Pauses(store.engine, now=lambda: next(ticking) * LOOK_SECONDS), clock, site))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pauses RENAME TO elsewhere")
    board.pause(site.id, 30.0, QUOTA_TENANT)
    board.spare(site.id, 30.0)
    assert (board.left(site.id), board.near(site.id)) == (None, None)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO pauses")
        assert connection.execute(sa.select(pauses)).all() == []
