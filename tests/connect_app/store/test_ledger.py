from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from automation_rules.actions import AddComment, MoveTo
from automation_rules.facts import Audience
from connect_app.store.ledger import EntryState, Intent
from connect_app.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "site-1"
KEY = "inactivity/follow-up/10088/20261110T090000Z/3d"


def comment(key: str = KEY) -> AddComment:
    return AddComment(key=key, rule="follow-up", audience=Audience.PUBLIC, message="reminder", text="Bonjour")


def intent(key: str = KEY, *, owner: str = "worker-1/a", issue_key: str = "SUP-88", reason: str = "silent") -> Intent:
    return Intent(
        action=comment(key),
        issue_id="10088",
        issue_key=issue_key,
        reasons=(reason, "depuis 3 jours"),
        policy="sha-1",
        owner=owner,
        at=NOON,
    )


def move(key: str, issue_key: str) -> Intent:
    action = MoveTo(key=key, rule="close", from_status="waiting", to_status="closed")
    return Intent(action=action, issue_id=key, issue_key=issue_key, reasons=(), policy="p", owner="w", at=NOON)


def states(store: Store, site: str = SITE) -> list[EntryState]:
    return [entry.state for entry in store.ledger.of_issue(site, "10088")]


def test_an_intention_is_kept_with_everything_an_auditor_asks(store: Store) -> None:
    assert store.ledger.intend(SITE, intent())
    (entry,) = store.ledger.of_issue(SITE, "10088")
    assert (entry.key, entry.issue_key, entry.rule, entry.action) == (KEY, "SUP-88", "follow-up", "AddComment")
    assert entry.summary == "post the public comment “reminder”"
    assert entry.reasons == ("silent", "depuis 3 jours")
    assert (entry.state, entry.owner, entry.policy) == (EntryState.INTENDED, "worker-1/a", "sha-1")
    assert (entry.intended_at, entry.done_at, entry.result, entry.error) == (NOON, None, None, None)


def test_exactly_one_of_many_workers_may_act(store: Store) -> None:
    workers = 8
    for round_number in range(10):
        key = f"{KEY}/{round_number}"
        together = threading.Barrier(workers)

        def claim(number: int, key: str = key, together: threading.Barrier = together) -> bool:
            together.wait()
            return store.ledger.intend(SITE, intent(key, owner=f"worker-{number}"))

        with ThreadPoolExecutor(workers) as pool:
            won = [number for number, mine in enumerate(pool.map(claim, range(workers))) if mine]
        assert len(won) == 1
        entry = store.ledger.of_issue(SITE, "10088")[-1]
        assert (entry.key, entry.owner) == (key, f"worker-{won[0]}")


@pytest.mark.parametrize("before", [EntryState.WOULD_DO, EntryState.FAILED])
def test_exactly_one_of_many_workers_may_try_again(store: Store, before: EntryState) -> None:
    if before is EntryState.WOULD_DO:
        store.ledger.tell(SITE, intent())
    else:
        store.ledger.intend(SITE, intent())
        store.ledger.fail(SITE, KEY, error="no")
    together = threading.Barrier(8)

    def claim(number: int) -> bool:
        together.wait()
        return store.ledger.intend(SITE, intent(owner=f"worker-{number}"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


def test_done_is_done_for_ever(store: Store) -> None:
    store.ledger.intend(SITE, intent())
    store.ledger.finish(SITE, KEY, at=NOON + timedelta(seconds=1), result={"comment": "9"})
    assert not store.ledger.intend(SITE, intent())
    assert not store.ledger.tell(SITE, intent())
    (entry,) = store.ledger.of_issue(SITE, "10088")
    assert (entry.state, entry.done_at, entry.result) == (
        EntryState.DONE,
        NOON + timedelta(seconds=1),
        {"comment": "9"},
    )


def test_what_was_told_is_told_once_and_may_then_be_done(store: Store) -> None:
    assert store.ledger.tell(SITE, intent(reason="told"))
    assert not store.ledger.tell(SITE, intent(reason="told"))
    assert states(store) == [EntryState.WOULD_DO]
    assert store.ledger.intend(SITE, intent(reason="meant", owner="worker-2"))
    (entry,) = store.ledger.of_issue(SITE, "10088")
    assert (entry.state, entry.reasons[0], entry.owner) == (EntryState.INTENDED, "meant", "worker-2")


def test_what_jira_refused_may_be_tried_again_and_loses_its_error(store: Store) -> None:
    store.ledger.intend(SITE, intent())
    store.ledger.fail(SITE, KEY, error="400 Field 'resolution' cannot be set")
    (entry,) = store.ledger.of_issue(SITE, "10088")
    assert (entry.state, entry.error) == (EntryState.FAILED, "400 Field 'resolution' cannot be set")
    assert store.ledger.intend(SITE, intent())
    (entry,) = store.ledger.of_issue(SITE, "10088")
    assert (entry.state, entry.error) == (EntryState.INTENDED, None)


def test_only_an_intention_can_be_withdrawn(store: Store) -> None:
    store.ledger.intend(SITE, intent("done"))
    store.ledger.finish(SITE, "done", at=NOON, result={})
    store.ledger.intend(SITE, intent("meant"))
    store.ledger.tell(SITE, intent("told"))
    for key in ("done", "meant", "told", "unknown"):
        store.ledger.withdraw(SITE, key)
    assert states(store) == [EntryState.DONE, EntryState.WOULD_DO]
    assert store.ledger.intend(SITE, intent("meant"))


def test_sites_do_not_see_each_other(store: Store) -> None:
    assert store.ledger.intend(SITE, intent())
    assert store.ledger.intend("site-2", intent())
    store.ledger.finish("site-2", KEY, at=NOON, result={})
    store.ledger.withdraw("site-2", KEY)
    assert states(store) == [EntryState.INTENDED]
    assert states(store, "site-2") == [EntryState.DONE]
    assert [entry.key for entry in store.ledger.recent("site-3")] == []


def test_the_newest_entries_come_first(store: Store) -> None:
    for number in range(5):
        store.ledger.intend(SITE, intent(f"key-{number}"))
    assert [entry.key for entry in store.ledger.recent(SITE, limit=2)] == ["key-4", "key-3"]
    assert [entry.key for entry in store.ledger.of_issue(SITE, "10088")] == [f"key-{n}" for n in range(5)]
