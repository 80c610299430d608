from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Response

from jira_sandbox.apps import Apps
from jira_sandbox.apps.admin_webhooks import hub_signature
from jira_sandbox.apps.delivery import Deliverer, Message, Outcome
from jira_sandbox.apps.qsh import query_string_hash
from jira_sandbox.happening import Happening
from tests.jira_sandbox.apps.conftest import APP_KEY, Bench, Received, descriptor_of, install

IDENTIFIER = "X-Atlassian-Webhook-Identifier"
RETRY = "X-Atlassian-Webhook-Retry"


def test_a_webhook_carries_atlassians_headers_and_a_token_for_itself(bench: Bench) -> None:
    install(bench)
    bench.publish(trace="relance:1", body={"issue": {"id": "10001", "fields": {"summary": "été"}}})
    bench.settle()
    [got] = bench.receiver.at("/updated")
    assert got.headers["X-Atlassian-Webhook-Flow"] == "Primary"
    assert got.headers["X-Atlassian-Webhook-Trace"] == "relance:1"
    assert got.headers["Content-Type"].startswith("application/json")
    assert RETRY not in got.headers
    assert "X-Hub-Signature" not in got.headers
    assert json.loads(got.raw)["issue"]["fields"]["summary"] == "été"
    secret = bench.apps.installation(APP_KEY).shared_secret
    claims = jwt.decode(got.token, secret, algorithms=["HS256"])
    assert claims["iss"] == bench.apps.client_key
    assert claims["qsh"] == query_string_hash("POST", "/hook/updated", "")
    assert "sub" not in claims
    [entry] = [each for each in bench.apps.deliveries() if each["event"] == "jira:issue_updated"]
    assert entry["id"] == got.headers[IDENTIFIER]
    assert entry["status"] == 204
    assert entry["issueId"] == "10001"
    assert entry["at"] == "2026-11-02T08:00:00.000Z"


def test_only_the_events_and_issues_asked_for_are_sent(bench: Bench) -> None:
    install(
        bench,
        {"event": "jira:issue_updated", "url": "/hook/sup", "filter": "project = SUP"},
        {"event": "jira:issue_updated", "url": "/hook/other", "filter": "project = OTHER"},
        {"event": "project_deleted", "url": "/hook/project", "filter": "project = OTHER"},
    )
    bench.publish()
    bench.publish("comment_created")
    bench.publish("project_deleted", issue_id=None)
    bench.settle()
    assert len(bench.receiver.at("/sup")) == 1
    assert bench.receiver.at("/other") == []
    # A filter is not honoured on an event that is not about an issue.
    assert len(bench.receiver.at("/project")) == 1
    assert ("project = OTHER", "10001") in bench.asked


def test_a_deleted_issue_shows_no_properties(bench: Bench) -> None:
    hook = {"event": "jira:issue_deleted", "url": "/hook/gone", "propertyKeys": ["support-flow"]}
    install(bench, hook)
    bench.publish("jira:issue_deleted", body={"issue": {"id": "10001"}})
    bench.settle()
    [got] = bench.receiver.at("/gone")
    assert "properties" not in json.loads(got.raw)["issue"]


def test_a_deleted_issue_passes_its_filter_by_its_last_state(bench: Bench) -> None:
    event = "jira:issue_deleted"
    bench.apps.add_admin_webhook(f"{bench.receiver.url}/hook/admin", [event], jql="project = SUP")
    bench.apps.add_admin_webhook(f"{bench.receiver.url}/hook/no", [event], jql="project = OTHER")
    install(
        bench,
        {"event": event, "url": "/hook/sup", "filter": "project = SUP"},
        {"event": event, "url": "/hook/other", "filter": "project = OTHER"},
    )
    bench.publish(event, body={"issue": {"id": "10001", "key": "SUP-1", "fields": {"project": {"key": "SUP"}}}})
    bench.settle()
    assert sorted(each.path for each in bench.receiver.received) == ["/sf/hook/admin", "/sf/hook/sup"]
    assert bench.asked == [], "the site no longer has the issue: it cannot be asked"


def test_a_triggered_post_function_is_told_and_tried_again(bench: Bench) -> None:
    module = {"key": "on-transition", "name": {"value": "Prévenir"}, "triggered": {"url": "/hook/triggered"}}
    bench.receiver.descriptor = descriptor_of(bench.receiver.url, jiraWorkflowPostFunctions=[module])
    bench.apps.install(bench.receiver.descriptor_url)
    bench.receiver.answer = lambda received: 204 if received.headers.get(RETRY) else 503
    bench.apps.post_function(APP_KEY, "on-transition", {"transition": {"to_status": "Résolu"}})
    bench.settle()
    first, second = bench.receiver.at("/triggered")
    assert json.loads(first.raw) == json.loads(second.raw) == {"transition": {"to_status": "Résolu"}}
    secret = bench.apps.installation(APP_KEY).shared_secret
    claims = jwt.decode(first.token, secret, algorithms=["HS256"])
    assert claims["qsh"] == query_string_hash("POST", "/hook/triggered", "")
    with pytest.raises(KeyError):
        bench.apps.post_function(APP_KEY, "absent", {})


def test_variables_properties_and_an_empty_body_are_honoured(bench: Bench) -> None:
    url = "/hook/{issue.id}/{issue.key}?project={project.key}&none={nothing.here}"
    hook = {"event": "jira:issue_updated", "url": url, "propertyKeys": ["support-flow", "absent"]}
    install(bench, hook, {"event": "jira:issue_updated", "url": "/hook/empty", "excludeBody": True})
    bench.publish(body={"issue": {"id": "10001", "key": "SUP-1", "fields": {"project": {"key": "SUP & Co"}}}})
    bench.settle()
    [empty] = bench.receiver.at("/empty")
    assert empty.raw == b""
    [full] = bench.receiver.at("/SUP-1")
    assert full.path == "/sf/hook/10001/SUP-1"
    assert full.query == "project=SUP%20%26%20Co&none="
    assert json.loads(full.raw)["issue"]["properties"] == {"support-flow": {"state": "waiting"}}
    secret = bench.apps.installation(APP_KEY).shared_secret
    expected = query_string_hash("POST", full.path, full.query, "/sf")
    assert jwt.decode(full.token, secret, algorithms=["HS256"])["qsh"] == expected


@pytest.mark.parametrize("path", ["/hook/%7Euser", "/hook/é/a b", "/hook/x%2fy", "/hook/a/../b", "/hook/a&b/?c=%7e&d"])
def test_the_token_is_for_the_address_as_it_arrives(bench: Bench, path: str) -> None:
    install(bench, {"event": "jira:issue_updated", "url": path})
    bench.publish()
    bench.settle()
    [got] = bench.receiver.received
    secret = bench.apps.installation(APP_KEY).shared_secret
    expected = query_string_hash("POST", got.path, got.query, "/sf")
    assert jwt.decode(got.token, secret, algorithms=["HS256"])["qsh"] == expected


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_a_temporary_refusal_is_tried_five_times_more_with_the_same_identifier(bench: Bench, status: int) -> None:
    install(bench)
    bench.receiver.answer = lambda _: status
    bench.publish()
    bench.settle()
    got = bench.receiver.at("/updated")
    assert [each.headers.get(RETRY) for each in got] == [None, "1", "2", "3", "4", "5"]
    assert len({each.headers[IDENTIFIER] for each in got}) == 1
    logged = [each for each in bench.apps.deliveries() if each["event"] == "jira:issue_updated"]
    assert [(each["attempt"], each["status"]) for each in logged] == [(n, status) for n in range(6)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 301, 302, 307, 308])
def test_another_refusal_or_a_redirect_is_final(bench: Bench, status: int) -> None:
    install(bench)
    bench.receiver.answer = lambda _: Response(status=status, headers={"Location": "/sf/hook/elsewhere"})
    bench.publish()
    bench.settle()
    assert len(bench.receiver.at("/updated")) == 1
    assert bench.receiver.at("/elsewhere") == []


def test_a_timed_out_delivery_is_tried_again_with_a_fresh_token(bench: Bench) -> None:
    install(bench)
    slow = iter([1.2, 0.0])

    def answer(_: Received) -> int:
        time.sleep(next(slow))
        return 204

    bench.receiver.answer = answer
    bench.publish()
    bench.settle()
    first, second = bench.receiver.at("/updated")
    assert second.headers[RETRY] == "1"
    assert first.headers[IDENTIFIER] == second.headers[IDENTIFIER]
    assert [each["error"] for each in bench.apps.deliveries()][-2:] == ["timed out", None]


def test_a_token_is_made_for_each_attempt(bench: Bench) -> None:
    install(bench)

    def wait(received: Received) -> int:
        time.sleep(0.3)
        return 503 if received.headers.get(RETRY) != "4" else 204

    bench.receiver.answer = wait
    bench.publish()
    bench.settle()
    got = bench.receiver.at("/updated")
    assert len(got) == 5
    assert len({each.token for each in got}) > 1


def test_a_connection_that_fails_is_tried_again(bench: Bench) -> None:
    bench.apps.add_admin_webhook("http://127.0.0.1:9/nobody", ["jira:issue_updated"])
    bench.publish()
    bench.settle()
    logged = bench.apps.deliveries()
    assert [each["attempt"] for each in logged] == [0, 1, 2, 3, 4, 5]
    assert {each["status"] for each in logged} == {None}


@pytest.mark.parametrize("end", [Apps.uninstall, Apps.disable])
def test_an_app_gone_or_disabled_is_not_tried_again(bench: Bench, end: Callable[[Apps, str], object]) -> None:
    install(bench)
    started, go_on = threading.Event(), threading.Event()

    def answer(received: Received) -> int:
        if received.path.endswith("/updated"):
            started.set()
            go_on.wait(5)
            return 503
        return 204

    bench.receiver.answer = answer
    bench.publish()
    assert started.wait(5)
    end(bench.apps, APP_KEY)
    go_on.set()
    bench.settle()
    assert len(bench.receiver.at("/updated")) == 1


@pytest.mark.parametrize("time_out", [30.0])
@pytest.mark.parametrize(("flow", "limit"), [("Primary", 20), ("Secondary", 10)])
def test_no_more_than_the_limit_is_under_way_at_once(bench: Bench, flow: str, limit: int) -> None:
    install(bench)
    lock, now, most = threading.Lock(), 0, 0

    def answer(_: Received) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return 204

    bench.receiver.answer = answer
    for number in range(45):
        bench.publish(number=number, flow=flow)
    bench.settle()
    assert limit // 2 < most <= limit
    assert len(bench.receiver.at("/updated")) == 45


def test_an_administrators_webhook_is_signed_over_its_raw_body(bench: Bench) -> None:
    hook = bench.apps.add_admin_webhook(f"{bench.receiver.url}/in/${{issue.key}}", ["jira:issue_updated"], "s3cret")
    bench.publish(body={"issue": {"key": "SUP-1"}, "text": "é"})
    bench.settle()
    [got] = bench.receiver.at("/in/SUP-1")
    assert got.headers["X-Hub-Signature"] == hub_signature("s3cret", got.raw)
    assert got.headers[IDENTIFIER]
    assert "Authorization" not in got.headers
    assert "s3cret" not in json.dumps(hook)


def test_an_administrators_jql_and_events_are_honoured(bench: Bench) -> None:
    url = f"{bench.receiver.url}/in"
    bench.apps.add_admin_webhook(f"{url}/sup", ["jira:issue_updated", "issuelink_created"], jql="project = SUP")
    bench.apps.add_admin_webhook(f"{url}/other", ["jira:issue_updated"], jql="project = OTHER")
    bench.publish()
    bench.publish("issuelink_created", issue_id=None)
    bench.publish("comment_created")
    bench.settle()
    assert len(bench.receiver.at("/sup")) == 2
    assert bench.receiver.at("/other") == []
    assert all("X-Hub-Signature" not in each.headers for each in bench.receiver.received)


@pytest.mark.parametrize(
    ("url", "events"), [("ftp://x/y", ["jira:issue_updated"]), ("http://x/y", ["nothing"]), ("http://x/y", [])]
)
def test_an_impossible_administrators_webhook_is_refused(bench: Bench, url: str, events: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        bench.apps.add_admin_webhook(url, events)


def test_an_oversized_body_is_never_sent_and_never_retried() -> None:
    message = Message(identifier="1", url="http://x", event="e", body=b"", authorise=dict)
    assert not Outcome(message=message, attempt=0, error="too large").to_retry
    assert Outcome(message=message, attempt=4, status=503).to_retry
    assert not Outcome(message=message, attempt=5, status=503).to_retry


def test_another_sites_happenings_are_not_ours(bench: Bench) -> None:
    install(bench)
    body: dict[str, Any] = {"webhookEvent": "jira:issue_updated"}
    bench.notices.publish(Happening(site="globex", event="jira:issue_updated", body=body, issue_id="10001"))
    assert bench.apps.in_flight() == 0


def test_retries_come_after_five_to_fifteen_minutes_at_full_scale() -> None:
    deliverer = Deliverer("scale", lambda _: None, retry_scale=1.0)
    waits = [deliverer.retry_seconds() for _ in range(200)]
    deliverer.close()
    assert 300 <= min(waits) < 420
    assert 780 < max(waits) <= 900
