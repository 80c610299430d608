"""Makes an address outside Jira that shows one request or one project to whoever holds it, for some days."""

from __future__ import annotations

from urllib.parse import urlencode

from connect_app.doors.links import LONGEST_DAYS, Link, Scope
from connect_app.errors import Misconfigured, NotFound
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request

DAY_SECONDS = 86_400.0


def link_to_request(parts: Parts, site: OpenSite, issue: str, *, days: int, customer: str | None = None) -> str:
    """The address of a request's page: the team's, or the one of a customer by account id (status and escalation).

    `NotFound` for what is no request of a bound project.
    """
    request = read_request(parts, site, issue)
    if isinstance(request, NotOurs):
        raise NotFound(f"{issue} is not a request of a bound project", status=404)
    link = Link(
        installation_id=site.installation.id,
        scope=Scope.ISSUE if customer is None else Scope.CUSTOMER,
        subject=request.issue.id,
        account_id=customer,
        expires=_end(parts, days),
    )
    return address_of(parts, link)


def link_to_project(parts: Parts, site: OpenSite, project_key: str, *, days: int) -> str:
    """The address of a project's page: its next steps, for the team; `NotFound` for a project that is not bound."""
    if parts.store.bindings.of_project(site.installation.id, project_key) is None:
        raise NotFound(f"{project_key} is not bound", status=404)
    installation = site.installation.id
    link = Link(installation_id=installation, scope=Scope.PROJECT, subject=project_key, expires=_end(parts, days))
    return address_of(parts, link)


def address_of(parts: Parts, link: Link) -> str:
    """The address that shows a link."""
    return f"{parts.settings.base_url.rstrip('/')}/links?{urlencode({'token': parts.store.links.seal(link)})}"


def _end(parts: Parts, days: int) -> float:
    if not 1 <= days <= LONGEST_DAYS:
        raise Misconfigured(f"a link lives from 1 to {LONGEST_DAYS} days")
    return parts.clock.host_time() + days * DAY_SECONDS
