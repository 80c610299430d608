"""Asks a Jira site who we are there, what we may do, and what time it is; stores nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from connect_app.doors.installation import Credentials
from connect_app.doors.site_address import LOOPBACK, site_address
from connect_app.doors.token.basic import Anonymous, TokenAuth
from connect_app.errors import Malformed, NotFound, Refused, RelanceError
from connect_app.jira.client import JiraClient
from connect_app.jira.facts import instant
from connect_app.operations.site_problems import Finding, SiteRefused, Verdict, refused_because
from connect_app.settings import Settings

NEEDED = (
    "BROWSE_PROJECTS",
    "SERVICEDESK_AGENT",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "TRANSITION_ISSUES",
    "EDIT_ISSUES",
    "ASSIGN_ISSUES",
    "CREATE_ISSUES",
    "LINK_ISSUES",
)
"""What the promises of every pack need in a project."""

GLOBAL = "ADMINISTER"
"""Without it Jira does not say who is an agent and who a customer (`permissions/check` about somebody else)."""

SKEW_NOTED, SKEW_WRONG = timedelta(seconds=30), timedelta(minutes=5)
_INSIDE = (".local", ".internal", ".lan", ".localhost", ".home.arpa")


@dataclass(frozen=True, kw_only=True)
class SeenSite:
    """A site as its service account sees it."""

    address: str
    api_url: str | None
    cloud_id: str | None
    account_id: str
    account_name: str
    client: JiraClient


def checked_address(written: str, settings: Settings) -> str:
    """The address of a site as somebody wrote it; `SiteRefused` says which rule it breaks."""
    written = written.strip()
    url = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise SiteRefused("odd-address", address=written[:100]) from None
    origin = f"{parts.scheme}://{parts.netloc}"
    try:
        return site_address(origin, suffixes=settings.allowed_jira_hosts, development=settings.development)
    except Malformed:
        code = "private-address" if _is_private(host) else "http" if parts.scheme != "https" else "other-host"
        raise SiteRefused(code, address=written[:100], hosts=", ".join(settings.allowed_jira_hosts)) from None


def look_at(address: str, credentials: Credentials, settings: Settings, *, gateway: bool) -> SeenSite:
    """Logs in to a site; `SiteRefused` with the reason when it does not let us in. No redirect is followed.

    With `gateway`, the API is asked at Atlassian's gateway, as a token with scopes needs.
    """
    cloud_id = _cloud_id(address, settings)
    if gateway and cloud_id is None:
        raise SiteRefused("no-cloud-id", address=address)
    api_url = f"{settings.api_gateway.rstrip('/')}/ex/jira/{cloud_id}" if gateway else None
    auth = TokenAuth(api_url=api_url or address, credentials=credentials)
    client = JiraClient(api_url or address, auth, timeout=settings.http_timeout)
    try:
        myself = client.get("rest/api/3/myself")
    except RelanceError as error:
        raise refused_because(error, address) from error
    if not isinstance(myself, dict) or not myself.get("accountId"):
        raise SiteRefused("not-jira", address=address)
    if myself.get("accountType") == "customer":
        raise SiteRefused("customer-account", address=address)
    return SeenSite(
        address=address,
        api_url=api_url,
        cloud_id=cloud_id,
        account_id=str(myself["accountId"]),
        account_name=str(myself.get("displayName") or ""),
        client=client,
    )


def projects_of(client: JiraClient) -> tuple[str, ...]:
    """The keys of the service projects the account sees."""
    params = {"typeKey": "service_desk", "maxResults": 50}
    return tuple(str(p["key"]) for p in client.get("rest/api/3/project/search", params).get("values") or ())


def permissions(client: JiraClient, projects: Iterable[str], *, administer: bool = True) -> list[Finding]:
    """What the account lacks, on the site and in each project; raises what the client raises.

    An app may ask about others without `administer`ing.
    """
    found: list[Finding] = []
    if administer:
        found.append(Finding("may-administer", _verdict(wrong=bool(_lacking(client, {"permissions": GLOBAL})))))
    for project in projects:
        try:
            lacking = _lacking(client, {"permissions": ",".join(NEEDED), "projectKey": project})
        except (NotFound, Refused):
            lacking = ["BROWSE_PROJECTS"]
        facts = {"project": project, "permissions": ", ".join(lacking)}
        found.append(Finding("may-not-work" if lacking else "may-work", _verdict(wrong=bool(lacking)), facts))
    return found


def skew(client: JiraClient, now: datetime) -> Finding:
    """How far Jira's clock is from ours; raises what the client raises."""
    told = client.get("rest/api/3/serverInfo").get("serverTime")
    apart = abs(instant(str(told)) - now) if told else timedelta()
    verdict = Verdict.WRONG if apart > SKEW_WRONG else Verdict.NOTE if apart > SKEW_NOTED else Verdict.GOOD
    return Finding("clock", verdict, {"seconds": int(apart.total_seconds())})


def _verdict(*, wrong: bool) -> Verdict:
    return Verdict.WRONG if wrong else Verdict.GOOD


def _lacking(client: JiraClient, params: dict[str, str]) -> list[str]:
    held: dict[str, Any] = client.get("rest/api/3/mypermissions", params).get("permissions") or {}
    return [key for key in params["permissions"].split(",") if not (held.get(key) or {}).get("havePermission")]


def _cloud_id(address: str, settings: Settings) -> str | None:
    """Atlassian's id of the site; undocumented, so its absence is no mistake (contract §3.1)."""
    try:
        told = JiraClient(address, Anonymous(), timeout=settings.http_timeout).get("_edge/tenant_info")
    except RelanceError:
        return None
    found = told.get("cloudId") if isinstance(told, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= 64 and found.replace("-", "").isalnum() else None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host in LOOPBACK or "." not in host or host.endswith(_INSIDE)
