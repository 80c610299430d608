from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import responses

from connect_app.errors import Refused, Stale, Temporary
from connect_app.jira.client import admin_client
from connect_app.jira.patience import Patience, PatientClient, TaskFailed

SITE = "http://jira.invalid"
API = f"{SITE}/rest/api/3"


class Waits(list[float]):
    """The waits that were asked for, in seconds, instead of waiting."""


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def jira(waits: Waits) -> Iterator[PatientClient]:
    client = admin_client(SITE, "admin@acme.test", "token")
    yield PatientClient(client, Patience(attempts=3, seconds=2.0, sleep=waits.append))
    client.session.close()


@pytest.fixture(autouse=True)
def net() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_another_configuration_task_is_waited_for(
    net: responses.RequestsMock, jira: PatientClient, waits: Waits
) -> None:
    net.post(f"{API}/statuses", status=409, json={"errorMessages": ["busy"]})
    net.post(f"{API}/statuses", status=200, json=[{"id": "1"}])
    assert jira.ask("POST", "statuses", body={}).body == [{"id": "1"}]
    assert waits == [2.0]


def test_patience_ends(net: responses.RequestsMock, jira: PatientClient, waits: Waits) -> None:
    net.post(f"{API}/statuses", status=409, json={})
    with pytest.raises(Stale):
        jira.ask("POST", "statuses", body={})
    net.get(f"{API}/field", status=503)
    with pytest.raises(Temporary):
        jira.get("field")
    assert waits == [2.0, 2.0, 2.0, 2.0]


def test_a_limit_is_waited_for_as_long_as_jira_asks_but_not_for_ever(
    net: responses.RequestsMock, jira: PatientClient, waits: Waits
) -> None:
    net.get(f"{API}/field", status=429, headers={"Retry-After": "7"})
    net.get(f"{API}/field", status=429, headers={"Retry-After": "3000"})
    net.get(f"{API}/field", status=200, json=[])
    assert jira.get("field") == []
    assert waits == [7.0, 60.0]


@pytest.mark.parametrize("failure", [{"status": 500}, {"body": requests.ReadTimeout()}])
def test_a_write_that_may_have_happened_is_not_repeated(
    net: responses.RequestsMock, jira: PatientClient, waits: Waits, failure: dict[str, object]
) -> None:
    net.add(responses.POST, f"{API}/workflows/create", **failure)  # type: ignore[arg-type]  # a table of keywords
    with pytest.raises(Temporary) as caught:
        jira.ask("POST", "workflows/create", body={})
    assert caught.value.happened is None
    assert waits == []


def test_a_refusal_is_told_at_once(net: responses.RequestsMock, jira: PatientClient, waits: Waits) -> None:
    net.post(f"{API}/resolution", status=400, json={"errorMessages": ["no"], "errors": {}})
    with pytest.raises(Refused, match="no"):
        jira.ask("POST", "resolution", body={})
    assert waits == []


@pytest.mark.parametrize("says_last", [True, False])
def test_every_page_is_read(net: responses.RequestsMock, jira: PatientClient, *, says_last: bool) -> None:
    ends = ({"isLast": False}, {"isLast": True}) if says_last else ({"total": 3}, {"total": 3})
    net.get(f"{API}/workflowscheme", json={"values": [1, 2], **ends[0]}, match=[_query(startAt="0", maxResults="50")])
    net.get(f"{API}/workflowscheme", json={"values": [3], **ends[1]}, match=[_query(startAt="2", maxResults="50")])
    assert list(jira.pages("workflowscheme")) == [1, 2, 3]


def test_an_empty_page_ends_the_reading(net: responses.RequestsMock, jira: PatientClient) -> None:
    net.get(f"{API}/resolution/search", json={"values": [], "isLast": False})
    assert list(jira.pages("resolution/search", {"x": "y"})) == []


def _query(**query: str) -> object:
    return responses.matchers.query_param_matcher(query)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (303, {"id": "77"}, {"Location": f"{API}/task/77"}),
        (303, {}, {"Location": f"{API}/task/77"}),
        (200, {"taskId": "77"}, {}),
    ],
)
def test_a_task_is_polled_to_its_end_and_its_redirect_never_followed(
    net: responses.RequestsMock,
    jira: PatientClient,
    waits: Waits,
    *,
    status: int,
    body: dict[str, str],
    headers: dict[str, str],
) -> None:
    net.post(f"{API}/workflowscheme/project/switch", status=status, json=body, headers=headers)
    net.get(f"{API}/task/77", json={"status": "ENQUEUED"})
    net.get(f"{API}/task/77", json={"status": "RUNNING"})
    net.get(f"{API}/task/77", json={"status": "COMPLETE"})
    answer = jira.ask("POST", "workflowscheme/project/switch", body={})
    assert len(net.calls) == 1
    jira.finish(answer)
    assert waits == [2.0, 2.0]


def test_an_answer_without_a_task_needs_no_waiting(net: responses.RequestsMock, jira: PatientClient) -> None:
    net.post(f"{API}/workflowscheme/update", status=200, json=[])
    jira.finish(jira.ask("POST", "workflowscheme/update", body={}))
    assert len(net.calls) == 1


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ({"status": "FAILED", "message": "no such status"}, "task 77 is FAILED: no such status"),
        ({"status": "DEAD"}, "task 77 is DEAD: no message"),
        ({"status": "RUNNING"}, "task 77 is still running; run the same command again later"),
    ],
)
def test_a_task_that_does_not_complete_is_told(
    net: responses.RequestsMock, jira: PatientClient, task: dict[str, str], told: str
) -> None:
    net.post(f"{API}/workflows/update", json={"taskId": "77"})
    net.get(f"{API}/task/77", json=task)
    with pytest.raises(TaskFailed, match=told):
        jira.finish(jira.ask("POST", "workflows/update", body={}))
