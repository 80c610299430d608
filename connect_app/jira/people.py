"""Says on which side of a desk an account stands, asking Jira once an hour at most for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from automation_rules.facts import Side
from connect_app.errors import Refused
from connect_app.jira.client import JiraClient
from connect_app.logs import logger

log = logger(__name__)

JsonObject = dict[str, Any]

AGENT_PERMISSION = "SERVICEDESK_AGENT"
ADMINISTER = "ADMINISTER"
KEEP_SECONDS = 3600.0
COMPANY_SECONDS = 120.0
"""How long a company is believed: who leaves it no longer sees its requests two minutes later."""
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
        self._companies: dict[str, tuple[float, Mapping[str, str]]] = {}
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
        side = Side.AGENT if held_on(client, account_id, [AGENT_PERMISSION], "projects", project) else Side.CUSTOMER
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

    def companies_of(self, client: JiraClient, account_id: str) -> Mapping[str, str]:
        """The customer organisations an account is in, names by ids; none where Jira does not tell us."""
        return self._companies_in(client, f"account/{account_id}", "organization", account_id)

    def companies_of_desk(self, client: JiraClient, project: str) -> Mapping[str, str]:
        """The customer organisations a service project (by key) serves, names by ids."""
        return self._companies_in(client, f"desk/{project}", f"servicedesk/{project}/organization")

    def _companies_in(
        self, client: JiraClient, known_as: str, path: str, account_id: str | None = None
    ) -> Mapping[str, str]:
        with self._lock:
            known = self._companies.get(known_as)
        if known is not None and self._elapsed() - known[0] < COMPANY_SECONDS:
            return known[1]
        found = {str(one["id"]): str(one.get("name") or "") for one in listed(client, path, account_id)}
        with self._lock:
            self._companies[known_as] = (self._elapsed(), found)
        return found


def listed(client: JiraClient, path: str, account_id: str | None = None) -> Iterator[JsonObject]:
    """Every value of a list of service management, of one account if so; nothing when we may not read it."""
    start = 0
    while True:
        params = {"start": start, "limit": 50} | ({"accountId": account_id} if account_id else {})
        try:
            page = client.get(f"rest/servicedeskapi/{path}", params)
        except Refused:
            return
        values = page.get("values") or []
        yield from values
        start += len(values)
        if page.get("isLastPage", True) or not values:
            return


def holds_global(client: JiraClient, account_id: str, permission: str) -> bool:
    """True when an account holds a global permission, e.g. `ADMINISTER`."""
    answer = client.request(
        "POST", "rest/api/3/permissions/check", body={"accountId": account_id, "globalPermissions": [permission]}
    )
    return permission in (answer.body.get("globalPermissions") or ())


def held_on(
    client: JiraClient, account_id: str, wanted: Sequence[str], kind: Literal["projects", "issues"], identity: str
) -> frozenset[str]:
    """Which of these permissions an account holds on one project or issue, by its id; none when it is gone."""
    asked = {"permissions": list(wanted), kind: [int(identity)]}
    try:
        answer = client.request(
            "POST", "rest/api/3/permissions/check", body={"accountId": account_id, "projectPermissions": [asked]}
        )
    except Refused as refusal:
        if refusal.status in ACCOUNT_GONE:
            return frozenset()
        raise
    granted = answer.body.get("projectPermissions") or ()
    return frozenset(p["permission"] for p in granted if int(identity) in map(int, p.get(kind) or ()))
