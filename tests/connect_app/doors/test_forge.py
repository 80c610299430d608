"""The third door as far as it is built: events become the same hints, and the manifest fits what we hear."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from connect_app.doors.forge.events import EVENTS, read_event
from connect_app.errors import Malformed
from connect_app.web.webhooks import EVENTS as WEBHOOKS

ROOT = Path(__file__).resolve().parents[3]
UPDATED: dict[str, Any] = {
    "eventType": "avi:jira:updated:issue",
    "issue": {"id": "10002", "key": "SUP-2", "fields": {"project": {"key": "SUP"}, "summary": "été"}},
    "atlassianId": "5b10",
    "timestamp": 1795348800000,
}


def test_an_event_hints_at_the_issue_as_a_webhook_does() -> None:
    hint = read_event(UPDATED)
    assert hint is not None
    assert (hint.event, hint.issue_id, hint.project_key, hint.trace) == ("jira:issue_updated", "10002", "SUP", None)
    assert set(EVENTS.values()) <= set(WEBHOOKS.values())


def test_an_event_sent_again_has_the_same_name_whatever_the_order_of_its_fields() -> None:
    again = json.loads(json.dumps(dict(reversed(UPDATED.items()))))
    other = UPDATED | {"timestamp": 1795348800001}
    first, second, third = read_event(UPDATED), read_event(again), read_event(other)
    assert first == second
    assert first is not None
    assert third is not None
    assert first.identifier != third.identifier
    assert len(first.identifier) <= 255


def test_worklogs_and_numbers_are_read_and_our_own_trace_is_kept() -> None:
    hint = read_event({"eventType": "avi:jira:created:worklog", "worklog": {"issueId": 10012}})
    assert hint is not None
    assert (hint.event, hint.issue_id) == ("worklog_created", "10012")
    traced = read_event(UPDATED | {"webhookTraceValue": "relance:k"})
    assert traced is not None
    assert traced.trace == "relance:k"


def test_an_event_nobody_asked_for_is_no_hint() -> None:
    assert read_event({"eventType": "avi:jira:viewed:issue", "issue": {"id": "1"}}) is None


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"eventType": 1}, UPDATED | {"issue": {"id": "../1"}}, UPDATED | {"issue": {"id": True}}],
)
def test_what_is_no_event_is_refused(body: object) -> None:
    with pytest.raises(Malformed):
        read_event(body)


def test_the_manifest_asks_for_what_is_heard_and_points_nowhere_else() -> None:
    manifest = yaml.safe_load((ROOT / "connect_app/doors/forge/manifest.yml").read_text("utf-8"))
    modules = manifest["modules"]
    endpoints = {endpoint["key"] for endpoint in modules["endpoint"]}
    used = [module for kind in ("trigger", "scheduledTrigger") for module in modules[kind]]
    assert {module["endpoint"] for module in used} == endpoints
    assert {endpoint["remote"] for endpoint in modules["endpoint"]} == {remote["key"] for remote in manifest["remotes"]}
    asked = {event for trigger in modules["trigger"] for event in trigger["events"] if event.startswith("avi:jira:")}
    assert asked == set(EVENTS) - {"avi:jira:mentioned:comment"}


def test_nobody_outside_the_doors_asks_which_door_a_site_uses() -> None:
    """A third door is a new file below connect_app/doors; the store only keeps the name."""
    asking = []
    for path in sorted((ROOT / "connect_app").rglob("*.py")):
        place = path.relative_to(ROOT / "connect_app")
        if place.parts[0] == "doors" or place == Path("store/installations.py"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        asking += [str(place)] if "Door" in names else []
    assert asking == []
