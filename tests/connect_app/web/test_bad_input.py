"""Sends what nobody honest sends: it is refused, nothing is stored, nothing is told, no token is logged."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import APP_KEY, CLIENT_KEY, KEY_SERVER, NOW, OLD_SECRET, FrozenClock
from tests.connect_app.web.conftest import INSTALLED, changed, send, signed_post, token

Stored = Callable[[], dict[str, list[Any]]]

HOOK = "/connect/webhooks/issue-updated"
BODY = {"webhookEvent": "jira:issue_updated", "issue": {"id": "10002", "key": "SUP-1"}}


def refused(answer: TestResponse, status: int, error: str) -> bool:
    return answer.status_code == status and answer.json == {"error": error}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        "NaN",
        '{"issue": {"id": Infinity}}',
        b"\xff\xfe{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"issue": {"id": "10002; DROP TABLE inbox"}}',
        '{"issue": {"id": "../10002"}}',
        '{"issue": {"id": -1}}',
        '{"issue": {"id": true}}',
        '{"issue": {"id": {"a": 1}}}',
        '{"issue": {"id": "\\ud800"}}',
        '{"issue": {"id": ' + "1" * 5000 + "}}",
    ],
    ids=range(17),
)
def test_a_malformed_webhook_is_refused(installed: FlaskClient, stored: Stored, body: str | bytes) -> None:
    before = stored()
    assert refused(signed_post(installed, HOOK, body), 400, "bad request")
    assert stored() == before


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_refused(installed: FlaskClient, stored: Stored, content_type: str) -> None:
    before = stored()
    answer = signed_post(installed, HOOK, BODY, headers={"Content-Type": content_type})
    assert refused(answer, 400, "bad request")
    assert stored() == before


@pytest.mark.parametrize("identifier", ["", "a" * 201, "a b", "é", "a\x00b"])
def test_an_odd_delivery_identifier_is_refused(installed: FlaskClient, stored: Stored, identifier: str) -> None:
    before = stored()
    answer = signed_post(installed, HOOK, BODY, headers={"X-Atlassian-Webhook-Identifier": identifier})
    assert refused(answer, 400, "bad request")
    assert stored() == before


@pytest.mark.usefixtures("installed")
def test_a_body_above_the_limit_is_refused_with_and_without_its_length(runtime: Runtime, stored: Stored) -> None:
    before = stored()
    small = create_app(changed(runtime, max_body_bytes=1000)).test_client()
    large = json.dumps(BODY | {"padding": "x" * 1000})
    assert refused(signed_post(small, HOOK, large), 413, "request entity too large")
    # A chunked body announces no length; the server says that the end of the input is marked.
    answer = small.post(
        f"/sf{HOOK}",
        input_stream=io.BytesIO(large.encode()),
        headers={"Authorization": f"JWT {token(HOOK)}", "Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert refused(answer, 413, "request entity too large")
    assert stored() == before
    assert signed_post(small, HOOK, BODY).status_code == 204


def test_a_lifecycle_body_has_a_smaller_limit(client: FlaskClient, stored: Stored) -> None:
    assert isinstance(INSTALLED.body, dict)
    padded = json.dumps(INSTALLED.body | {"padding": "x" * 1024 * 1024})
    answer = client.post("/sf/connect/installed", data=padded, headers=INSTALLED.headers)
    assert refused(answer, 413, "request entity too large")
    assert stored()["installations"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"baseUrl": "https://evil.example.com"},
        {"baseUrl": "http://demo.atlassian.net"},
        {"baseUrl": "http://127.0.0.1:8080"},
        {"baseUrl": "https://demo.atlassian.net@evil.example.com"},
        {"baseUrl": "https://demo.atlassian.net.evil.example.com"},
        {"baseUrl": "https://evilatlassian.net"},
        {"baseUrl": "https://169.254.169.254/latest"},
        {"baseUrl": "https://[::ffff:169.254.169.254]"},
        {"baseUrl": "https://2852039166"},
        {"baseUrl": 5},
        {"baseUrl": None},
        {"sharedSecret": "short"},
        {"sharedSecret": None},
        {"sharedSecret": "x" * 2000},
        {"eventType": "uninstalled"},
        {"productType": "confluence"},
        {"clientKey": ["a"]},
        {"key": None},
    ],
    ids=str,
)
def test_an_installation_that_is_not_a_jira_site_is_refused(
    client: FlaskClient, stored: Stored, change: dict[str, Any]
) -> None:
    with capture_logs() as logs:
        answer = client.post(
            "/sf/connect/installed", data=json.dumps(INSTALLED.body | change), headers=INSTALLED.headers
        )
    assert refused(answer, 400, "bad request")
    assert stored()["installations"] == []
    assert OLD_SECRET not in repr(logs)


@pytest.mark.parametrize("change", [{"key": "another.app"}, {"clientKey": "another-site"}])
def test_an_installation_of_somebody_else_is_refused(
    client: FlaskClient, stored: Stored, change: dict[str, Any]
) -> None:
    answer = client.post("/sf/connect/installed", data=json.dumps(INSTALLED.body | change), headers=INSTALLED.headers)
    assert refused(answer, 401, "unauthorized")
    assert stored()["installations"] == []


@pytest.mark.usefixtures("key_server")
def test_in_development_a_loopback_site_may_be_installed(runtime: Runtime) -> None:
    client = create_app(changed(runtime, development=True)).test_client()
    body = INSTALLED.body | {"baseUrl": "http://127.0.0.1:8061", "displayUrl": "http://127.0.0.1:8061"}
    assert client.post("/sf/connect/installed", data=json.dumps(body), headers=INSTALLED.headers).status_code == 204
    found = runtime.store.installations.by_client_key(CLIENT_KEY)
    assert found is not None
    assert found.base_url == "http://127.0.0.1:8061"


def test_when_the_key_server_is_silent_jira_is_asked_to_try_again(runtime: Runtime, stored: Stored) -> None:
    with responses.RequestsMock() as server:
        server.get(f"{KEY_SERVER}/f1e2d3c4-0000-4000-8000-aabbccddeeff", status=500)
        answer = send(create_app(runtime).test_client(), INSTALLED)
    assert refused(answer, 503, "service unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert stored()["installations"] == []


def test_two_tokens_at_once_are_refused(installed: FlaskClient, stored: Stored) -> None:
    before = stored()
    good = token(HOOK)
    for address, headers in (
        (f"/sf{HOOK}?jwt={good}", {"Authorization": f"JWT {good}"}),
        (f"/sf{HOOK}?jwt={good}&jwt={good}", {}),
        (f"/sf{HOOK}", {"Authorization": f"JWT {good}, JWT {good}"}),
    ):
        answer = installed.post(address, json=BODY, headers=headers)
        assert refused(answer, 401, "unauthorized")
    assert stored() == before


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": int(NOW) - 31},
        {"nbf": int(NOW) + 31},
        {"iat": int(NOW) + 31},
        {"iss": None},
        {"iss": ""},
        {"iss": 5},
        {"iss": "a\x00b"},
        {"iss": APP_KEY},
        {"sub": 5},
        {"sub": "a b"},
        {"aud": "https://other.example.com"},
        {"aud": ["another.app"]},
        {"aud": [5]},
        {"qsh": None},
        {"qsh": ""},
        {"qsh": 5},
        {"qsh": "context-qsh"},
        {"qsh": "é"},
    ],
    ids=str,
)
def test_a_token_with_an_odd_claim_is_refused(installed: FlaskClient, stored: Stored, claims: dict[str, Any]) -> None:
    before = stored()
    headers = {"Authorization": f"JWT {token(HOOK, **claims)}"}
    with capture_logs() as logs:
        assert refused(installed.post(f"/sf{HOOK}", json=BODY, headers=headers), 401, "unauthorized")
    assert stored() == before
    assert headers["Authorization"] not in repr(logs)


def test_a_request_replayed_later_is_refused(installed: FlaskClient, runtime: Runtime, stored: Stored) -> None:
    headers = {"Authorization": f"JWT {token(HOOK)}", "X-Atlassian-Webhook-Identifier": "d-1"}
    assert installed.post(f"/sf{HOOK}", json=BODY, headers=headers).status_code == 204
    before = stored()
    assert len(before["inbox"]) == 1
    # At once it is Jira's own retry, stored once; after the token's life it is nobody's.
    assert installed.post(f"/sf{HOOK}", json=BODY, headers=headers).status_code == 204
    assert stored() == before
    later = create_app(changed(runtime, clock=FrozenClock(NOW + 211))).test_client()
    assert refused(later.post(f"/sf{HOOK}", json=BODY, headers=headers), 401, "unauthorized")
    # On another route it never was good.
    other = "/sf/connect/webhooks/issue-deleted"
    assert refused(installed.post(other, json=BODY, headers=headers), 401, "unauthorized")
    assert stored() == before


@pytest.mark.usefixtures("installed")
def test_the_previous_secret_is_good_for_ten_minutes(runtime: Runtime) -> None:
    def answer_at(seconds: float) -> int:
        client = create_app(changed(runtime, clock=FrozenClock(NOW + seconds))).test_client()
        exp = int(NOW + seconds) + 180
        headers = {"Authorization": f"JWT {token(HOOK, secret=OLD_SECRET, exp=exp)}"}
        return client.post(f"/sf{HOOK}", json=BODY, headers=headers).status_code

    assert answer_at(0) == 204
    assert answer_at(599) == 204
    assert answer_at(600) == 401


def test_a_webhook_nobody_declared_is_not_found(installed: FlaskClient, stored: Stored) -> None:
    before = stored()
    assert refused(signed_post(installed, "/connect/webhooks/user-created", BODY), 404, "not found")
    assert stored() == before


def test_when_the_database_is_gone_jira_is_asked_to_try_again(installed: FlaskClient, runtime: Runtime) -> None:
    engine = runtime.store.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    try:
        assert refused(signed_post(installed, HOOK, BODY), 503, "service unavailable")
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
