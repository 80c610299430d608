"""Every written case, through the application's own routes, with the store looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from connect_app.runtime import Runtime
from tests.connect_app.auth_cases import CLIENT_KEY, NEW_SECRET, OLD_SECRET, Case, cases
from tests.connect_app.web.conftest import INSTALLED, REINSTALLED, UNINSTALLED, send

Stored = Callable[[], dict[str, list[Any]]]

# These need Jira to answer; what is behind the door has its own tests in test_panel_api.py.
BEHIND_THE_DOOR = {"panel API with a context token"}


@pytest.mark.parametrize("case", [c for c in cases() if not c.accept], ids=lambda c: f"{c.kind}: {c.name}")
def test_a_bad_request_is_refused_without_a_trace(case: Case, client: FlaskClient, stored: Stored) -> None:
    assert send(client, INSTALLED).status_code == 204
    before = stored()
    with capture_logs() as logs:
        answer = send(client, case)
    expected = 403 if "asks for another issue" in case.name else 404 if case.kind == "forge" else 401
    assert answer.status_code == expected
    assert answer.json == {"error": {401: "unauthorized", 403: "forbidden", 404: "not found"}[expected]}
    assert stored() == before
    assert [line["event"] for line in logs] == ["refused"]
    assert case.headers.get("Authorization", "JWT never").removeprefix("JWT ") not in repr(logs)


@pytest.mark.parametrize("case", [c for c in cases("lifecycle") if c.accept], ids=lambda c: c.name)
def test_a_good_lifecycle_call_is_accepted(case: Case, client: FlaskClient, runtime: Runtime) -> None:
    if case.name == "uninstalled":
        send(client, INSTALLED)
    assert send(client, case).status_code == 204
    assert (runtime.store.installations.by_client_key(CLIENT_KEY) is not None) is True


@pytest.mark.parametrize("case", [c for c in cases("webhook", "iframe") if c.accept], ids=lambda c: c.name)
def test_a_good_request_of_the_site_is_accepted(case: Case, client: FlaskClient) -> None:
    assert send(client, INSTALLED).status_code == 204
    assert send(client, case).status_code == (200 if case.kind == "iframe" else 204)


@pytest.mark.parametrize("case", [c for c in cases("context") if c.accept], ids=lambda c: c.name)
def test_a_good_context_token_opens_the_api(case: Case, client: FlaskClient, key_server: Any) -> None:
    assert send(client, INSTALLED).status_code == 204
    key_server.add("GET", "https://demo.atlassian.net/rest/api/3/myself", status=503)
    # The door is open: the answer is that Jira does not answer.
    assert send(client, case).status_code == 503


def test_reinstalling_keeps_the_site_and_replaces_the_secret(client: FlaskClient, runtime: Runtime) -> None:
    find = runtime.store.installations.secrets_of
    send(client, INSTALLED)
    first = find(CLIENT_KEY)
    send(client, REINSTALLED)
    second = find(CLIENT_KEY)
    assert first is not None
    assert second is not None
    assert first[0].id == second[0].id
    assert (first[1].shared, second[1].shared, second[1].previous) == (OLD_SECRET, NEW_SECRET, OLD_SECRET)


def test_after_uninstalling_no_token_of_the_site_opens_anything(
    client: FlaskClient, runtime: Runtime, stored: Stored
) -> None:
    send(client, INSTALLED)
    assert send(client, UNINSTALLED).status_code == 204
    assert runtime.store.installations.secrets_of(CLIENT_KEY) is None
    before = stored()
    for case in cases("webhook", "iframe", "context"):
        assert send(client, case).status_code == 401
    assert stored() == before
