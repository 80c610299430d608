"""Makes an address outside Jira that shows one request or one project to whoever holds it, for some days."""

from __future__ import annotations

from urllib.parse import urlencode

from connect_app.doors.installation import Installation
from connect_app.doors.links import LONGEST_DAYS, LONGEST_OPERATOR_HOURS, Link, Scope
from connect_app.errors import Misconfigured, NotFound
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request

HOUR_SECONDS = 3_600.0
DAY_SECONDS = 24 * HOUR_SECONDS


def link_to_request(parts: Parts, site: OpenSite, issue: str, *, days: int, customer: str | None = None) -> str:
    """The address of a request's page: the team's, or the one of a customer by account id (the portal's).

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


def link_to_administration(parts: Parts, installation: Installation | None, *, hours: int) -> str:
    """The address of the administration page outside Jira, for one site or, without one, for every site.

    Whoever holds it may do what an administrator may: it lives for hours, not days.
    """
    if not 1 <= hours <= LONGEST_OPERATOR_HOURS:
        raise Misconfigured(f"an operator's link lives from 1 to {LONGEST_OPERATOR_HOURS} hours")
    expires = parts.clock.host_time() + hours * HOUR_SECONDS
    site = installation.id if installation is not None else ""
    return address_of(parts, Link(installation_id=site, scope=Scope.OPERATOR, subject="", expires=expires))


def address_of(parts: Parts, link: Link) -> str:
    """The address that shows a link."""
    path = "links/admin" if link.scope is Scope.OPERATOR else "links"
    return f"{parts.settings.base_url.rstrip('/')}/{path}?{urlencode({'token': parts.store.links.seal(link)})}"


def _end(parts: Parts, days: int) -> float:
    if not 1 <= days <= LONGEST_DAYS:
        raise Misconfigured(f"a link lives from 1 to {LONGEST_DAYS} days")
    return parts.clock.host_time() + days * DAY_SECONDS
