from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response

from jira_sandbox.apps import DescriptorRefused
from jira_sandbox.apps.descriptor import fetch_descriptor, read_descriptor
from jira_sandbox.apps.schema import contracts_folder
from tests.jira_sandbox.apps.conftest import Bench, Receiver, descriptor_of
from tests.jira_sandbox.apps.vectors import contract

BASE = "https://app.example.com/sf"
PANEL = {
    "key": "panel",
    "name": {"value": "Suivi"},
    "icon": {"width": 24, "height": 24, "url": "https://cdn.example.com/icon.svg"},
    "content": {"type": "label", "label": {"value": "Suivi"}},
    "target": {"type": "web_panel", "url": "/panel"},
}
PAGE = {"key": "page", "name": {"value": "Page"}, "url": "/page"}


def test_the_example_descriptor_is_accepted() -> None:
    descriptor = read_descriptor(contract("connect-descriptor.example.json"))
    assert descriptor.effective_scopes == {"NONE", "READ", "WRITE"}
    assert descriptor.base_path == "/sf"


@pytest.mark.parametrize(
    ("declared", "effective"),
    [
        ([], {"NONE"}),
        (["read"], {"NONE", "READ"}),
        (["ADMIN"], {"NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN"}),
        (["READ", "ACT_AS_USER"], {"NONE", "READ", "ACT_AS_USER"}),
    ],
)
def test_a_scope_implies_the_lower_ones_but_never_impersonation(declared: list[str], effective: set[str]) -> None:
    assert read_descriptor({**descriptor_of(BASE), "scopes": declared}).effective_scopes == effective


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda d: d.pop("key"), "key"),
        (lambda d: d.pop("baseUrl"), "baseUrl"),
        (lambda d: d.pop("authentication"), "authentication"),
        (lambda d: d.update(comment="for people"), "comment"),
        (lambda d: d.update(key="with space"), "key"),
        (lambda d: d.update(key="k" * 81), "key"),
        (lambda d: d.update(baseUrl="http://app.example.com"), "baseUrl"),
        (lambda d: d.update(baseUrl="ftp://127.0.0.1"), "baseUrl"),
        (lambda d: d.update(baseUrl="http://127.0.0.1:port"), "baseUrl"),
        (lambda d: d.update(baseUrl="https://"), "baseUrl"),
        (lambda d: d.update(scopes=["EVERYTHING"]), "scopes"),
        (lambda d: d.update(authentication={"type": "oauth"}), "authentication"),
        (lambda d: d.update(vendor={"name": "Example"}), "vendor"),
        (lambda d: d["lifecycle"].pop("installed"), "installed"),
        (lambda d: d["lifecycle"].update(installed="https://elsewhere.example/x"), "installed"),
        (lambda d: d["lifecycle"].update(upgraded="/x"), "upgraded"),
        (lambda d: d["apiMigrations"].update(other=True), "other"),
    ],
)
def test_a_wrong_top_level_is_refused(change: Change, word: str) -> None:
    document = descriptor_of(BASE)
    change(document)
    with pytest.raises(DescriptorRefused, match=word):
        read_descriptor(document)


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_other_json_than_an_object_is_refused(document: object) -> None:
    with pytest.raises(DescriptorRefused):
        read_descriptor(document)


def hook(**more: Any) -> dict[str, Any]:
    return {"webhooks": [{"event": "jira:issue_updated", "url": "/hook", **more}]}


@pytest.mark.parametrize(
    ("modules", "word"),
    [
        (hook(event="jira:issue_transitioned"), "unknown event"),
        (hook(url="https://elsewhere.example/hook"), "relative"),
        (hook(url="//elsewhere.example/hook"), "relative"),
        (hook(url="hook"), "relative"),
        (hook(filter="status WAS Done"), "filter"),
        (hook(filter="assignee = currentUser()"), "filter"),
        (hook(filter="summary ~ printer"), "filter"),
        (hook(filter="labels = x"), "labels"),
        ({"generalPages": PAGE}, "array"),
        ({"configurePage": [PAGE]}, "one object"),
        ({"generalPages": ["page"]}, "object"),
        ({"generalPages": [PAGE, PAGE]}, "twice"),
        ({"generalPages": [PAGE], "adminPages": [PAGE]}, "twice"),
        ({"generalPages": [{**PAGE, "key": "under_score"}]}, "key"),
        ({"generalPages": [{**PAGE, "url": "https://elsewhere.example"}]}, "relative"),
        ({"jiraIssueContexts": [{**PANEL, "target": {"type": "web_panel", "url": "panel"}}]}, "relative"),
    ],
)
def test_a_wrong_module_is_refused(modules: dict[str, Any], word: str) -> None:
    with pytest.raises(DescriptorRefused, match=word):
        read_descriptor(descriptor_of(BASE, **modules))


@pytest.mark.skipif(contracts_folder() is None, reason="Atlassian's schema is not here")
@pytest.mark.parametrize(
    "modules",
    [
        {"jiraIssueContexts": [{name: value for name, value in PANEL.items() if name != "icon"}]},
        {"jiraIssueContext": [PANEL]},
        {"generalPages": [{**PAGE, "name": "Page"}]},
        {"lifecycle": [{"key": "x"}]},
        hook(excludeBody="yes"),
    ],
)
def test_a_module_that_breaks_atlassians_schema_is_refused(modules: dict[str, Any]) -> None:
    with pytest.raises(DescriptorRefused):
        read_descriptor(descriptor_of(BASE, **modules))


def test_every_problem_is_named_at_once() -> None:
    modules = {**hook(event="nothing"), "generalPages": [{**PAGE, "url": "page"}]}
    with pytest.raises(DescriptorRefused) as refused:
        read_descriptor(descriptor_of(BASE, **modules))
    assert len(refused.value.problems) == 2


def test_a_descriptor_is_fetched_over_loopback(receiver: Receiver) -> None:
    assert fetch_descriptor(receiver.descriptor_url).base_url == receiver.url


@pytest.mark.parametrize("url", ["http://app.example.com/d.json", "file:///etc/passwd", "", "ftp://127.0.0.1/d"])
def test_a_descriptor_elsewhere_needs_https(url: str) -> None:
    with pytest.raises(DescriptorRefused, match="descriptor URL"):
        fetch_descriptor(url)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Response(status=302, headers={"Location": "/sf/atlassian-connect.json"}), "302"),
        (Response(status=404), "404"),
        (Response("not json", content_type="application/json"), "JSON"),
        (Response(b"x" * 1_000_001), "megabyte"),
    ],
)
def test_an_answer_that_is_no_descriptor_is_refused(receiver: Receiver, answer: Response, word: str) -> None:
    receiver.descriptor_answer = answer
    with pytest.raises(DescriptorRefused, match=word):
        fetch_descriptor(receiver.descriptor_url)


def test_nobody_listening_is_a_refusal_not_a_crash() -> None:
    with pytest.raises(DescriptorRefused, match="could not be fetched"):
        fetch_descriptor("http://127.0.0.1:9/atlassian-connect.json")


def test_a_refused_descriptor_is_never_announced_to_the_app(bench: Bench) -> None:
    bench.receiver.descriptor["surprise"] = True
    with pytest.raises(DescriptorRefused):
        bench.apps.install(bench.receiver.descriptor_url)
    assert bench.receiver.received == []
    assert bench.apps.installed() == []
