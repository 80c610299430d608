from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from responses import matchers

from automation_rules.actions import (
    Action,
    AddComment,
    AddLabel,
    AddParticipants,
    Assign,
    CreateSubtask,
    MoveTo,
    Notify,
    SetProperty,
)
from automation_rules.facts import Audience, Issue, Subtask
from connect_app.errors import Refused, Stale, Temporary
from connect_app.jira.acting import AudienceMismatch, Words, find, perform
from connect_app.jira.adf import document
from connect_app.jira.client import JiraClient
from connect_app.jira.marks import COMMENT_MARK, IMPUTATION, INTERNAL, MOVE_MARK
from connect_app.jira.session import TRACE_HEADER
from tests.connect_app.jira.conftest import SITE
from tests.connect_app.jira.issues import comment, listed

API = f"{SITE}/rest/api/3/issue"
COMMENTS = f"{API}/10088/comment"
TRANSITIONS = f"{API}/10088/transitions"
AT = "2026-11-22T10:00:00.000+0100"
KEY = "follow-up/10088/3d"
ISSUE = Issue(
    id="10088",
    key="SUP-88",
    project_key="SUP",
    issue_type="Demande",
    summary="x",
    status="waiting_customer",
    status_name="En attente client",
    created=datetime(2026, 11, 2, tzinfo=UTC),
    subtasks=(Subtask(id="20", key="SUP-90", summary="a"), Subtask(id="21", key="SUP-91", summary="b")),
)
STATUSES = {"10013": "closed", "10011": "in_progress"}
WORDS = Words(
    transition_name={"close": "Clôturer"}.get,
    resolution_name=lambda r: {"no_answer": "Sans réponse"}.get(r, r),
    status_of=lambda jira_id, _name: STATUSES.get(jira_id or ""),
    field_of={"level": "customfield_10030"}.get,
)


def say(audience: Audience) -> AddComment:
    return AddComment(key=KEY, rule="follow-up", audience=audience, message="reminder", text="Bonjour **Marie**")


def sent(jira: responses.RequestsMock, number: int = -1) -> Any:
    return json.loads(jira.calls[number].request.body or b"null")


@pytest.mark.parametrize("audience", list(Audience))
def test_a_comment_carries_its_mark_and_says_who_may_read_it(
    jira: responses.RequestsMock, client: JiraClient, audience: Audience
) -> None:
    internal = audience is Audience.INTERNAL
    jira.post(COMMENTS, status=201, json=comment(501, AT, "x", public=not internal))
    assert perform(client, ISSUE, say(audience), WORDS) == {"comment": "501", "at": AT}
    assert sent(jira) == {
        "body": document("Bonjour **Marie**"),
        "properties": [
            {"key": INTERNAL, "value": {"internal": internal}},
            {"key": COMMENT_MARK, "value": {"key": KEY, "rule": "follow-up"}},
        ],
    }
    assert jira.calls[0].request.headers[TRACE_HEADER] == f"relance:{KEY}"


@pytest.mark.parametrize(
    ("audience", "public", "told"),
    [
        (Audience.INTERNAL, True, "meant to be internal was public and was deleted"),
        (Audience.PUBLIC, False, "meant to be public was internal and was deleted"),
    ],
)
@pytest.mark.parametrize("status", [204, 404])
def test_a_comment_the_wrong_people_see_is_deleted_and_reported(
    jira: responses.RequestsMock, client: JiraClient, audience: Audience, *, public: bool, told: str, status: int
) -> None:
    jira.post(COMMENTS, status=201, json=comment(501, AT, "x", public=public))
    jira.delete(f"{COMMENTS}/501", status=status)
    with pytest.raises(AudienceMismatch, match=told):
        perform(client, ISSUE, say(audience), WORDS)


def test_a_leak_that_cannot_be_taken_back_is_said_loudly(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(COMMENTS, status=201, json=comment(501, AT, "x", public=True))
    jira.delete(f"{COMMENTS}/501", status=403, json={"errorMessages": ["no permission"]})
    with pytest.raises(AudienceMismatch, match=r"could not be deleted .*no permission"):
        perform(client, ISSUE, say(Audience.INTERNAL), WORDS)


def test_outside_a_service_desk_there_is_no_audience_to_check(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(COMMENTS, status=201, json=comment(501, AT, "x", public=None))
    assert perform(client, ISSUE, say(Audience.INTERNAL), WORDS)["comment"] == "501"


def marked(number: int, key: str, *, internal: bool, public: bool) -> dict[str, Any]:
    properties = [
        {"key": INTERNAL, "value": {"internal": internal}},
        {"key": COMMENT_MARK, "value": {"key": key, "rule": "r"}},
    ]
    return comment(number, AT, "x", public=public, properties=properties)


def test_a_comment_is_found_by_its_mark(jira: responses.RequestsMock, client: JiraClient) -> None:
    comments = [
        comment(1, AT, "unmarked"),
        marked(2, "another", internal=False, public=True),
        marked(3, KEY, internal=True, public=False),
    ]
    jira.get(COMMENTS, json=listed("comments", comments))
    assert find(client, ISSUE, "AddComment", KEY) == {"comment": "3", "at": AT}
    assert find(client, ISSUE, "AddComment", "never said") is None


def test_a_leak_found_after_a_crash_is_taken_back(jira: responses.RequestsMock, client: JiraClient) -> None:
    """The delete of a leaked comment may itself have failed: what is found then must not count as done."""
    jira.get(COMMENTS, json=listed("comments", [marked(3, KEY, internal=True, public=True)]))
    jira.delete(f"{COMMENTS}/3", status=204)
    with pytest.raises(AudienceMismatch):
        find(client, ISSUE, "AddComment", KEY)


def test_a_comment_whose_fate_is_unknown_says_so(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(COMMENTS, status=504)
    with pytest.raises(Temporary) as caught:
        perform(client, ISSUE, say(Audience.PUBLIC), WORDS)
    assert caught.value.happened is None


def transition(number: str, name: str, to: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "to": {"id": to, "name": "whatever"}, **more}


def move(**changes: Any) -> MoveTo:
    told: dict[str, Any] = {"from_status": "waiting_customer", "to_status": "closed", "transition": "close"}
    return MoveTo(key=KEY, rule="close", **{**told, **changes})


CHOICES: dict[str, tuple[list[dict[str, Any]], MoveTo, str]] = {
    "by name": ([transition("1", "Fermer", "10013"), transition("2", "Clôturer", "10013")], move(), "2"),
    "by status when the name is gone": (
        [transition("1", "Reprendre", "10011"), transition("2", "Fermer", "10013")],
        move(),
        "2",
    ),
    "never by name alone": (
        [transition("1", "Clôturer", "10011"), transition("2", "Fermer", "10013")],
        move(),
        "2",
    ),
    "by status when no name is wanted": ([transition("1", "Fermer", "10013")], move(transition=None), "1"),
}


@pytest.mark.parametrize(("offered", "action", "chosen"), CHOICES.values(), ids=CHOICES)
def test_the_transition_is_chosen_among_those_that_lead_there(
    jira: responses.RequestsMock, client: JiraClient, offered: list[dict[str, Any]], action: MoveTo, chosen: str
) -> None:
    jira.get(
        TRANSITIONS,
        json={"transitions": offered},
        match=[matchers.query_param_matcher({"expand": "transitions.fields"})],
    )
    jira.post(TRANSITIONS, status=204)
    assert perform(client, ISSUE, action, WORDS) == {"transition": chosen}
    assert sent(jira) == {
        "transition": {"id": chosen},
        "properties": [{"key": MOVE_MARK, "value": {"key": KEY, "rule": "close"}}],
        "historyMetadata": {"type": "relance:close", "description": action.summary, "extraData": {"key": KEY}},
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"resolution": {"required": False}}, {"resolution": {"name": "Sans réponse"}}), ({}, None)],
)
def test_a_resolution_is_set_only_where_the_screen_has_one(
    jira: responses.RequestsMock, client: JiraClient, fields: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    jira.get(TRANSITIONS, json={"transitions": [transition("2", "Clôturer", "10013", fields=fields)]})
    jira.post(TRANSITIONS, status=204)
    perform(client, ISSUE, move(resolution="no_answer"), WORDS)
    assert sent(jira).get("fields") == expected


@pytest.mark.parametrize("offered", [{"transitions": []}, {}, {"transitions": [transition("1", "Clôturer", "10011")]}])
def test_a_move_jira_no_longer_offers_is_stale(
    jira: responses.RequestsMock, client: JiraClient, offered: dict[str, Any]
) -> None:
    jira.get(TRANSITIONS, json=offered)
    with pytest.raises(Stale, match="SUP-88 to closed"):
        perform(client, ISSUE, move(), WORDS)


def test_a_move_is_found_by_its_mark(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(f"{API}/10088", json={"id": "10088", "properties": {MOVE_MARK: {"key": KEY}}})
    assert find(client, ISSUE, "MoveTo", KEY) == {"move": KEY}
    assert find(client, ISSUE, "MoveTo", "another") is None
    jira.replace("GET", f"{API}/10088", json={"id": "10088"})
    assert find(client, ISSUE, "MoveTo", KEY) is None


SUBTASK = CreateSubtask(
    key=KEY, rule="billing", issue_type="Imputation", title="#88 - Novembre", month="2026-11", billable=True
)
MARK = {"parent": "10088", "month": "2026-11", "billable": True, "key": KEY}


@pytest.mark.promise("A6")
def test_a_subtask_is_born_with_its_mark(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(API, status=201, json={"id": "22", "key": "SUP-92", "self": "x"})
    assert perform(client, ISSUE, SUBTASK, WORDS) == {"subtask": "SUP-92", "id": "22", "month": "2026-11"}
    assert sent(jira) == {
        "fields": {
            "project": {"key": "SUP"},
            "parent": {"key": "SUP-88"},
            "issuetype": {"name": "Imputation"},
            "summary": "#88 - Novembre",
        },
        "properties": [{"key": IMPUTATION, "value": MARK}],
    }


def test_a_subtask_is_found_by_its_mark(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(f"{API}/SUP-90/properties/{IMPUTATION}", status=404)
    jira.get(f"{API}/SUP-91/properties/{IMPUTATION}", json={"key": IMPUTATION, "value": MARK})
    found = find(client, ISSUE, "CreateSubtask", KEY)
    assert found is not None
    assert (found["subtask"], found["id"], found["month"]) == ("SUP-91", "21", "2026-11")
    assert find(client, ISSUE, "CreateSubtask", "another") is None


NOTIFY = Notify(key=KEY, rule="r", subject="s", text="t", account_ids=("a-1",), groups=("g-1",), to_assignee=True)


@pytest.mark.promise("C18", "C29")
def test_a_message_goes_to_the_desk_only(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(f"{API}/10088/notify", status=204)
    assert perform(client, ISSUE, NOTIFY, WORDS) == {"told": True}
    assert sent(jira) == {
        "subject": "s",
        "textBody": "t",
        "to": {
            "assignee": True,
            "reporter": False,
            "watchers": False,
            "voters": False,
            "users": [{"accountId": "a-1"}],
            "groupIds": ["g-1"],
        },
    }


def test_a_message_nobody_would_get_is_no_failure(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.post(f"{API}/10088/notify", status=400, json={"errorMessages": ["No recipients"], "errors": {}})
    assert perform(client, ISSUE, NOTIFY, WORDS) == {"told": False, "because": "No recipients"}
    jira.replace("POST", f"{API}/10088/notify", status=403)
    with pytest.raises(Refused):
        perform(client, ISSUE, NOTIFY, WORDS)


REQUESTS: dict[str, tuple[Action, str, str, Any]] = {
    "assign": (Assign(key=KEY, rule="r", account_id="a-1"), "PUT", f"{API}/10088/assignee", {"accountId": "a-1"}),
    "unassign": (Assign(key=KEY, rule="r", account_id=None), "PUT", f"{API}/10088/assignee", {"accountId": None}),
    "participants": (
        AddParticipants(key=KEY, rule="r", account_ids=("a", "b")),
        "POST",
        f"{SITE}/rest/servicedeskapi/request/SUP-88/participant",
        {"accountIds": ["a", "b"]},
    ),
    "label": (
        AddLabel(key=KEY, rule="r", label="Réouvert"),
        "PUT",
        f"{API}/10088",
        {"update": {"labels": [{"add": "Réouvert"}]}},
    ),
    "property": (
        SetProperty(key=KEY, rule="r", name="relance.state", value={"next": None}),
        "PUT",
        f"{API}/10088/properties/relance.state",
        {"next": None},
    ),
}


@pytest.mark.parametrize(("action", "method", "url", "body"), REQUESTS.values(), ids=REQUESTS)
def test_what_is_harmless_to_repeat_carries_no_mark_and_is_never_found(
    jira: responses.RequestsMock, client: JiraClient, action: Action, *, method: str, url: str, body: Any
) -> None:
    jira.add(method, url, status=204)
    assert perform(client, ISSUE, action, WORDS) == {}
    assert sent(jira) == body
    assert jira.calls[0].request.headers[TRACE_HEADER] == f"relance:{KEY}"
    assert find(client, ISSUE, type(action).__name__, KEY) is None


def test_an_unknown_action_is_a_mistake_of_ours(client: JiraClient) -> None:
    with pytest.raises(TypeError, match="Action"):
        perform(client, ISSUE, Action(key=KEY, rule="r"), WORDS)
