"""The database is lost on day 7 of a silence, and the copy of day 5 put back: nothing is said twice, nothing missed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from connect_app.runtime import Runtime
from connect_app.store.ledger import EntryState
from scripts.desk.desk import Site
from scripts.desk.house import House
from tests.scenarios.losses import copy_database, lose_database, put_back
from tests.scenarios.waiting import DAY, Waiting


def marks(site: Site) -> Counter[str]:
    """How often each natural key is written on a comment in Jira."""
    issues = site.control.snapshot(site.name)["issues"]
    held = [mark for issue in issues for comment in issue["comments"] for mark in comment["properties"].values()]
    return Counter(str(mark["key"]) for mark in held if isinstance(mark, dict) and "key" in mark)


@pytest.mark.promise("C24", "C25", "C26", "C27")
def test_a_copy_of_day_5_put_back_on_day_7_is_one_reminder_2_and_one_closure(
    house: House, site: Site, runtime: Runtime, waiting: Waiting, tmp_path: Path
) -> None:
    copy = tmp_path / "relance.copy"
    house.to(waiting.asked + 3 * DAY)
    house.control.to(waiting.asked + 5 * DAY)  # nothing is due on this day, nor on the seventh
    copy_database(house, copy)
    house.to(waiting.asked + 6 * DAY)
    house.control.to(waiting.asked + 7 * DAY)
    assert len(waiting.new()) == 2
    lose_database(house, runtime)
    put_back(house, copy)
    house.start_web()
    installation = runtime.store.installations.by_client_key(site.client_key)
    assert installation is not None
    ledger = runtime.store.ledger
    known = [e for e in ledger.recent(installation.id, limit=100) if e.rule == "waiting-customer-follow-up"]
    assert len(known) == 1, "the copy is of day 5: it knows of one reminder"
    house.start_worker()
    house.settle()
    assert len(waiting.new()) == 2
    house.to(waiting.asked + 12 * DAY)
    waiting.was_told_once()
    assert set(marks(site).values()) == {1}
    entries = [e for e in ledger.recent(installation.id, limit=100) if e.rule == "waiting-customer-follow-up"]
    assert {e.state for e in entries} == {EntryState.DONE}
