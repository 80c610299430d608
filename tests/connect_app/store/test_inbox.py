from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from connect_app.store.database import open_database
from connect_app.store.inbox import Delivery, InboxTable
from connect_app.store.inbox_writer import LARGEST_COMMIT
from connect_app.store.schema import inbox
from connect_app.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE, OTHER_SITE = "site-1", "site-2"


def delivery(identifier: str, issue_id: str | None = "10001", *, event: str = "jira:issue_updated") -> Delivery:
    return Delivery(identifier=identifier, event=event, issue_id=issue_id, project_key="SUP", received_at=NOON)


def rows(engine: sa.Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        found = connection.execute(sa.select(inbox.c.installation_id, inbox.c.delivery_id).order_by(inbox.c.id))
        return [(row.installation_id, row.delivery_id) for row in found]


def test_a_delivery_is_stored_once_per_site_and_event(store: Store) -> None:
    assert store.inbox.put(SITE, delivery("d-1"))
    assert not store.inbox.put(SITE, delivery("d-1"))
    assert not store.inbox.put(SITE, delivery("d-1", issue_id="10002"))
    assert store.inbox.put(OTHER_SITE, delivery("d-1"))
    assert store.inbox.put(SITE, delivery("d-1", event="comment_created"))
    assert store.inbox.count_waiting() == 3


def test_a_redelivery_is_recognised_after_it_became_a_job(store: Store) -> None:
    store.inbox.put(SITE, delivery("d-1"))
    store.inbox.mark_drained(store.inbox.waiting()[0].rows)
    assert not store.inbox.put(SITE, delivery("d-1"))
    assert store.inbox.waiting() == []


def test_what_waits_is_grouped_by_issue_oldest_first_and_sites_take_turns(store: Store) -> None:
    for site, identifier, issue in (
        (SITE, "a", "10002"),
        (SITE, "b", "10001"),
        (OTHER_SITE, "c", "10002"),
        (SITE, "d", "10002"),
        (SITE, "e", None),
    ):
        store.inbox.put(site, delivery(identifier, issue))
    waiting = store.inbox.waiting()
    assert [(w.installation_id, w.issue_id, len(w.rows)) for w in waiting] == [
        (SITE, "10002", 2),
        (OTHER_SITE, "10002", 1),
        (SITE, "10001", 1),
        (SITE, "", 1),
    ]
    assert all(w.newest == max(w.rows) for w in waiting)


def test_a_crash_between_enqueueing_and_marking_gives_the_same_rows_again(store: Store) -> None:
    for number in range(3):
        store.inbox.put(SITE, delivery(f"d-{number}"))
    before = store.inbox.waiting()
    assert store.inbox.waiting() == before
    store.inbox.put(SITE, delivery("late"))
    store.inbox.mark_drained(before[0].rows)
    after = store.inbox.waiting()
    assert [len(w.rows) for w in after] == [1]
    assert after[0].newest > before[0].newest


def test_draining_looks_at_so_many_rows_and_no_more(store: Store) -> None:
    for number in range(5):
        store.inbox.put(SITE, delivery(f"d-{number}", f"{number}"))
    assert [w.issue_id for w in store.inbox.waiting(limit=2)] == ["0", "1"]


def test_only_drained_and_old_deliveries_are_forgotten(store: Store) -> None:
    store.inbox.put(SITE, replace(delivery("old"), received_at=NOON - timedelta(days=5)))
    store.inbox.put(SITE, replace(delivery("old and waiting", "2"), received_at=NOON - timedelta(days=5)))
    store.inbox.put(SITE, delivery("new", "3"))
    for waiting in store.inbox.waiting():
        if waiting.issue_id != "2":
            store.inbox.mark_drained(waiting.rows)
    assert store.inbox.forget_before(NOON - timedelta(days=4)) == 1
    assert rows(store.engine) == [(SITE, "old and waiting"), (SITE, "new")]


def test_row_numbers_are_never_used_again(store: Store) -> None:
    """They name jobs: a number given twice would name a job that has run already, and the hint would be lost."""
    store.inbox.put(SITE, delivery("d-1"))
    first = store.inbox.waiting()[0]
    store.inbox.mark_drained(first.rows)
    assert store.inbox.forget_before(NOON + timedelta(days=9)) == 1
    store.inbox.put(SITE, delivery("d-2"))
    assert store.inbox.waiting()[0].newest > first.newest


def test_many_threads_lose_nothing_and_store_each_once(store: Store) -> None:
    threads, each = 8, 60
    answers: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
    together = threading.Barrier(threads)

    def send(number: int) -> None:
        together.wait()
        for sent in range(each):
            # every delivery is sent by two threads, as Jira's retry would be
            identifier = f"d-{(number // 2) * each + sent}"
            answers.put((identifier, store.inbox.put(SITE, delivery(identifier, f"{sent}"))))

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(send, number) for number in range(threads)]:
            done.result()
    new = [identifier for identifier, is_new in (answers.get() for _ in range(threads * each)) if is_new]
    assert sorted(new) == sorted(f"d-{n}" for n in range(threads // 2 * each))
    assert sorted(identifier for _, identifier in rows(store.engine)) == sorted(new)


def test_two_web_processes_given_the_same_deliveries_in_opposite_order_do_not_block_each_other(store: Store) -> None:
    other = InboxTable(store.engine)
    identifiers = [f"d-{number:03d}" for number in range(120)]
    together = threading.Barrier(16)

    def send(table: InboxTable, names: list[str]) -> int:
        together.wait()
        return sum(table.put(SITE, delivery(name)) for name in names)

    with ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(send, store.inbox, identifiers[n::8]) for n in range(8)]
        jobs += [pool.submit(send, other, identifiers[::-1][n::8]) for n in range(8)]
        assert sum(job.result() for job in jobs) == len(identifiers)
    other.close()


def test_callers_share_commits(store: Store) -> None:
    commits: list[int] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *_: commits.append(1))
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: store.inbox.put(SITE, delivery(f"d-{n}")), range(200)))
    assert len(commits) < 200
    assert LARGEST_COMMIT >= 8


def test_a_database_error_reaches_every_caller_and_the_next_is_served(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(store.inbox.put, SITE, delivery(f"d-{n}"), timeout=10) for n in range(40)]
        errors = [future.exception() for future in waiting]
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
    assert {isinstance(error, sa.exc.DBAPIError) for error in errors} == {True}
    assert store.inbox.put(SITE, delivery("d-1"), timeout=10)


HOSTILE = {
    "half a surrogate pair": delivery("bad", "\ud800"),
    "no time zone": replace(delivery("bad"), received_at=datetime(2026, 11, 22)),  # noqa: DTZ001 - the mistake itself
    "not a text": replace(delivery("bad"), issue_id={"id": 1}),  # type: ignore[arg-type]  # what a body may hold
}


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_a_delivery_that_cannot_be_stored_harms_no_other(store: Store, bad: Delivery) -> None:
    together = threading.Barrier(8)

    def send(number: int) -> bool | BaseException:
        together.wait()
        hostile = number % 4 == 0
        try:
            return store.inbox.put(SITE, bad if hostile else delivery(f"d-{number}"), timeout=10)
        except (sa.exc.SQLAlchemyError, ValueError, TypeError) as error:
            assert hostile
            return error

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(64)))
    assert [answer for number, answer in enumerate(answers) if number % 4] == [True] * 48
    assert True not in answers[::4]
    assert store.inbox.count_waiting() == 48


def test_what_was_put_is_on_the_disk_when_put_returns(sqlite_url: str) -> None:
    table = InboxTable(open_database(sqlite_url))
    table.put(SITE, delivery("d-1"))
    reader = open_database(sqlite_url)
    assert rows(reader) == [(SITE, "d-1")]
    reader.dispose()
    table.close()


def test_closing_serves_who_waits_and_may_be_done_twice(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(store.inbox.put, SITE, delivery(f"d-{n}"), timeout=10) for n in range(50)]
        stored = [future.result() for future in waiting]
        store.inbox.close()
    store.inbox.close()
    assert all(stored)
    assert store.inbox.count_waiting() == 50


def test_a_full_disk_is_told(sqlite_url: str) -> None:
    engine = open_database(sqlite_url, pool_size=1)
    sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count=1"))
    table = InboxTable(engine)
    stored = []

    def fill() -> None:
        for number in range(2000):
            if table.put(SITE, delivery(f"d-{number}" + "x" * 200)):
                stored.append(number)  # noqa: PERF401 - what was stored before the failure counts

    with pytest.raises(sa.exc.OperationalError, match="full"):
        fill()
    assert table.count_waiting() == len(stored)
    table.close()
    engine.dispose()


def test_a_database_that_was_restarted_costs_no_delivery(store: Store) -> None:
    """The connection kept for writing is one nobody asks whether it still lives."""
    store.inbox.put(SITE, delivery("before"))
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    assert store.inbox.put(SITE, delivery("after"))
    assert rows(store.engine) == [(SITE, "before"), (SITE, "after")]


def test_who_waited_too_long_is_told_and_holds_nobody_up(store: Store) -> None:
    blocking, waiting = store.engine.connect(), 6
    lock = "BEGIN IMMEDIATE" if store.engine.dialect.name == "sqlite" else "LOCK TABLE inbox IN EXCLUSIVE MODE"
    blocking.exec_driver_sql(lock)
    writes = threading.Event()
    sa.event.listen(store.engine, "before_cursor_execute", lambda *_: writes.set())
    try:
        with ThreadPoolExecutor(waiting) as pool:
            patient = pool.submit(store.inbox.put, SITE, delivery("first"), timeout=20)
            assert writes.wait(10)
            hasty = [pool.submit(store.inbox.put, SITE, delivery(f"d-{n}"), timeout=0.3) for n in range(waiting - 1)]
            assert {type(future.exception(timeout=10)) for future in hasty} == {TimeoutError}
            blocking.rollback()
            assert patient.result(timeout=20)
    finally:
        blocking.close()
    assert store.inbox.put(SITE, delivery("next"), timeout=5)
    assert [identifier for _, identifier in rows(store.engine)] == ["first", "next"]
