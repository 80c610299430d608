"""The webhook an administrator set up: signed, recent and new, or nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from connect_app.doors.installation import Admission, Credentials, Door, State
from connect_app.runtime import Runtime
from connect_app.store.schema import installations
from tests.connect_app.auth_cases import NOW
from tests.connect_app.doors.test_hook_signatures import signed
from tests.connect_app.web.conftest import INSTALLED, UNINSTALLED, send

SECRET, HOOK, NEIGHBOUR = "s" * 43, "a" * 32, "b" * 32  # - made up
Stored = Callable[[], dict[str, list[Any]]]
UPDATED = {
    "timestamp": int(NOW * 1000),
    "webhookEvent": "jira:issue_updated",
    "issue": {"id": "10002", "fields": {"project": {"key": "SUP"}}},
    "changelog": {"id": "10120", "items": []},
}


@pytest.fixture
def hooked(client: FlaskClient, runtime: Runtime) -> FlaskClient:
    """Two sites that came in with a token, each with a webhook of its own."""
    for name, hook, secret in (("one", HOOK, SECRET), ("two", NEIGHBOUR, "t" * 43)):
        admission = Admission(
            door=Door.TOKEN,
            client_key=f"token/{name}",
            base_url=f"https://{name}.atlassian.net",
            secret=secret,
            hook_id=hook,
            credentials=Credentials(email="a@b.test", token="t"),  # noqa: S106 - made up
        )
        runtime.store.installations.install(admission, now=runtime.clock.now(), host_time=NOW)
    return client


def post(client: FlaskClient, body: Any, *, hook: str = HOOK, secret: str = SECRET, **headers: str) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"Content-Type": "application/json; charset=utf-8", "X-Hub-Signature": signed(secret, data)}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/sf/hooks/{hook}", data=data, headers=usual | named)


def test_a_signed_delivery_is_stored_once_however_often_jira_repeats_it(hooked: FlaskClient, stored: Stored) -> None:
    for retry in ("", "1", "2"):
        headers = {"X_Atlassian_Webhook_Identifier": "d-1", "X_Atlassian_Webhook_Retry": retry}
        assert post(hooked, UPDATED, **headers).status_code == 204
    (row,) = stored()["inbox"]
    assert (row.delivery_id, row.event, row.issue_id, row.project_key) == ("d-1", "jira:issue_updated", "10002", "SUP")
    assert stored()["own_changes"] == []


def test_jira_may_add_parameters_to_the_address(hooked: FlaskClient) -> None:
    data = json.dumps(UPDATED).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature": signed(SECRET, data)}
    address = f"/sf/hooks/{HOOK}?user_id=5b10&triggeredByUser=5b10%3Ax"
    assert hooked.post(address, data=data, headers=headers).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "t" * 43},
        {"hook": NEIGHBOUR},
        {"hook": "c" * 32},
        {"hook": "x"},
        {"body": UPDATED | {"timestamp": int((NOW - 5 * 3600) * 1000)}},
        {"body": UPDATED | {"timestamp": int((NOW + 3600) * 1000)}},
        {"body": {name: value for name, value in UPDATED.items() if name != "timestamp"}},
        {"body": UPDATED | {"timestamp": 10**400}},
    ],
    ids=[
        "another secret",
        "another site",
        "unknown id",
        "no id",
        "replayed later",
        "of the future",
        "undated",
        "endless",
    ],
)
def test_what_does_not_prove_itself_is_refused_and_leaves_no_trace(
    hooked: FlaskClient, stored: Stored, wrong: dict[str, Any]
) -> None:
    before = stored()
    with capture_logs() as logs:
        answer = post(hooked, wrong.pop("body", UPDATED), **wrong)
    assert (answer.status_code, answer.json) == (401, {"error": "unauthorized"})
    assert stored() == before
    assert [line["event"] for line in logs] == ["refused"]
    assert HOOK not in repr(logs)
    assert NEIGHBOUR not in repr(logs)


def test_a_change_made_after_signing_is_noticed(hooked: FlaskClient, stored: Stored) -> None:
    data = json.dumps(UPDATED).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature": signed(SECRET, data)}
    changed = data.replace(b"10002", b"10003")
    assert hooked.post(f"/sf/hooks/{HOOK}", data=changed, headers=headers).status_code == 401
    assert stored()["inbox"] == []


def test_signed_nonsense_is_a_bad_request(hooked: FlaskClient, stored: Stored) -> None:
    assert post(hooked, b"{").status_code == 400
    assert post(hooked, UPDATED | {"issue": {"id": "../1"}}).status_code == 400
    assert stored()["inbox"] == []


def test_an_event_nobody_asked_for_is_taken_and_let_go(hooked: FlaskClient, stored: Stored) -> None:
    for event in ("user_created", None, {"jira": "issue_updated"}, ["jira:issue_updated"], 10**400):
        assert post(hooked, UPDATED | {"webhookEvent": event}).status_code == 204
    assert stored()["inbox"] == []


def test_a_change_of_ours_is_remembered_by_its_trace(hooked: FlaskClient, stored: Stored, runtime: Runtime) -> None:
    post(hooked, UPDATED, X_Atlassian_Webhook_Trace="another-app:1", X_Atlassian_Webhook_Identifier="d-1")
    assert stored()["own_changes"] == []
    for identifier in ("d-2", "d-2", "d-3"):
        headers = {"X_Atlassian_Webhook_Trace": "relance:k", "X_Atlassian_Webhook_Identifier": identifier}
        post(hooked, UPDATED, **headers)
    found = runtime.store.installations.secrets_of_hook(HOOK)
    assert found is not None
    assert runtime.store.own_changes.of_issue(found[0].id, "10002") == {"10120"}


@pytest.mark.parametrize("state", [State.UNREACHABLE, State.LOCKED, State.DISABLED])
def test_while_we_may_not_work_for_a_site_its_deliveries_are_kept(
    hooked: FlaskClient, stored: Stored, runtime: Runtime, state: State
) -> None:
    found = runtime.store.installations.secrets_of_hook(HOOK)
    assert found is not None
    runtime.store.installations.set_state(found[0].id, state)
    assert post(hooked, UPDATED).status_code == 204
    assert len(stored()["inbox"]) == 1


def test_a_site_that_was_removed_is_not_listened_to(hooked: FlaskClient, stored: Stored, runtime: Runtime) -> None:
    found = runtime.store.installations.secrets_of_hook(HOOK)
    assert found is not None
    runtime.store.installations.uninstall(found[0].id, now=runtime.clock.now())
    assert post(hooked, UPDATED).status_code == 401
    assert stored()["inbox"] == []


def test_the_app_takes_a_site_over_from_a_token_only_when_that_was_announced(
    client: FlaskClient, runtime: Runtime, stored: Stored
) -> None:
    """What Atlassian signs does not cover the address: a stranger's site could name somebody else's."""
    token_site = Admission(
        door=Door.TOKEN,
        client_key="token/demo",
        base_url="https://demo.atlassian.net",
        secret=SECRET,
        hook_id=HOOK,
        credentials=Credentials(email="a@b.test", token="t"),  # noqa: S106 - made up
    )
    site = runtime.store.installations.install(token_site, now=runtime.clock.now(), host_time=NOW)
    before = stored()
    assert send(client, INSTALLED).status_code == 403
    assert stored() == before
    runtime.store.installations.expect_move(site.id, until=NOW)
    assert send(client, INSTALLED).status_code == 403
    runtime.store.installations.expect_move(site.id, until=NOW + 1)
    assert send(client, INSTALLED).status_code == 204
    (moved,) = runtime.store.installations.all()
    assert (moved.id, moved.door, moved.moving_until) == (site.id, Door.CONNECT, 0.0)
    assert post(client, UPDATED).status_code == 401, "the webhook of the door before opens nothing"


def test_removing_the_app_from_a_site_that_moved_to_a_token_changes_nothing(
    installed: FlaskClient, runtime: Runtime
) -> None:
    (site,) = runtime.store.installations.working()
    token_site = Admission(
        door=Door.TOKEN,
        client_key=site.client_key,
        base_url=site.base_url,
        secret=SECRET,
        hook_id=HOOK,
        credentials=Credentials(email="a@b.test", token="t"),  # noqa: S106 - made up
    )
    runtime.store.installations.install(token_site, now=runtime.clock.now(), host_time=NOW, adopt=site.id)
    assert send(installed, UNINSTALLED).status_code == 204
    assert [i.state for i in runtime.store.installations.all()] == [State.INSTALLED]
    assert post(installed, UPDATED).status_code == 204


def test_a_site_known_under_two_records_is_not_worked_for_twice(
    installed: FlaskClient, runtime: Runtime, stored: Stored
) -> None:
    """It was renamed between the app's installation and the token."""
    (old,) = runtime.store.installations.working()
    store = runtime.store.installations
    with runtime.store.engine.begin() as connection:
        connection.execute(sa.update(installations).values(base_url="https://old.atlassian.net"))
    token_site = Admission(
        door=Door.TOKEN, client_key="token/demo", base_url="https://demo.atlassian.net", secret=SECRET, hook_id=HOOK
    )
    new = store.install(token_site, now=runtime.clock.now(), host_time=NOW)
    store.expect_move(new.id, until=NOW + 60)
    before = stored()
    assert send(installed, INSTALLED).status_code == 403
    assert stored() == before
    store.erase(old.id)
    assert send(installed, INSTALLED).status_code == 204
    assert [i.id for i in store.all()] == [new.id]
