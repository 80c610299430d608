"""Lists the requests of a customer's company as Jira shares them: their own, and those of their organisations (C1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from automation_rules.binding import Mode
from connect_app.errors import Malformed, Refused
from connect_app.jira.facts import instant
from connect_app.jira.searching import quoted
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject
from workflows.graph import StatusNames
from workflows.model import Pack, Status, StatusRole

PAGE = 25
"""Requests on one page: each costs a point of the app's hourly quota (contract §5.1)."""

OPEN, AWAITED, CLOSED = "open", "awaited", "closed"
"""The states to filter by besides each status of the packs, which goes by its Jira name (B3)."""

BAD_REQUEST = 400

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One request in the list; `status` is None where the pack does not know Jira's, `last_step` when it last moved."""

    key: str
    summary: str
    status: Status | None
    status_name: str
    reporter: str
    created: datetime
    last_step: datetime


@dataclass(frozen=True, kw_only=True)
class CompanyPage:
    """One page of the list, newest first; `following` asks Jira for the next one."""

    companies: tuple[str, ...]
    requests: tuple[Listed, ...]
    statuses: tuple[Status, ...]
    following: str | None


def list_requests(
    parts: Parts, site: OpenSite, viewer: str, *, state: str = "", following: str | None = None
) -> CompanyPage:
    """The requests of the followed projects that an account shares in, of one state if so.

    Which organisations it is in is asked of Jira, never of whoever looks, and each request found is checked against
    them again. Raises as the client does, and `Malformed` for an account or a page that Jira does not know.
    """
    desks = [b for b in parts.store.bindings.of_installation(site.installation.id) if b.binding.mode is not Mode.OFF]
    companies = site.people.companies_of(site.client, viewer)
    packs = {desk.binding.project_key: parts.catalog.pack(desk.binding.pack) for desk in desks}
    served = {key for key in packs if _serves(site, key, companies)}
    if not desks:
        return CompanyPage(companies=tuple(companies.values()), requests=(), statuses=(), following=None)
    body: dict[str, Any] = {
        "jql": _query(packs, companies, viewer, state),
        "maxResults": PAGE,
        "fields": ["summary", "status", "reporter", "created", "project", *_organization_fields(desks)],
        "expand": "changelog",
    }
    answer = _searched(site, body | ({"nextPageToken": following} if following else {}))
    found = [issue for issue in answer.get("issues") or () if _shared(issue, viewer, companies, desks)]
    listed = tuple(_listed(issue, packs) for issue in found)
    seen = served | {str(issue["fields"]["project"]["key"]) for issue in found}
    return CompanyPage(
        companies=tuple(sorted(companies.values())),
        requests=listed,
        statuses=_statuses([pack for key, pack in packs.items() if key in seen]),
        following=str(answer["nextPageToken"]) if answer.get("nextPageToken") else None,
    )


def _searched(site: OpenSite, body: Mapping[str, Any]) -> Any:
    """What a search finds; `Malformed` when Jira knows no such account or page, for nothing else in it is foreign."""
    try:
        return site.client.request("POST", "rest/api/3/search/jql", body=body).body
    except Refused as refusal:
        if refusal.status == BAD_REQUEST:
            raise Malformed(str(refusal)) from refusal
        raise


def _serves(site: OpenSite, project_key: str, companies: Mapping[str, str]) -> bool:
    """Whether a desk serves one of the companies; its statuses are then worth naming."""
    return bool(companies.keys() & site.people.companies_of_desk(site.client, project_key).keys() if companies else ())


def _query(packs: Mapping[str, Pack], companies: Mapping[str, str], viewer: str, state: str) -> str:
    projects = ", ".join(quoted(key) for key in sorted(packs))
    shared = f"reporter = {quoted(viewer)}"
    if companies:
        shared += f" OR Organizations in ({', '.join(quoted(name) for name in sorted(companies.values()))})"
    return (
        f"project in ({projects}) AND issuetype in standardIssueTypes() AND ({shared})"
        f"{_of_state(packs, state)} ORDER BY created DESC, key DESC"
    )


def _of_state(packs: Mapping[str, Pack], state: str) -> str:
    """The filter on a state; none for a name that no pack has."""
    statuses = [status for pack in packs.values() for status in pack.statuses]
    chosen = {
        OPEN: [s for s in statuses if s.role is not StatusRole.CLOSED],
        CLOSED: [s for s in statuses if s.role is StatusRole.CLOSED],
        AWAITED: [s for s in statuses if s.answer_expected],
    }.get(state, [s for s in statuses if s.jira_name == state])
    names = sorted({status.jira_name for status in chosen})
    return f" AND status in ({', '.join(quoted(name) for name in names)})" if names else ""


def _organization_fields(desks: list[BoundProject]) -> list[str]:
    return sorted({d.vocabulary.organizations_field for d in desks if d.vocabulary.organizations_field})


def _shared(issue: Mapping[str, Any], viewer: str, companies: Mapping[str, str], desks: list[BoundProject]) -> bool:
    """Whether Jira shares a request with the account: what a search gives is checked, not believed."""
    fields = issue["fields"]
    if (fields.get("reporter") or {}).get("accountId") == viewer:
        return True
    named = [one for field in _organization_fields(desks) for one in fields.get(field) or ()]
    if any(str(one.get("id")) in companies for one in named):
        return True
    log.warning(
        "a search told of a request that is not shared with the account",
        issue=issue.get("id"),
        issue_key=issue.get("key"),
    )
    return False


def _listed(issue: Mapping[str, Any], packs: Mapping[str, Pack]) -> Listed:
    fields = issue["fields"]
    pack = packs[str(fields["project"]["key"])]
    name = str((fields.get("status") or {}).get("name") or "")
    found = StatusNames(pack).find(name)
    created = instant(fields["created"])
    moves = [
        instant(entry["created"])
        for entry in (issue.get("changelog") or {}).get("histories") or ()
        if any((item.get("fieldId") or item.get("field")) == "status" for item in entry.get("items") or ())
    ]
    return Listed(
        key=str(issue["key"]),
        summary=str(fields.get("summary") or ""),
        status=pack.status(found) if found else None,
        status_name=name,
        reporter=str((fields.get("reporter") or {}).get("displayName") or ""),
        created=created,
        last_step=max(moves, default=created),
    )


def _statuses(packs: list[Pack]) -> tuple[Status, ...]:
    """Every status once by its Jira name, in the order of the packs."""
    return tuple({status.jira_name: status for pack in packs for status in pack.statuses}.values())
