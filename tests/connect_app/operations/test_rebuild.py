"""A database that is lost, or older than what happened, changes nothing for customers: Jira tells what we did."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from automation_rules.binding import Mode
from connect_app.jira.marks import BINDING, STATE_PROPERTY
from connect_app.operations.escalate import escalate
from connect_app.operations.rebuild_site import Rebuilt, found_in_jira, rebuild_site
from connect_app.runtime import Runtime, build_runtime
from connect_app.store.ledger import EntryState
from scripts.desk.house import House
from scripts.desk.people import Ticket
from scripts.desk.token_site import TokenSite
from tests.connect_app.operations.stage import DAY, Stage
from tests.houses import Models

OpenDatabase = Callable[[str], Runtime]


@pytest.fixture
def open_database(house: House, tmp_path: Path) -> Iterator[OpenDatabase]:
    """A runtime on a database of its own, by the name of its file."""
    opened: list[Runtime] = []

    def open_one(name: str) -> Runtime:
        url = f"sqlite:///{tmp_path / name}"
        opened.append(build_runtime(house.settings.model_copy(update={"database_url": url})))
        return opened[-1]

    yield open_one
    for runtime in opened:
        runtime.close()


def on(stage: Stage, runtime: Runtime) -> Stage:
    """The same desk, seen from another database."""
    other = copy.copy(stage)
    other.runtime, other.parts = runtime, runtime.parts
    found = runtime.store.installations.by_client_key(stage.site.client_key)
    assert found is not None
    other.installation = found
    return other


def lost(stage: Stage) -> Stage:
    """The same desk once every row of it is gone and the app was installed again."""
    stage.runtime.store.installations.erase(stage.installation.id)
    stage.site.come_in()
    return on(stage, stage.runtime)


def mails(stage: Stage) -> list[tuple[str, str]]:
    """What Jira has sent to the team for us."""
    sent = stage.site.control.snapshot(stage.site.name)["mails"]
    return sorted((str(mail["to"]), str(mail["subject"])) for mail in sent)


def reminded_twice(stage: Stage) -> Ticket:
    """A request of which the customer was reminded on days 3 and 6, on day 7."""
    ticket = stage.waiting()
    stage.run(ticket)
    for days in (3, 3):
        stage.later(days * DAY)
        stage.run(ticket)
    stage.later(DAY)
    return ticket


def closes_once(stage: Stage, ticket: Ticket, before: int) -> None:
    """On day 12 of the silence, and not before, with one comment."""
    stage.run(ticket)
    assert stage.reminded(ticket) == before, "reminded a second time"
    stage.later(5 * DAY - DAY / 24)
    stage.run(ticket)
    assert (stage.reminded(ticket), stage.status(ticket)) == (before, "En attente du client")
    stage.later(DAY / 24)
    stage.run(ticket)
    stage.run(ticket)
    assert stage.status(ticket) == "Fermée"
    assert stage.reminded(ticket) == before + 1


@pytest.mark.promise("C24", "C25", "C26")
def test_the_app_installed_again_on_nothing_reminds_and_closes_once(stage: Stage) -> None:
    ticket = reminded_twice(stage)
    before, entries = stage.reminded(ticket), stage.entries(ticket)
    again = lost(stage)
    assert again.installation.id != stage.installation.id
    assert found_in_jira(again.parts, again.installation.id) == [
        Rebuilt(project_key="SUP", pack="managed-operations", mode=Mode.ON)
    ]
    (rebuilt,) = rebuild_site(again.parts, again.installation.id)
    assert (rebuilt.issues, rebuilt.marks, rebuilt.unread) == (1, len(entries), ())
    assert {(e.key, e.action, e.state) for e in again.entries(ticket)} == {
        (e.key, e.action, EntryState.DONE) for e in entries
    }
    closes_once(again, ticket, before)
    assert next(iter(rebuild_site(again.parts, again.installation.id))).marks == 0


@pytest.mark.promise("C24", "C26")
def test_a_site_added_again_on_an_empty_database_is_as_before(token_stage: Stage, open_database: OpenDatabase) -> None:
    site = token_stage.site
    assert isinstance(site, TokenSite)
    ticket = reminded_twice(token_stage)
    before = token_stage.reminded(ticket)
    kept = token_stage.runtime.store.bindings.of_project(token_stage.installation.id, "SUP")
    empty = open_database("empty.db")
    others = site.moved_to(empty)
    again = on(token_stage, empty)
    list(rebuild_site(again.parts, again.installation.id))
    assert empty.store.bindings.of_project(again.installation.id, "SUP") == kept
    closes_once(again, ticket, before)
    site.moved_to(others)


@pytest.mark.promise("C24", "C25", "C26")
def test_an_older_copy_of_the_database_needs_nothing_but_to_be_started(
    token_site: TokenSite, models: Models, open_database: OpenDatabase, tmp_path: Path
) -> None:
    live = open_database("live.db")
    others = token_site.moved_to(live)
    stage = Stage(token_site, live, models)
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    stage.run(ticket)
    with sqlite3.connect(tmp_path / "live.db") as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    connection.close()
    stage.later(3 * DAY)
    stage.run(ticket)
    stage.later(DAY)
    before = stage.reminded(ticket)
    restored = open_database("copy.db")
    token_site.moved_to(restored)
    closes_once(on(stage, restored), ticket, before)
    token_site.moved_to(others)


@pytest.mark.promise("C28", "C29")
def test_a_message_to_the_team_is_remembered_by_the_request_and_not_sent_twice(stage: Stage) -> None:
    ticket = stage.waiting()
    escalate(stage.parts, stage.open, ticket.key, stage.marie.account_id, "Jean commence lundi")
    stage.run(ticket)
    told = mails(stage)
    done = {e.key for e in stage.entries(ticket) if e.action == "Notify"}
    assert told
    assert done
    kept = stage.open.client.get(f"rest/api/3/issue/{ticket.id}/properties/{STATE_PROPERTY}")["value"]
    assert {entry["key"] for entry in kept["done"]} >= done
    again = lost(stage)
    list(rebuild_site(again.parts, again.installation.id))
    again.run(ticket)
    assert mails(again) == told
    assert {e.key for e in again.entries(ticket) if e.action == "Notify"} == done


def test_a_project_switched_off_is_not_switched_on_by_its_copy(stage: Stage) -> None:
    stage.switch(Mode.DRY_RUN)
    again = lost(stage)
    (rebuilt,) = rebuild_site(again.parts, again.installation.id)
    assert (rebuilt.mode, again.mode()) == (Mode.DRY_RUN, Mode.DRY_RUN)


@pytest.mark.parametrize("kept", [{"pack": "nobody-knows"}, {"mode": "loud"}, {"people": []}, {"enabledAt": "soon"}])
def test_a_kept_binding_that_does_not_read_well_is_told_and_binds_nothing(
    stage: Stage, kept: dict[str, object]
) -> None:
    path = f"rest/api/3/project/SUP/properties/{BINDING}"
    written = stage.site.admin.jira.get(path)["value"]
    stage.site.admin.jira.request("PUT", path, body={**written, **kept})
    again = lost(stage)
    (rebuilt,) = rebuild_site(again.parts, again.installation.id)
    assert rebuilt.mode is None
    assert rebuilt.why
    assert again.runtime.store.bindings.of_installation(again.installation.id) == []
