from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from automation_rules.actions import SetProperty
from automation_rules.binding import Binding, Mode, Vocabulary
from connect_app.doors.installation import Admission, Door, Installation, State
from connect_app.doors.secret_box import SecretBox
from connect_app.store.agenda import Appointment
from connect_app.store.bindings import BoundProject
from connect_app.store.database import open_database
from connect_app.store.exports import NewExport
from connect_app.store.holds import Hold
from connect_app.store.inbox import Delivery
from connect_app.store.installations import GRACE_SECONDS, Installations
from connect_app.store.ledger import Intent
from connect_app.store.points import Spent
from connect_app.store.schema import metadata
from connect_app.store.store import Store, open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ADMISSION = Admission(
    door=Door.CONNECT,
    client_key="client-1",
    base_url="https://desk.atlassian.net",
    secret="first-secret-of-the-site",  # noqa: S106 - no password
)


def install(
    store: Store, secret: str = ADMISSION.secret, *, host_time: float = 1000.0, client_key: str = "client-1"
) -> Installation:
    admission = replace(ADMISSION, secret=secret, client_key=client_key)
    return store.installations.install(admission, now=NOON, host_time=host_time)


def fill(store: Store, installation_id: str) -> None:
    """One row of everything a site may leave."""
    binding = Binding(project_key="SUP", pack="p", locale="fr", mode=Mode.ON, enabled_at=NOON)
    store.bindings.put(installation_id, BoundProject(binding=binding, vocabulary=Vocabulary()))
    event = Delivery(identifier="d-1", event="e", issue_id="1", project_key="SUP", received_at=NOON)
    store.inbox.put(installation_id, event)
    held = Hold(
        installation_id=installation_id, project_key="SUP", checksum="c", held_at=NOON, released_at=None, plan={}
    )
    appointed = Appointment(
        installation_id=installation_id, project_key="SUP", issue_id="1", due_at=NOON, why="w", seen="s"
    )
    store.agenda.put(appointed)
    store.holds.change(installation_id, "SUP", lambda _: held, at=NOON)
    store.own_changes.put(installation_id, "1", "10100")
    export = NewExport(billed_with="2026-10", months={"2026-10": []}, made_at=NOON, known=0)
    store.exports.put(installation_id, "SUP", export)
    store.points.add([Spent(installation_id=installation_id, hour=NOON, purpose="job", calls=1, points=1)])
    action = SetProperty(key="k", rule="r", name="n", value=1)
    store.ledger.intend(
        installation_id,
        Intent(action=action, issue_id="1", issue_key="SUP-1", reasons=(), policy="p", owner="o", at=NOON),
    )


def rows_of(store: Store, installation_id: str) -> dict[str, int]:
    counts = {}
    with store.engine.connect() as connection:
        for name, table in metadata.tables.items():
            column = table.c.get("installation_id", table.c.get("id" if name == "installations" else "none"))
            if column is not None:
                query = sa.select(sa.func.count()).select_from(table).where(column == installation_id)
                counts[name] = connection.execute(query).scalar_one()
    return counts


def test_a_new_site_is_known_by_both_its_names(store: Store) -> None:
    installed = install(store)
    assert (installed.door, installed.state, installed.installed_at) == (Door.CONNECT, State.INSTALLED, NOON)
    assert store.installations.by_id(installed.id) == installed
    assert store.installations.by_client_key("client-1") == installed
    assert store.installations.by_id("nobody") is None
    assert store.installations.by_client_key("nobody") is None
    assert store.installations.secrets_of("nobody") is None


def test_a_renewed_secret_leaves_the_old_one_valid_for_ten_minutes(store: Store) -> None:
    first = install(store)
    again = install(store, "second", host_time=2000.0)
    assert again.id == first.id
    found = store.installations.secrets_of("client-1")
    assert found is not None
    assert (found[1].shared, found[1].previous) == ("second", ADMISSION.secret)
    assert found[1].previous_until == 2000.0 + GRACE_SECONDS


def test_the_first_secret_has_none_before_it(store: Store) -> None:
    install(store)
    found = store.installations.secrets_of("client-1")
    assert found is not None
    assert (found[1].previous, found[1].previous_until) == (None, 0.0)


def test_jira_repeating_an_installation_does_not_shorten_the_grace(store: Store) -> None:
    install(store)
    install(store, "second", host_time=2000.0)
    install(store, "second", host_time=2005.0)
    found = store.installations.secrets_of("client-1")
    assert found is not None
    assert (found[1].shared, found[1].previous) == ("second", ADMISSION.secret)
    assert found[1].previous_until == 2000.0 + GRACE_SECONDS


def test_after_the_key_was_lost_installing_again_is_enough(store: Store) -> None:
    install(store)
    install(store, "second")
    renewed = Installations(store.engine, SecretBox([Fernet.generate_key().decode()]))
    third = replace(ADMISSION, secret="third")  # noqa: S106 - no password
    renewed.install(third, now=NOON, host_time=3000.0)
    found = renewed.secrets_of("client-1")
    assert found is not None
    assert (found[1].shared, found[1].previous) == ("third", None)


def test_two_installations_of_one_site_at_once_make_one(store: Store) -> None:
    for round_number in range(5):
        together = threading.Barrier(8)
        key = f"client-{round_number}"

        def arrive(number: int, key: str = key, together: threading.Barrier = together) -> str:
            together.wait()
            return install(store, f"secret-{number}", client_key=key).id

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(arrive, range(8)))) == 1
        found = store.installations.secrets_of(key)
        assert found is not None
        assert found[1].previous is not None
        assert found[1].previous != found[1].shared


def test_secrets_cannot_be_read_in_the_file(sqlite_url: str, box: SecretBox) -> None:
    store = open_store(open_database(sqlite_url), box)
    install(store)
    install(store, "second-secret-of-the-site")
    path = Path(str(store.engine.url.database))
    in_the_log = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    store.close()
    stored = in_the_log + path.read_bytes()
    assert b"desk.atlassian.net" in stored
    assert b"first-secret" not in stored
    assert b"second-secret" not in stored


def test_secrets_cannot_be_read_in_any_column(store: Store) -> None:
    install(store)
    install(store, "second-secret-of-the-site")
    with store.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM installations")).one()
    assert "secret-of-the-site" not in repr([bytes(v) if isinstance(v, memoryview) else v for v in row])


def test_uninstalling_forgets_secrets_and_plans_but_not_the_audit(store: Store) -> None:
    site, neighbour = install(store).id, install(store, client_key="client-2").id
    install(store, "second")
    for installation_id in (site, neighbour):
        fill(store, installation_id)
    store.installations.uninstall(site, now=NOON)
    assert store.installations.secrets_of("client-1") is None
    with store.engine.connect() as connection:
        query = sa.text("SELECT secret, previous_secret FROM installations WHERE client_key = 'client-1'")
        assert connection.execute(query).one() == (None, None)
    assert rows_of(store, site) == {
        "installations": 1,
        "bindings": 1,
        "billing_exports": 1,
        "inbox": 0,
        "ledger": 1,
        "agenda": 0,
        "holds": 0,
        "own_changes": 1,
        "points": 1,
    }
    assert set(rows_of(store, neighbour).values()) == {1}
    assert [working.id for working in store.installations.working()] == [neighbour]


def test_coming_back_gives_the_same_id_and_trusts_no_old_secret(store: Store) -> None:
    first = install(store)
    store.installations.uninstall(first.id, now=NOON)
    again = install(store, "after")
    assert (again.id, again.state) == (first.id, State.INSTALLED)
    found = store.installations.secrets_of("client-1")
    assert found is not None
    assert (found[1].shared, found[1].previous) == ("after", None)


def test_erasing_leaves_no_row(store: Store) -> None:
    site, neighbour = install(store).id, install(store, client_key="client-2").id
    for installation_id in (site, neighbour):
        fill(store, installation_id)
    store.installations.erase(site)
    assert set(rows_of(store, site).values()) == {0}
    assert set(rows_of(store, neighbour).values()) == {1}


def test_who_left_long_ago_is_told_unless_they_came_back(store: Store) -> None:
    gone, back = install(store), install(store, client_key="client-2")
    for site in (gone, back):
        store.installations.uninstall(site.id, now=NOON)
    assert store.installations.left_before(NOON) == ()
    assert set(store.installations.left_before(NOON + timedelta(seconds=1))) == {gone.id, back.id}
    install(store, client_key="client-2")
    assert store.installations.left_before(NOON + timedelta(days=999)) == (gone.id,)


@pytest.mark.parametrize("state", [State.DISABLED, State.UNREACHABLE])
def test_a_site_we_may_not_work_for_keeps_its_secret(store: Store, state: State) -> None:
    installed = install(store)
    store.installations.set_state(installed.id, state)
    assert store.installations.working() == []
    found = store.installations.secrets_of("client-1")
    assert found is not None
    assert found[0].state is state


def test_who_we_are_there_is_remembered(store: Store) -> None:
    installed = install(store)
    store.installations.set_identity(installed.id, app_account_id="app-1", time_zone="Europe/Paris")
    found = store.installations.by_id(installed.id)
    assert found == replace(installed, app_account_id="app-1", time_zone="Europe/Paris")
