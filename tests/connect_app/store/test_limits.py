"""Pauses and points, shared by every process: never shortened, never lost by a neighbour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from connect_app.store.agenda import Agenda, Appointment
from connect_app.store.database import open_database
from connect_app.store.inbox import InboxTable
from connect_app.store.ledger import Ledger
from connect_app.store.pauses import EVERY_SITE, LOOK_SECONDS, Kind, Pause, Pauses
from connect_app.store.points import Spent
from connect_app.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAUSE = Pause("site-1", Kind.CLOSED, 100.0, "jira-quota-tenant-based")
SPENT = Spent(installation_id="site-1", hour=NOON, purpose="sweep", calls=2, points=40)


def test_a_pause_grows_and_never_shrinks(store: Store) -> None:
    store.pauses.put(PAUSE)
    store.pauses.put(replace(PAUSE, until=60.0))
    assert store.pauses.all(50.0) == (PAUSE,)
    store.pauses.put(replace(PAUSE, until=200.0, reason="again"))
    assert [(p.until, p.reason) for p in store.pauses.all(50.0)] == [(200.0, "again")]
    assert store.pauses.all(200.0) == ()


def test_what_one_process_learnt_the_other_knows_within_a_second(store: Store) -> None:
    clock = [0.0]
    other = Pauses(store.engine, now=lambda: clock[0])
    assert other.all(0.0) == ()
    everybody = replace(PAUSE, scope=EVERY_SITE)
    store.pauses.put(everybody)
    assert other.all(0.0) == (), "asked a moment ago: not asked again for every call"
    clock[0] = LOOK_SECONDS
    assert other.all(0.0) == (everybody,)
    store.pauses.forget_before(101.0)
    clock[0] = 2 * LOOK_SECONDS
    assert other.all(0.0) == ()


def test_points_of_many_processes_add_up(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.points.add([SPENT, replace(SPENT, purpose="issue", points=3)]), range(8)))
    store.points.add([replace(SPENT, hour=NOON - timedelta(hours=30))])
    found = store.points.since(NOON)
    assert sorted((s.purpose, s.calls, s.points) for s in found) == [("issue", 16, 24), ("sweep", 16, 320)]
    store.points.forget_before(NOON + timedelta(hours=1))
    assert store.points.since(NOON - timedelta(days=9)) == []


def test_late_clocks_and_due_appointments_are_counted(store: Store) -> None:
    one = Appointment(installation_id="s", issue_id="1", project_key="SUP", due_at=NOON, why="", seen="", late=2)
    store.agenda.put(one)
    store.agenda.put(replace(one, issue_id="2", late=0, due_at=NOON + timedelta(seconds=1)))
    store.agenda.put(replace(one, issue_id="3", installation_id="t", late=1, due_at=None))
    assert store.agenda.count_late() == {"s": 2, "t": 1}
    assert store.agenda.count_due(NOON) == 1
    assert (store.agenda.count_due(NOON + timedelta(days=1)), store.agenda.count_due(NOON, limit=0)) == (2, 0)
    assert store.agenda.due(NOON) == [one]


def test_monitoring_and_the_tick_read_small_indexes_not_whole_tables(sqlite_url: str) -> None:
    """However many rows there are, they are looked for where only the few are kept that matter."""
    engine = open_database(sqlite_url)
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    agenda, ledger, inbox = Agenda(engine), Ledger(engine), InboxTable(engine)
    agenda.due(NOON)
    agenda.count_due(NOON)
    agenda.count_late()
    ledger.count_unsettled()
    inbox.oldest_waiting()
    wanted = ["ix_agenda_due", "ix_agenda_due", "ix_agenda_late", "ix_ledger_unsettled", "ix_inbox_waiting"]
    with engine.connect() as connection:
        for question, index in zip(asked[:5], wanted, strict=True):
            filled = question.replace("?", "1")
            plan = " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {filled}"))
            assert index in plan, plan
    engine.dispose()
