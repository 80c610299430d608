from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from connect_app.web.webhooks import EVENTS
from tests.connect_app.auth_cases import DATA
from tests.connect_app.web.conftest import signed_post, token

Stored = Callable[[], dict[str, list[Any]]]

SAMPLES: dict[str, Any] = json.loads((DATA / "connect-webhook-samples.json").read_text("utf-8"))["samples"]
SLUGS = {event: slug for slug, event in EVENTS.items()}
OURS = {name: sample["body"] for name, sample in SAMPLES.items() if sample["body"]["webhookEvent"] in SLUGS}


def test_only_the_link_events_are_not_ours() -> None:
    assert set(SAMPLES) - set(OURS) == {"issuelink_created"}


@pytest.mark.parametrize("name", OURS)
def test_a_delivery_is_stored_once_whatever_the_number_of_retries(
    installed: FlaskClient, stored: Stored, name: str
) -> None:
    body = OURS[name]
    path = f"/connect/webhooks/{SLUGS[body['webhookEvent']]}"
    for retry in range(3):
        headers = {"X-Atlassian-Webhook-Identifier": "d-1"} | (
            {"X-Atlassian-Webhook-Retry": str(retry)} if retry else {}
        )
        answer = signed_post(installed, path, body, headers=headers)
        assert (answer.status_code, answer.data) == (204, b"")
    (row,) = stored()["inbox"]
    assert (row.delivery_id, row.event) == ("d-1", body["webhookEvent"])
    expected = body.get("issue", {}).get("id") or body.get("worklog", {}).get("issueId")
    assert row.issue_id == expected
    assert row.project_key == (None if "worklog" in body else "SUP")
    assert "Cliente" not in repr(row)  # no name, no text: only what to look at


def test_one_identifier_on_two_routes_is_two_deliveries(installed: FlaskClient, stored: Stored) -> None:
    headers = {"X-Atlassian-Webhook-Identifier": "d-1"}
    for slug in ("issue-updated", "comment-created"):
        assert (
            signed_post(installed, f"/connect/webhooks/{slug}", {"issue": {"id": "1"}}, headers=headers).status_code
            == 204
        )
    assert len(stored()["inbox"]) == 2


def test_without_an_identifier_the_body_is_one(installed: FlaskClient, stored: Stored) -> None:
    for body in ({"issue": {"id": "1"}}, {"issue": {"id": "1"}}, {"issue": {"id": "1"}, "timestamp": 2}):
        assert signed_post(installed, "/connect/webhooks/issue-updated", body).status_code == 204
    assert len(stored()["inbox"]) == 2


def test_numbers_are_ids_too_and_odd_projects_are_left_aside(installed: FlaskClient, stored: Stored) -> None:
    body = {"worklog": {"issueId": 10012}, "project": {"key": "<script>"}}
    assert signed_post(installed, "/connect/webhooks/worklog-created", body).status_code == 204
    (row,) = stored()["inbox"]
    assert (row.issue_id, row.project_key) == ("10012", None)


def test_any_query_may_follow_the_address_as_long_as_it_is_signed(installed: FlaskClient) -> None:
    query = "user_id=&user_key=a%20b&triggeredByUser=5b10%3Ax"
    path = "/connect/webhooks/issue-updated"
    good = {"Authorization": f"JWT {token(path, query=query)}"}
    assert installed.post(f"/sf{path}?{query}", json={"issue": {"id": "1"}}, headers=good).status_code == 204
    assert installed.post(f"/sf{path}?{query}x", json={"issue": {"id": "1"}}, headers=good).status_code == 401


def test_every_line_says_which_installation_and_delivery(installed: FlaskClient) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        signed_post(
            installed,
            "/connect/webhooks/issue-updated",
            {"issue": {"id": "10002"}},
            headers={"X-Atlassian-Webhook-Identifier": "d-9"},
        )
    (line,) = logs
    assert (line["event"], line["issue"], line["delivery"]) == ("received", "10002", "d-9")
    assert line["installation"]


def test_a_refusal_says_which_installation_and_delivery_and_the_next_line_nothing_of_it(installed: FlaskClient) -> None:
    headers = {"X-Atlassian-Webhook-Identifier": "d-10"}
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        signed_post(installed, "/connect/webhooks/issue-updated", "no json", headers=headers)
        installed.post("/sf/connect/webhooks/issue-updated", json={}, headers=headers)
        installed.get("/sf/nowhere", headers={"X-Atlassian-Webhook-Identifier": "not one\tword"})
    nonsense, stranger, nowhere = logs
    assert (nonsense["status"], nonsense["delivery"], bool(nonsense["installation"])) == (400, "d-10", True)
    assert (stranger["status"], stranger["delivery"], "installation" in stranger) == (401, "d-10", False)
    assert (nowhere["status"], {"installation", "delivery"} & set(nowhere)) == (404, set())


@pytest.mark.parametrize(("event", "state"), [("disabled", "disabled"), ("enabled", "installed")])
def test_the_site_is_enabled_and_disabled(installed: FlaskClient, stored: Stored, event: str, state: str) -> None:
    body = {"key": "com.example.support-flow", "clientKey": "9d7f2c3e-6a1b-3c4d-8e5f-0123456789ab", "eventType": event}
    assert signed_post(installed, f"/connect/{event}", body).status_code == 204
    assert stored()["installations"][0].state == state
    assert signed_post(installed, f"/connect/{event}", body | {"clientKey": "other"}).status_code == 401
    assert signed_post(installed, f"/connect/{event}", body | {"eventType": "installed"}).status_code == 400
    assert stored()["installations"][0].state == state
