from __future__ import annotations

import json
import re
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connect_app.doors.installation import State
from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import cases
from tests.connect_app.web.conftest import changed, send, token

PANEL = "/connect/panels/issue"
API = "/api/panel/issue"
FAILED = {"fr": "Relance ne répond pas pour le moment", "en": "Relance does not answer at the moment"}
CONTEXT = {"jira": {"issue": {"id": "10002", "key": "SUP-1"}, "project": {"id": "10000", "key": "SUP"}}}


def page(client: FlaskClient, query: str = "issueKey=SUP-1", *, language: str = "fr", **claims: Any) -> TestResponse:
    claims = {"sub": "5b10", "context": CONTEXT} | claims
    signed = token(PANEL, method="GET", query=query, **claims)
    return client.get(f"/sf{PANEL}?{query}&jwt={signed}", headers={"Accept-Language": language})


def api(client: FlaskClient, path: str = API, *, method: str = "GET", body: Any = None, **claims: Any) -> TestResponse:
    claims = {"sub": "5b10", "context": CONTEXT, "qsh": "context-qsh"} | claims
    headers = {"Authorization": f"JWT {token('/', **claims)}"}
    return client.open(f"/sf{path}", method=method, headers=headers, json=body)


def test_the_panel_is_a_page_without_any_secret_or_inline_code(installed: FlaskClient) -> None:
    case = next(c for c in cases("iframe") if c.accept)
    answer = send(installed, case)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert FAILED["fr"] in answer.text, "Jira does not answer in this test; the page still does"
    assert "jwt" not in answer.text.lower()
    assert "style=" not in answer.text
    assert re.findall(r"<script(?! src=)", answer.text) == []
    assert re.findall(r"\son[a-z]+=", answer.text) == []
    for address in re.findall(r'(?:src|href)="(/sf/static/[^"]*)"', answer.text):
        asset = installed.get(address)
        assert asset.status_code == 200
        asset.close()


def test_only_the_site_may_frame_the_panel(installed: FlaskClient) -> None:
    policy = page(installed, "xdm_e=https%3A%2F%2Fhelp.demo.example").headers["Content-Security-Policy"]
    assert policy.endswith(
        "frame-ancestors https://demo.atlassian.net https://jira.demo.example https://help.demo.example"
    )
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in page(installed).headers
    for odd in ("*", "https%3A%2F%2Fa%3B+script-src+*", "javascript%3Aalert(1)", "http%3A%2F%2Fevil.example"):
        policy = page(installed, f"xdm_e={odd}").headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://demo.atlassian.net https://jira.demo.example")


def test_a_refused_panel_is_framed_by_nobody(installed: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in installed.get(f"/sf{PANEL}").headers["Content-Security-Policy"]


@pytest.mark.parametrize(("asked", "spoken"), [("fr-FR", "fr"), ("en-GB,en", "en"), ("de", "fr"), ("", "fr")])
def test_it_speaks_the_viewers_language_french_otherwise(installed: FlaskClient, asked: str, spoken: str) -> None:
    text = page(installed, language=asked).text
    assert f'<html lang="{spoken}">' in text
    assert FAILED[spoken] in text


def test_what_jira_says_enters_the_page_as_text(installed: FlaskClient) -> None:
    answer = page(installed, "issueKey=%3Cscript%3Ealert(1)%3C%2Fscript%3E", context={})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert "Relance ne suit pas cette demande" in answer.text


def test_nobody_logged_in_sees_nothing(installed: FlaskClient) -> None:
    assert page(installed, sub=None).status_code == 403
    assert api(installed, sub=None).status_code == 403


def test_the_api_takes_the_issue_from_what_jira_signed(installed: FlaskClient) -> None:
    assert api(installed, context={}).status_code == 403
    assert api(installed, f"{API}?issueKey=SUP-2").status_code == 403
    assert api(installed, f"{API}?issueId=10003").status_code == 403
    assert api(installed, f"{API}?issueKey=SUP-1&issueKey=SUP-2").status_code == 403
    assert api(installed, context={"jira": {"issue": {"key": "../../myself"}}}).status_code == 400


def test_an_issue_that_jira_hides_is_not_found(installed: FlaskClient, key_server: responses.RequestsMock) -> None:
    jira = re.compile(r"https://demo\.atlassian\.net/rest/.*")
    me = {"accountId": "app-1", "timeZone": "Europe/Paris"}
    key_server.get("https://demo.atlassian.net/rest/api/3/myself", json=me)
    for method in ("GET", "POST"):
        key_server.add(method, jira, status=404, json={"errorMessages": ["Issue does not exist: SECRET"]})
    answer = api(installed, f"{API}?issueKey=SUP-1&issueId=10002")
    assert answer.status_code == 404
    assert answer.json == {"error": "not found"}


def test_jira_refusing_us_is_not_the_viewers_fault(installed: FlaskClient, key_server: responses.RequestsMock) -> None:
    key_server.get("https://demo.atlassian.net/rest/api/3/myself", status=401)
    answer = api(installed)
    assert answer.status_code == 502
    assert answer.json == {"error": "bad gateway"}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("postpone", None),
        ("postpone", []),
        ("postpone", {}),
        ("postpone", {"until": 5}),
        ("postpone", {"until": "2026-12-01", "reason": "x" * 501}),
        ("exempt", {"issue": "SUP-2"}),
        ("transfer", {"level": "n2", "by": "5b11"}),
        ("run", "now"),
    ],
)
def test_a_button_sends_what_its_form_holds_and_nothing_else(installed: FlaskClient, name: str, body: Any) -> None:
    answer = api(installed, f"/api/agent/{name}", method="POST", body=body)
    assert answer.status_code == 400
    assert answer.json == {"error": "bad request"}


def test_buttons_are_pressed_by_people_on_the_signed_issue_only(installed: FlaskClient) -> None:
    for name in ("postpone", "exempt", "resume", "run", "transfer"):
        path = f"/api/agent/{name}"
        assert api(installed, path, method="POST", body={}, sub=None).status_code == 403
        assert api(installed, path, method="POST", body={}, context={}).status_code == 403
        assert api(installed, f"{path}?issueKey=SUP-2", method="POST", body={}).status_code == 403
        assert api(installed, path).status_code == 405
    assert api(installed, "/api/agent/close", method="POST", body={}).status_code == 404


def test_jira_not_answering_a_button_is_told_in_a_sentence(
    installed: FlaskClient, key_server: responses.RequestsMock
) -> None:
    key_server.get("https://demo.atlassian.net/rest/api/3/myself", status=503)
    answer = api(installed, "/api/agent/run", method="POST", body={})
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["flag"] == {
        "title": "Jira ne répond pas\u00a0: regardez dans une minute si c’est fait.",
        "type": "error",
    }
    key_server.replace("GET", "https://demo.atlassian.net/rest/api/3/myself", status=403)
    answer = api(installed, "/api/agent/run", method="POST", body={})
    assert (answer.status_code, (answer.json or {})["flag"]["type"]) == (502, "error")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"reason": ""}, {"reason": "   "}, {"reason": 5}, {"reason": "x" * 2001}, {"reason": "x", "a": 1}],
)
def test_an_escalation_is_a_reason(installed: FlaskClient, body: Any) -> None:
    answer = api(installed, "/api/portal/escalate", method="POST", body=body)
    assert answer.status_code == 400
    assert answer.json == {"error": "bad request"}


def test_an_escalation_goes_to_jira(installed: FlaskClient, key_server: responses.RequestsMock) -> None:
    key_server.get("https://demo.atlassian.net/rest/api/3/myself", status=503)
    answer = api(installed, "/api/portal/escalate", method="POST", body={"reason": "bloqué depuis hier"})
    assert answer.status_code == 503


def test_a_disabled_site_is_told_no(installed: FlaskClient, runtime: Runtime) -> None:
    (installation,) = runtime.store.installations.working()
    runtime.change_state(installation.client_key, State.DISABLED)
    assert api(installed).status_code == 403


def test_monitors_learn_whether_it_works_and_strangers_no_more(client: FlaskClient, runtime: Runtime) -> None:
    assert client.get("/sf/healthz").json == {"ok": True}
    answer = client.get("/sf/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"ok": False, "shut": 0, "ending": 0},
    )  # no worker beats in this test
    detailed = create_app(changed(runtime, development=True)).test_client().get("/sf/readyz")
    assert {"ok", "inbox", "workers"} <= set(json.loads(detailed.data))
