"""Says on which side of a desk an account stands, asking Jira once an hour at most for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from automation_rules.facts import Side
from connect_app.errors import Refused
from connect_app.jira.client import JiraClient
from connect_app.logs import logger

log = logger(__name__)

JsonObject = dict[str, Any]

AGENT_PERMISSION = "SERVICEDESK_AGENT"
ADMINISTER = "ADMINISTER"
KEEP_SECONDS = 3600.0
ADMINISTERS_SECONDS = 60.0
"""How long a right that opens buttons is believed: who loses it loses them within a minute."""
ACCOUNT_GONE = frozenset({400, 404})
"""Jira's answers about an account that no longer exists; it counts as a human: its words still restart a clock."""


class People:
    """The sides of one site's accounts.

    An account of type `atlassian` may be a customer, so its type alone says nothing: an agent is who holds the agent
    permission in the project (contract §4.5).
    """

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._known: dict[tuple[str, str], tuple[float, Side]] = {}
        self._groups: dict[str, tuple[float, frozenset[str] | None]] = {}
        self._administer: dict[str, tuple[float, bool]] = {}
        self._lock = threading.Lock()

    def side_of(
        self, client: JiraClient, project: str, account_id: str, account_type: str | None, own_account: str | None
    ) -> Side:
        """The side of one account in one project (by id); asks Jira when it is not known."""
        if account_id == own_account:
            return Side.RELANCE
        if account_type == "app":
            return Side.OTHER_APP
        if account_type == "customer":
            return Side.CUSTOMER
        with self._lock:
            known = self._known.get((project, account_id))
        if known is not None and self._elapsed() - known[0] < KEEP_SECONDS:
            return known[1]
        side = Side.AGENT if _is_agent(client, project, account_id) else Side.CUSTOMER
        with self._lock:
            self._known[project, account_id] = (self._elapsed(), side)
        return side

    def groups_of(self, client: JiraClient, account_id: str) -> frozenset[str] | None:
        """The ids of the groups an account is in, None when Jira does not tell us."""
        with self._lock:
            known = self._groups.get(account_id)
        if known is not None and self._elapsed() - known[0] < KEEP_SECONDS:
            return known[1]
        groups: frozenset[str] | None = None
        try:
            answer = client.get("rest/api/3/user/groups", {"accountId": account_id}) or ()
            groups = frozenset(str(group["groupId"]) for group in answer if group.get("groupId"))
        except Refused:
            log.info("groups not told", account=account_id)
        with self._lock:
            self._groups[account_id] = (self._elapsed(), groups)
        return groups

    def administers(self, client: JiraClient, account_id: str) -> bool:
        """True for a Jira administrator (contract §3.7); an account that is gone is none."""
        with self._lock:
            known = self._administer.get(account_id)
        if known is not None and self._elapsed() - known[0] < ADMINISTERS_SECONDS:
            return known[1]
        try:
            held = holds_global(client, account_id, ADMINISTER)
        except Refused as refusal:
            if refusal.status not in ACCOUNT_GONE:
                raise
            held = False
        with self._lock:
            self._administer[account_id] = (self._elapsed(), held)
        return held


def holds_global(client: JiraClient, account_id: str, permission: str) -> bool:
    """True when an account holds a global permission, e.g. `ADMINISTER`."""
    answer = client.request(
        "POST", "rest/api/3/permissions/check", body={"accountId": account_id, "globalPermissions": [permission]}
    )
    return permission in (answer.body.get("globalPermissions") or ())


def may_see(client: JiraClient, account_id: str, issue: JsonObject, organizations_field: str | None) -> bool:
    """True for the reporter of a request, its participants, members of its organisations, and whoever may browse it.

    `issue` is Jira's JSON with its fields.
    A customer of the portal holds no permission that could be asked about, hence the lists (contract §2.6).
    """
    fields = issue["fields"]
    if (fields.get("reporter") or {}).get("accountId") == account_id:
        return True
    if any(person.get("accountId") == account_id for person in _listed(client, f"request/{issue['key']}/participant")):
        return True
    for organization in fields.get(organizations_field) or () if organizations_field else ():
        members = _listed(client, f"organization/{organization['id']}/user")
        if any(person.get("accountId") == account_id for person in members):
            return True
    return _may_browse(client, account_id, str(issue["id"]))


def _listed(client: JiraClient, path: str) -> Iterator[JsonObject]:
    """Every value of a service-management list; nothing when we may not read it."""
    start = 0
    while True:
        try:
            page = client.get(f"rest/servicedeskapi/{path}", {"start": start, "limit": 50})
        except Refused:
            return
        values = page.get("values") or []
        yield from values
        start += len(values)
        if page.get("isLastPage", True) or not values:
            return


def _may_browse(client: JiraClient, account_id: str, issue_id: str) -> bool:
    body = {
        "accountId": account_id,
        "projectPermissions": [{"permissions": ["BROWSE_PROJECTS"], "issues": [int(issue_id)]}],
    }
    answer = client.request("POST", "rest/api/3/permissions/check", body=body)
    granted = answer.body.get("projectPermissions") or ()
    return any(int(issue_id) in (permission.get("issues") or ()) for permission in granted)


def _is_agent(client: JiraClient, project: str, account_id: str) -> bool:
    body = {
        "accountId": account_id,
        "projectPermissions": [{"permissions": [AGENT_PERMISSION], "projects": [int(project)]}],
    }
    try:
        answer = client.request("POST", "rest/api/3/permissions/check", body=body)
    except Refused as refusal:
        if refusal.status in ACCOUNT_GONE:
            return False
        raise
    granted = answer.body.get("projectPermissions") or ()
    return any(int(project) in (permission.get("projects") or ()) for permission in granted)
