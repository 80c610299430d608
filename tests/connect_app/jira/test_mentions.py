"""Which other requests a customer's words name, and that only a closed one of the same project is linked."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from automation_rules.actions import LinkTo
from connect_app.jira.acting import perform
from connect_app.jira.client import JiraClient
from connect_app.jira.mentions import mentions
from connect_app.jira.reading import RawIssue
from tests.connect_app.jira.conftest import SITE
from tests.connect_app.jira.issues import issue
from tests.connect_app.jira.test_acting import ISSUE, WORDS

LINK = LinkTo(key="follow-up/new-for-old/10088/SUP-7", rule="new-for-old", other="SUP-7")


def said(summary: str, *paragraphs: str) -> tuple[str, ...]:
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": words}]} for words in paragraphs]
    made = issue(summary=summary, description={"type": "doc", "version": 1, "content": blocks} if blocks else None)
    return mentions(RawIssue(issue=made, histories=(), comments=(), worklogs=(), imputations={}))


@pytest.mark.promise("D29")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Suite du #7", ("SUP-7",)),
        ("[FRAM][#7][Résolu/Clôturé] Arrivée", ("SUP-7",)),
        ("sup-7 et SUP-8, encore #7", ("SUP-7", "SUP-8")),
        ("ABC-7, #88, SUP-88, XSUP-7, SUP-7-2, A#7, ##7, #07, SUP-7a", ()),
        ("bureau 7, le 01/08, #1234567890", ()),
        ("#1 #2 #3 #4", ("SUP-1", "SUP-2", "SUP-3")),
        ("\u202e#7\U0001f600 *SUP-9*", ("SUP-7", "SUP-9")),
    ],
)
def test_a_key_or_a_number_names_another_request_of_the_project(words: str, named: tuple[str, ...]) -> None:
    assert said(words) == named
    assert said("Imprimante", "Bonjour,", words) == named


@pytest.mark.promise("D29")
def test_a_closed_request_is_linked(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(f"{SITE}/rest/api/3/issue/SUP-7", json=_other("SUP-7", "done"))
    jira.post(f"{SITE}/rest/api/3/issueLink", status=201)
    assert perform(client, ISSUE, LINK, WORDS) == {"linked": True}
    assert json.loads(jira.calls[-1].request.body or b"") == {
        "type": {"name": "Relates"},
        "inwardIssue": {"key": "SUP-88"},
        "outwardIssue": {"key": "SUP-7"},
    }


@pytest.mark.promise("D29")
@pytest.mark.parametrize(("key", "category"), [("SUP-7", "new"), ("OLD-7", "done")])
def test_one_that_is_open_or_has_moved_away_is_not(
    jira: responses.RequestsMock, client: JiraClient, key: str, category: str
) -> None:
    jira.get(f"{SITE}/rest/api/3/issue/SUP-7", json=_other(key, category))
    assert perform(client, ISSUE, LINK, WORDS)["linked"] is False
    assert len(jira.calls) == 1


@pytest.mark.promise("D29")
def test_one_that_does_not_exist_is_no_failure(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(f"{SITE}/rest/api/3/issue/SUP-7", status=404, json={"errorMessages": ["Issue does not exist"]})
    assert perform(client, ISSUE, LINK, WORDS) == {"linked": False, "because": "Issue does not exist"}


def _other(key: str, category: str) -> dict[str, Any]:
    return {"id": "7", "key": key, "fields": {"status": {"name": "x", "statusCategory": {"key": category}}}}
