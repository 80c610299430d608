"""Who left the team is known by what they did on the request; a customer never becomes an agent by leaving."""

from __future__ import annotations

from typing import Any

import pytest

from automation_rules.facts import Side
from connect_app.jira.former_agents import remembering
from connect_app.jira.reading import RawIssue
from tests.connect_app.jira.issues import AGENT, CUSTOMER, OTHER_APP, comment, history, issue

AT = "2026-11-02T09:00:00.000+0100"
GONE = {**AGENT, "accountId": "gone-1", "displayName": "Former user", "active": False}
MOVED_ON = {**AGENT, "accountId": "moved-1"}
ASSIGNED = {"field": "assignee", "fieldtype": "jira", "fieldId": "assignee", "from": "moved-1", "to": None}


def raw(**parts: Any) -> RawIssue:
    empty: dict[str, Any] = {"histories": (), "comments": (), "worklogs": (), "imputations": {}}
    return RawIssue(issue=issue(reporter=parts.pop("reporter", CUSTOMER)), **{**empty, **parts})


def nobody_is_an_agent_now(_account_id: str, account_type: str | None) -> Side:
    return Side.OTHER_APP if account_type == "app" else Side.CUSTOMER


def side(of: RawIssue, person: dict[str, Any], account_type: str | None = "atlassian") -> Side:
    return remembering(of, nobody_is_an_agent_now)(person["accountId"], account_type)


@pytest.mark.promise("C4", "C9")
@pytest.mark.parametrize(
    ("person", "parts"),
    [
        (GONE, {"comments": (comment(1, AT, "Quand ?", author=GONE),)}),
        (GONE, {"histories": (history(1, AT, {"field": "summary", "fieldId": "summary"}, author=GONE),)}),
        (MOVED_ON, {"comments": (comment(1, AT, "Entre nous", public=False, author=MOVED_ON),)}),
        (MOVED_ON, {"worklogs": ({"id": "1", "author": MOVED_ON},)}),
        (MOVED_ON, {"histories": (history(1, AT, ASSIGNED),)}),
    ],
)
def test_what_somebody_did_tells_that_they_were_of_the_team(person: dict[str, Any], parts: dict[str, Any]) -> None:
    assert side(raw(**parts), person) is Side.AGENT
    assert side(raw(), person) is Side.CUSTOMER, "elsewhere nothing tells it"


@pytest.mark.promise("C4", "C9")
def test_customers_and_apps_stay_what_they_are() -> None:
    left = {**CUSTOMER, "active": False}
    assert side(raw(comments=(comment(1, AT, "Voici", author=left),)), left, "customer") is Side.CUSTOMER
    asking = raw(reporter=GONE, comments=(comment(1, AT, "Voici", author=GONE),))
    assert side(asking, GONE) is Side.CUSTOMER, "the one who asked"
    assert side(raw(comments=(comment(1, AT, "Voici", author=MOVED_ON),)), MOVED_ON) is Side.CUSTOMER
    noted = raw(comments=(comment(1, AT, "x", public=False, author=OTHER_APP),))
    assert side(noted, OTHER_APP, "app") is Side.OTHER_APP
    anonymous = raw(
        comments=(comment(1, AT, "x", public=False, author=None),), histories=(history(1, AT, author=None),)
    )
    assert side(anonymous, MOVED_ON) is Side.CUSTOMER
