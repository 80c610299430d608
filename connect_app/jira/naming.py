"""Finds the accounts and groups that people mean by a name, and the names of those we know by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from connect_app.errors import RelanceError
from connect_app.jira.client import JiraClient
from workflows.graph import folded

ACCOUNT_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}")
WITH_ID = re.compile(r".*<([^<>\s]{1,128})>\s*")
"""`Marie Dupont <5b10ac8d82e05b22cc7d4ef5>`: as forms show an account or a group that is known."""

MOST_LOOKED_AT = 50
MOST_NAMES = 90
"""Accounts in one question: Jira takes a hundred at most in a query."""

MOST_GROUPS = 1000


class NotNamed(RelanceError):
    """Nobody, or more than one, is called so; `near` are names that come close."""

    remedy = "Write the account's id or e-mail address."

    def __init__(self, written: str, *, several: bool = False, near: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'several are' if several else 'nobody is'} called {written!r}")
        self.written = written
        self.several = several
        self.near = near


def account_named(client: JiraClient, written: str) -> str:
    """The id of the account with this id, e-mail address or whole name; `NotNamed` when it is not exactly one."""
    known = WITH_ID.fullmatch(written)
    asked = known[1] if known else written
    if ACCOUNT_ID.fullmatch(asked) and (by_id := _people(client, {"accountId": asked})):
        return str(by_id[0]["accountId"])
    if known:
        raise NotNamed(written)
    found = _people(client, {"query": written})
    wanted = folded(written)
    exact = [p for p in found if wanted in {folded(_name(p)), folded(str(p.get("emailAddress") or ""))}]
    if len(exact) != 1:
        raise NotNamed(written, several=len(exact) > 1, near=tuple(map(_name, found[:3])))
    return str(exact[0]["accountId"])


def group_named(client: JiraClient, written: str) -> str:
    """The id of the group with this id or name; `NotNamed` when there is none."""
    known = WITH_ID.fullmatch(written)
    found = _groups(client, "" if known else written)
    for group in found:
        if known[1] == group["groupId"] if known else folded(written) in {folded(group["name"]), group["groupId"]}:
            return str(group["groupId"])
    raise NotNamed(written, near=tuple(str(group["name"]) for group in found[:3]))


def names_of_accounts(client: JiraClient, ids: Iterable[str]) -> dict[str, str]:
    """What Jira calls these accounts; those it does not tell are left out."""
    wanted = sorted(set(ids))[:MOST_NAMES]
    if not wanted:
        return {}
    found = client.get("rest/api/3/user/bulk", {"accountId": wanted, "maxResults": MOST_NAMES}).get("values") or []
    return {str(person["accountId"]): _name(person) for person in found if _name(person)}


def names_of_groups(client: JiraClient, ids: Iterable[str]) -> dict[str, str]:
    """What Jira calls these groups; those it does not tell are left out."""
    wanted = set(ids)
    return {g["groupId"]: g["name"] for g in _groups(client, "") if g["groupId"] in wanted} if wanted else {}


def _groups(client: JiraClient, query: str) -> list[dict[str, str]]:
    """By the picker: an app may not ask for groups otherwise."""
    asked = {"query": query, "maxResults": MOST_GROUPS}
    return list(client.get("rest/api/3/groups/picker", asked).get("groups") or [])


def _people(client: JiraClient, asked: dict[str, str]) -> list[dict[str, Any]]:
    found = client.get("rest/api/3/user/search", {**asked, "maxResults": str(MOST_LOOKED_AT)}) or []
    return [person for person in found if person.get("accountType") != "app"]


def _name(person: dict[str, Any]) -> str:
    return str(person.get("displayName") or "")
