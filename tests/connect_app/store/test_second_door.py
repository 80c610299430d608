"""What the tables keep of a site that came in with a token, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from automation_rules.actions import SetProperty
from connect_app.doors.installation import Admission, Credentials, Door, Installation, State
from connect_app.store.inbox import Delivery
from connect_app.store.ledger import Intent
from connect_app.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LOGIN = Credentials(email="relance@acme.test", token="ATATT-very-secret")  # noqa: S106 - made up
ADMISSION = Admission(
    door=Door.TOKEN,
    client_key="token/https://acme.atlassian.net",
    base_url="https://acme.atlassian.net",
    secret="first",  # noqa: S106 - made up
    credentials=LOGIN,
    cloud_id="1111-2222",
    hook_id="h" * 32,
    token_ends=NOON + timedelta(days=300),
)


@pytest.fixture
def site(store: Store) -> Installation:
    return store.installations.install(ADMISSION, now=NOON, host_time=1000.0)


def test_everything_comes_back_as_it_was_and_nothing_can_be_read_at_rest(store: Store, site: Installation) -> None:
    found = store.installations.secrets_of_hook("h" * 32)
    assert found is not None
    assert found[0] == site
    assert (found[1].shared, found[1].credentials) == ("first", LOGIN)
    assert (site.cloud_id, site.token_ends) == ("1111-2222", NOON + timedelta(days=300))
    assert store.installations.secrets_of_hook("x" * 32) is None
    with store.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM installations")).one()
    kept = repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
    assert LOGIN.token not in kept
    assert LOGIN.email not in kept


def test_another_door_takes_over_the_row_and_trusts_no_secret_of_the_one_before(
    store: Store, site: Installation
) -> None:
    app = Admission(door=Door.CONNECT, client_key="c-1", base_url=ADMISSION.base_url, secret="s" * 40)
    moved = store.installations.install(app, now=NOON, host_time=2000.0, adopt=site.id)
    assert (moved.id, moved.door, moved.client_key, moved.hook_id) == (site.id, Door.CONNECT, "c-1", None)
    assert moved.cloud_id == "1111-2222", "who the site is does not change with its door"
    found = store.installations.secrets_of("c-1")
    assert found is not None
    assert found[1].valid(2000.0) == ("s" * 40,)
    assert found[1].credentials is None
    assert store.installations.secrets_of_hook("h" * 32) is None


def test_only_what_works_becomes_unreachable_and_only_that_is_locked(store: Store, site: Installation) -> None:
    change = store.installations.set_state
    assert change(site.id, State.UNREACHABLE, trouble="401")
    assert not change(site.id, State.UNREACHABLE, trouble="again")
    assert [i.trouble for i in store.installations.all()] == ["401"]
    assert change(site.id, State.LOCKED, trouble="captcha")
    assert not change(site.id, State.UNREACHABLE)
    assert change(site.id, State.INSTALLED)
    assert [i.trouble for i in store.installations.all()] == [None]
    change(site.id, State.DISABLED)
    assert not change(site.id, State.LOCKED)


def test_a_new_login_asks_again_who_we_are(store: Store, site: Installation) -> None:
    store.installations.set_identity(site.id, app_account_id="5b10", time_zone="Europe/Paris")
    store.installations.renew_credentials(site.id, replace(LOGIN, token="new"), token_ends=None)  # noqa: S106
    found = store.installations.secrets_of(ADMISSION.client_key)
    assert found is not None
    assert (found[0].app_account_id, found[0].token_ends) == (None, None)
    assert found[1].credentials == replace(LOGIN, token="new")  # noqa: S106 - made up


def test_the_newest_delivery_of_each_site_is_known(store: Store, site: Installation) -> None:
    assert store.inbox.last_received(site.id) is None
    for number in (1, 3, 2):
        at = NOON + timedelta(minutes=number)
        event = Delivery(identifier=f"d-{number}", event="e", issue_id="1", project_key=None, received_at=at)
        store.inbox.put(site.id, event)
    assert store.inbox.last_received(site.id) == NOON + timedelta(minutes=3)
    assert store.inbox.last_received("another") is None


def test_only_what_was_done_is_annotated_and_its_result_is_kept(store: Store, site: Installation) -> None:
    action = SetProperty(key="k", rule="r", name="n", value=1)
    intent = Intent(action=action, issue_id="1", issue_key="SUP-1", reasons=(), policy="p", owner="o", at=NOON)
    store.ledger.intend(site.id, intent)
    store.ledger.annotate(site.id, "k", digest="early")
    store.ledger.finish(site.id, "k", at=NOON, result={"comment": "7"})
    store.ledger.annotate(site.id, "k", digest="d")
    store.ledger.annotate(site.id, "nothing", digest="d")
    (entry,) = store.ledger.of_issue(site.id, "1")
    assert entry.result == {"comment": "7", "digest": "d"}


def test_own_changes_are_kept_once_for_each_issue(store: Store, site: Installation) -> None:
    for _ in range(2):
        store.own_changes.put(site.id, "1", "10120")
    store.own_changes.put(site.id, "2", "10121")
    assert store.own_changes.of_issue(site.id, "1") == {"10120"}
    assert store.own_changes.of_issue("another", "1") == frozenset()
