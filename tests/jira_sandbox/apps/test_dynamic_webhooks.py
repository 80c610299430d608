from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from jira_sandbox.apps.dynamic_webhooks import LIFE, DynamicWebhooks
from tests.jira_sandbox.apps.conftest import APP_KEY, NOW, Bench


@pytest.fixture
def registered(bench: Bench) -> Bench:
    bench.apps.install(bench.receiver.descriptor_url)
    bench.settle()
    bench.receiver.clear()
    return bench


def register(bench: Bench, *entries: Any, url: str = "/dyn") -> list[dict[str, Any]]:
    installation = bench.apps.installation(APP_KEY)
    return bench.apps.dynamic_webhooks.register(installation, bench.receiver.url + url, entries)


def entry(**more: Any) -> dict[str, Any]:
    return {"events": ["comment_created"], "jqlFilter": "project = SUP", **more}


def test_each_entry_gets_its_own_result(registered: Bench) -> None:
    good, event, jql, shape = register(
        registered, entry(), entry(events=["worklog_created"]), entry(jqlFilter="status was Done"), {"events": []}
    )
    assert good == {"createdWebhookId": 1000}
    assert all(result.keys() == {"errors"} for result in (event, jql, shape))
    [elsewhere] = registered.apps.dynamic_webhooks.register(
        registered.apps.installation(APP_KEY), "https://elsewhere.example/dyn", [entry()]
    )
    assert "errors" in elsewhere
    assert len(registered.apps.dynamic_webhooks.alive(APP_KEY)) == 1


def test_one_delivery_names_every_webhook_it_answers(registered: Bench) -> None:
    register(registered, entry(), entry(jqlFilter="project = SUP OR project = X"), entry(jqlFilter="project = OTHER"))
    registered.publish("comment_created")
    registered.settle()
    [got] = registered.receiver.at("/dyn")
    assert json.loads(got.raw)["matchedWebhookIds"] == [1000, 1001]
    assert got.token


def test_field_and_property_filters_are_honoured(registered: Bench) -> None:
    status = entry(events=["jira:issue_updated"], fieldIdsFilter=["status"])
    flow = entry(events=["issue_property_set"], issuePropertyKeysFilter=["support-flow"])
    register(registered, status, flow)
    registered.publish(body={"changelog": {"items": [{"field": "Labels", "fieldId": "labels"}]}})
    registered.publish("issue_property_set", body={"property": {"key": "other"}})
    registered.settle()
    assert registered.receiver.at("/dyn") == []
    registered.publish(body={"changelog": {"items": [{"field": "status", "fieldId": "status"}]}})
    registered.publish("issue_property_set", body={"property": {"key": "support-flow"}})
    registered.settle()
    assert len(registered.receiver.at("/dyn")) == 2


def test_they_end_after_thirty_days_unless_refreshed(registered: Bench) -> None:
    now = NOW

    def clock() -> datetime:
        return now

    webhooks = DynamicWebhooks(clock)
    installation = registered.apps.installation(APP_KEY)
    webhooks.register(installation, registered.receiver.url, [entry(), entry()])
    now += LIFE - timedelta(seconds=1)
    assert webhooks.refresh(APP_KEY, [1000, 77]) == now + LIFE
    now += timedelta(seconds=1)
    assert [each.id for each in webhooks.alive(APP_KEY)] == [1000]
    assert webhooks.alive("another.app") == []


def test_they_are_deleted_by_id_by_their_own_app_or_with_it(registered: Bench) -> None:
    register(registered, entry(), entry())
    registered.apps.dynamic_webhooks.delete("another.app", [1000])
    registered.apps.dynamic_webhooks.delete(APP_KEY, [1001, 5])
    assert [each.id for each in registered.apps.dynamic_webhooks.alive(APP_KEY)] == [1000]
    registered.apps.uninstall(APP_KEY)
    assert registered.apps.dynamic_webhooks.alive(APP_KEY) == []


def test_what_could_not_be_delivered_may_be_asked_for(registered: Bench) -> None:
    register(registered, entry())
    registered.receiver.answer = lambda _: 400
    registered.publish("comment_created", number=5)
    registered.publish("comment_created", number=6)
    registered.settle()
    page = registered.apps.failed_webhooks(APP_KEY, 0, 1)
    [failed] = page["values"]
    assert page["next"] == str(failed["failureTime"])
    assert json.loads(failed["body"])["number"] in (5, 6)
    assert failed["id"] in {each["id"] for each in registered.apps.deliveries()}
    rest = registered.apps.failed_webhooks(APP_KEY, int(page["next"]), 1)
    assert [json.loads(each["body"])["number"] for each in (failed, *rest["values"])] in ([5, 6], [6, 5])
    assert "next" not in rest
    assert registered.apps.failed_webhooks("another.app")["values"] == []
