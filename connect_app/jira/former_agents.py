"""Knows who spoke for the team on a request, though Jira no longer counts them among its agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automation_rules.facts import Side
from connect_app.jira.reading import JsonObject, RawIssue

SideOf = Callable[[str, str | None], Side]


def remembering(raw: RawIssue, side_of: SideOf) -> SideOf:
    """The side of each account on this request, where somebody who left the team still stands on its side.

    Jira is asked who is an agent now; of a deleted or deactivated account it says "nobody", which would make an
    agent's old question a customer's answer. What such a person did on the request says who they were.
    """
    team = _team(raw)

    def side(account_id: str, account_type: str | None) -> Side:
        found = side_of(account_id, account_type)
        was_agent = found is Side.CUSTOMER and account_type != "customer" and account_id in team
        return Side.AGENT if was_agent else found

    return side


def _team(raw: RawIssue) -> frozenset[str]:
    """The accounts that did on this request what its customers cannot do, or that left and never were its customer."""
    found = set(_acted_as_agents(raw))
    found |= {str(a["accountId"]) for a in _authors(raw) if a.get("active") is False and a.get("accountId")}
    reporter = raw.issue["fields"].get("reporter") or {}
    return frozenset(found - {str(reporter.get("accountId") or "")})


def _acted_as_agents(raw: RawIssue) -> Iterator[str]:
    """Who held the request, logged time on it, or wrote an internal note."""
    for entry in raw.histories:
        for item in entry.get("items") or ():
            if (item.get("fieldId") or item.get("field")) == "assignee":
                yield from (str(account) for account in (item.get("from"), item.get("to")) if account)
    for worklog in raw.worklogs:
        yield str((worklog.get("author") or {}).get("accountId") or "")
    for comment in raw.comments:
        if comment.get("jsdPublic") is False:
            yield str((comment.get("author") or {}).get("accountId") or "")


def _authors(raw: RawIssue) -> Iterator[JsonObject]:
    """Whoever wrote or changed anything on it; portal-only accounts are customers whatever became of them."""
    for written in (*raw.comments, *raw.histories):
        author = written.get("author") or {}
        if author.get("accountType") != "customer":
            yield author
