"""Reads a request for somebody who looks at it from the portal, or from a customer's link: only who may see it does."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.facts import Person
from connect_app.errors import NotFound
from connect_app.jira.visibility import may_see
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, Request, read_request


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request, and on which side of the desk whoever looks at it stands."""

    request: Request
    viewer: Person


def see_request(parts: Parts, site: OpenSite, issue: str, viewer: str) -> Seen:
    """The request, by its key or id, for an account.

    `NotFound` for whoever may not see it, and for what is no request of a bound project: never a hint which it is.
    """
    request = read_request(parts, site, issue, imputed=False)
    if isinstance(request, NotOurs):
        raise NotFound(f"no request {issue} here", status=404)
    vocabulary = request.bound.vocabulary
    person = Person(viewer, site.side_of(vocabulary.project_id, viewer))
    if not may_see(site.client, site.people, person, request.raw.issue, vocabulary.organizations_field):
        raise NotFound(f"no request {issue} for this account", status=404)
    return Seen(request=request, viewer=person)
