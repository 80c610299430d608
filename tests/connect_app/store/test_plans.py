"""Agenda, holds, bindings and workers: one row per thing, replaced whole, by several writers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automation_rules.binding import Binding, Mode, Vocabulary
from automation_rules.figures_coming import ComingStep, StepKind
from connect_app.doors.installation import Admission, Door
from connect_app.store.agenda import Appointment
from connect_app.store.bindings import BoundProject
from connect_app.store.holds import Hold
from connect_app.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "site-1"
APPOINTMENT = Appointment(
    installation_id=SITE, issue_id="1", project_key="SUP", due_at=NOON, why="follow-up: silent", seen="u1"
)
HOLD = Hold(
    installation_id=SITE,
    project_key="SUP",
    checksum="abc",
    held_at=NOON,
    released_at=None,
    plan={"closures": ["clé/1", "clé/2"]},
)


def at_once(write: Callable[[int], object], threads: int = 8) -> None:
    together = threading.Barrier(threads)

    def start(number: int) -> None:
        together.wait()
        write(number)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(start, range(threads)))


def test_an_appointment_is_kept_moved_and_cleared(store: Store) -> None:
    store.agenda.put(APPOINTMENT)
    assert store.agenda.of_issue(SITE, "1") == APPOINTMENT
    moved = replace(APPOINTMENT, due_at=None, why="", seen="u2", project_key="NEW")
    store.agenda.put(moved)
    assert store.agenda.of_issue(SITE, "1") == moved
    store.agenda.clear(SITE, "1")
    store.agenda.clear(SITE, "1")
    assert store.agenda.of_issue(SITE, "1") is None


def test_what_comes_of_each_issue_of_a_project_is_kept(store: Store) -> None:
    steps = tuple(ComingStep(at=NOON + timedelta(days=n), kind=kind, rule="r") for n, kind in enumerate(StepKind))
    rows = {
        "1": replace(APPOINTMENT, coming=steps),
        "2": replace(APPOINTMENT, issue_id="2", coming=(), due_at=None),
        "3": replace(APPOINTMENT, issue_id="3", coming=None),
    }
    others = (replace(APPOINTMENT, issue_id="4", project_key="NEW"), replace(APPOINTMENT, installation_id="site-2"))
    for row in (*rows.values(), *others):
        store.agenda.put(row)
    assert {row.issue_id: row for row in store.agenda.of_project(SITE, "SUP")} == rows
    assert set(store.agenda.seen(SITE, "SUP")) == {"1", "2"}, "what was read before steps were kept is read again"


def test_what_is_due_comes_earliest_first_and_never_before_its_time(store: Store) -> None:
    for issue, seconds in (("late", 1), ("now", 0), ("long ago", -100), ("before", -1)):
        store.agenda.put(replace(APPOINTMENT, issue_id=issue, due_at=NOON + timedelta(seconds=seconds)))
    store.agenda.put(replace(APPOINTMENT, issue_id="never", due_at=None))
    assert [a.issue_id for a in store.agenda.due(NOON)] == ["long ago", "before", "now"]
    assert [a.issue_id for a in store.agenda.due(NOON, limit=1)] == ["long ago"]


def test_what_was_seen_is_told_by_site_and_project(store: Store) -> None:
    store.agenda.put(APPOINTMENT)
    store.agenda.put(replace(APPOINTMENT, issue_id="2", due_at=None, seen="u2"))
    store.agenda.put(replace(APPOINTMENT, issue_id="3", project_key="OPS"))
    store.agenda.put(replace(APPOINTMENT, installation_id="site-2", seen="other"))
    assert store.agenda.seen(SITE, "SUP") == {"1": "u1", "2": "u2"}


def test_several_writers_of_one_appointment_leave_one(store: Store) -> None:
    for number in range(5):
        issue = str(number)
        at_once(lambda n, issue=issue: store.agenda.put(replace(APPOINTMENT, issue_id=issue, seen=f"u{n}")))  # type: ignore[misc]  # mypy cannot type a default of a lambda
    assert len(store.agenda.due(NOON)) == 5


def hold(store: Store, plan: Hold) -> None:
    store.holds.change(plan.installation_id, plan.project_key, lambda _: plan, at=plan.held_at)


def test_another_plan_needs_another_release(store: Store) -> None:
    hold(store, HOLD)
    store.holds.release(SITE, "SUP", "abc", at=NOON)
    other = replace(HOLD, checksum="def", held_at=NOON + timedelta(hours=1), plan={"closures": ["x"]})
    hold(store, other)
    assert store.holds.of_project(SITE, "SUP") == other
    assert not store.holds.release(SITE, "SUP", "abc", at=NOON)
    assert store.holds.of_project(SITE, "SUP") == other


@pytest.mark.parametrize("wrong", [("site-2", "SUP", "abc"), (SITE, "OPS", "abc"), (SITE, "SUP", "ab")])
def test_only_exactly_that_plan_is_released(store: Store, wrong: tuple[str, str, str]) -> None:
    hold(store, HOLD)
    assert not store.holds.release(*wrong, at=NOON)
    assert store.holds.of_project(SITE, "SUP") == HOLD


def test_many_jobs_changing_a_hold_at_once_lose_nothing(store: Store) -> None:
    at_once(
        lambda n: store.holds.change(SITE, "SUP", lambda held: replace(held, plan={**held.plan, f"{n}": n}), at=NOON)
    )
    held = store.holds.of_project(SITE, "SUP")
    assert held is not None
    assert {f"{n}" for n in range(8)} <= set(held.plan)


def test_a_binding_comes_back_as_it_was(store: Store) -> None:
    admission = Admission(door=Door.TOKEN, client_key="c", base_url="https://d.atlassian.net", secret="s")  # noqa: S106 - no password
    site = store.installations.install(admission, now=NOON, host_time=0.0).id
    bound = BoundProject(
        binding=Binding(
            project_key="SUP",
            pack="managed_operations",
            locale="fr",
            mode=Mode.DRY_RUN,
            enabled_at=NOON,
            people={"team-lead": ("a-1", "a-2")},
            groups={"on-call": ("g-1",)},
            parameters={"X": 3, "rappels": [3, 6], "texte": "à l’écoute"},
            contracts={"Société Générale": "week-days"},
        ),
        vocabulary=Vocabulary(
            project_id="10000",
            statuses={"10012": "waiting_customer"},
            fields={"mode": "customfield_10050"},
            organizations_field="customfield_10002",
            request_type_field=None,
        ),
    )
    store.bindings.put(site, bound)
    assert store.bindings.of_project(site, "SUP") == bound
    switched_on = replace(bound, binding=replace(bound.binding, mode=Mode.ON, groups={}))
    store.bindings.put(site, switched_on)
    earlier = replace(bound, binding=replace(bound.binding, project_key="OPS"))
    store.bindings.put(site, earlier)
    assert store.bindings.of_installation(site) == [earlier, switched_on]
    assert store.bindings.of_project(site, "NOT") is None
    assert store.bindings.of_installation("site-2") == []
    at_once(lambda _: store.bindings.put(site, bound))
    assert store.bindings.of_project(site, "SUP") == bound


def test_a_worker_beats_ticks_and_retires(store: Store) -> None:
    store.workers.beat("w-1", boot="b1", host_time=100.5)
    store.workers.ticked("w-1", NOON)
    store.workers.ticked("nobody", NOON)
    store.workers.beat("w-1", boot="b2", host_time=105.5)
    store.workers.beat("w-0", boot="b1", host_time=1.0)
    found = store.workers.all()
    assert [(w.executor_id, w.boot, w.beat_at, w.last_tick) for w in found] == [
        ("w-0", "b1", 1.0, None),
        ("w-1", "b2", 105.5, NOON),
    ]
    assert store.workers.retire("w-1")
    assert [w.executor_id for w in store.workers.all()] == ["w-0"]


def test_two_processes_given_one_slot_beat_into_one_row(store: Store) -> None:
    at_once(lambda n: store.workers.beat("w-1", boot=f"b{n}", host_time=float(n)))
    assert len(store.workers.all()) == 1


def test_exactly_one_takes_over_a_silent_worker_and_none_one_that_beats_again(store: Store) -> None:
    store.workers.beat("w-1", boot="b", host_time=1.0)
    (silent,) = store.workers.all()
    assert [store.workers.claim(silent, host_time=100.0) for _ in range(2)] == [True, False]
    store.workers.beat("w-1", boot="c", host_time=101.0)
    assert not store.workers.retire("w-1", beat_at=100.0), "it is back, and must not be forgotten"
    (back,) = store.workers.all()
    assert (back.boot, back.beat_at) == ("c", 101.0)
    assert store.workers.retire("w-1", beat_at=101.0)
    assert store.workers.all() == []
