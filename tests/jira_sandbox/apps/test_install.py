from __future__ import annotations

import json
import uuid

import jwt
import pytest
from flask import Flask, Response

from jira_sandbox.apps import InstallRefused, KeyPair, Unauthorized, key_server
from jira_sandbox.apps.jwt import sign_shared
from jira_sandbox.apps.qsh import query_string_hash
from jira_sandbox.clock import host_now
from tests.jira_sandbox.apps.conftest import APP_KEY, SITE_URL, Bench, Received


def installed_secret(bench: Bench) -> str:
    return str(json.loads(bench.receiver.at("/installed")[-1].raw)["sharedSecret"])


def rs256(received: Received, pair: KeyPair, audience: str) -> dict[str, object]:
    return jwt.decode(received.token, pair.public_pem, algorithms=["RS256"], audience=audience)


def test_installs_as_atlassian_does(bench: Bench, key_pair: KeyPair) -> None:
    shown = bench.apps.install(bench.receiver.descriptor_url)
    bench.settle()
    paths = [each.path for each in bench.receiver.received]
    assert paths == ["/sf/hook/installed", "/sf/hook/enabled"]
    installed, enabled = bench.receiver.received
    body = json.loads(installed.raw)
    assert jwt.get_unverified_header(installed.token) == {"alg": "RS256", "typ": "JWT", "kid": key_pair.kid}
    claims = rs256(installed, key_pair, bench.receiver.url)
    assert claims["iss"] == body["clientKey"] == bench.apps.client_key == shown["clientKey"]
    assert claims["qsh"] == query_string_hash("POST", "/hook/installed", "")
    assert claims["exp"] == int(str(claims["iat"])) + 180
    assert body["key"] == APP_KEY
    assert body["baseUrl"] == SITE_URL
    assert body["eventType"] == "installed"
    assert len(body["sharedSecret"]) >= 43  # 256 bits in base64
    again = jwt.decode(enabled.token, body["sharedSecret"], algorithms=["HS256"])
    assert again["qsh"] == query_string_hash("POST", "/hook/enabled", "")
    assert "sharedSecret" not in json.loads(enabled.raw)
    assert bench.users == [(APP_KEY, "Witness")]
    assert shown["accountId"] == f"app:{APP_KEY}"
    assert body["sharedSecret"] not in json.dumps(shown)
    assert body["sharedSecret"] not in repr(bench.apps.installation(APP_KEY))


@pytest.mark.parametrize("status", [201, 302, 400, 401, 500])
def test_another_answer_than_200_or_204_rolls_back(bench: Bench, status: int) -> None:
    bench.receiver.answer = lambda _: Response(status=status, headers={"Location": "/sf/hook/elsewhere"})
    with pytest.raises(InstallRefused, match=str(status)):
        bench.apps.install(bench.receiver.descriptor_url)
    assert bench.apps.installed() == []
    assert [each.path for each in bench.receiver.received] == ["/sf/hook/installed"]
    assert bench.users == []


def test_installing_again_keeps_the_client_key_and_changes_the_secret(bench: Bench) -> None:
    first = bench.apps.install(bench.receiver.descriptor_url)
    old = installed_secret(bench)
    second = bench.apps.install(bench.receiver.descriptor_url)
    new = installed_secret(bench)
    assert first["clientKey"] == second["clientKey"]
    assert old != new
    claims = {"iss": APP_KEY, "qsh": query_string_hash("GET", "/rest/api/3/myself", "")}
    bench.apps.authenticate("GET", "/rest/api/3/myself", "", sign_shared(claims, new, host_now()))
    with pytest.raises(Unauthorized):
        bench.apps.authenticate("GET", "/rest/api/3/myself", "", sign_shared(claims, old, host_now()))


def test_a_refused_upgrade_keeps_the_old_secret(bench: Bench) -> None:
    bench.apps.install(bench.receiver.descriptor_url)
    secret = bench.apps.installation(APP_KEY).shared_secret
    bench.receiver.answer = lambda _: 500
    with pytest.raises(InstallRefused):
        bench.apps.install(bench.receiver.descriptor_url)
    assert bench.apps.installation(APP_KEY).shared_secret == secret


def test_a_failed_enabled_call_is_tried_again(bench: Bench) -> None:
    answers = iter([204, 503, 204])
    bench.receiver.answer = lambda _: next(answers)
    bench.apps.install(bench.receiver.descriptor_url)
    bench.settle()
    assert len(bench.receiver.at("/enabled")) == 2


def test_uninstalling_says_disabled_then_uninstalled(bench: Bench, key_pair: KeyPair) -> None:
    bench.apps.install(bench.receiver.descriptor_url)
    secret = installed_secret(bench)
    bench.receiver.clear()
    bench.apps.uninstall(APP_KEY)
    assert [each.path for each in bench.receiver.received] == ["/sf/hook/disabled", "/sf/hook/uninstalled"]
    disabled, uninstalled = bench.receiver.received
    assert jwt.decode(disabled.token, secret, algorithms=["HS256"])["iss"] == bench.apps.client_key
    assert rs256(uninstalled, key_pair, bench.receiver.url)["iss"] == bench.apps.client_key
    assert "sharedSecret" not in json.loads(uninstalled.raw)
    claims = {"iss": APP_KEY, "qsh": query_string_hash("GET", "/rest/api/3/myself", "")}
    with pytest.raises(Unauthorized):
        bench.apps.authenticate("GET", "/rest/api/3/myself", "", sign_shared(claims, secret, host_now()))
    with pytest.raises(KeyError):
        bench.apps.uninstall(APP_KEY)


def test_a_disabled_app_hears_nothing_and_is_refused(bench: Bench) -> None:
    bench.apps.install(bench.receiver.descriptor_url)
    secret = installed_secret(bench)
    bench.apps.disable(APP_KEY)
    bench.publish()
    bench.settle()
    assert bench.receiver.at("/updated") == []
    claims = {"iss": APP_KEY, "qsh": query_string_hash("GET", "/x", "")}
    with pytest.raises(Unauthorized):
        bench.apps.authenticate("GET", "/x", "", sign_shared(claims, secret, host_now()))
    bench.apps.enable(APP_KEY)
    bench.publish()
    bench.settle()
    assert len(bench.receiver.at("/updated")) == 1
    assert len(bench.receiver.at("/enabled")) == 2


def test_the_key_server_gives_the_public_key_and_nothing_else(key_pair: KeyPair) -> None:
    app = Flask(__name__)
    app.register_blueprint(key_server(key_pair))
    client = app.test_client()
    answer = client.get(f"/keys/{key_pair.kid}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.text == key_pair.public_pem
    assert "PRIVATE" not in answer.text
    assert client.get(f"/keys/{uuid.uuid4()}").status_code == 404
    assert "private" not in repr(key_pair)
