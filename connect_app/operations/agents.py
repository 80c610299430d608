"""Says who is an agent of a request's project: to nobody else is anything told of why Relance does what it does."""

from __future__ import annotations

from automation_rules.facts import Side
from connect_app.errors import NotFound
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, Request, read_request


def request_for(parts: Parts, site: OpenSite, issue: str, account: str | None) -> Request:
    """The request as it is now, for an agent of its project, or for an operator (None).

    `NotFound` for anybody else, and for an issue that is gone, hidden, a sub-task or in a project that is not bound:
    never a hint which of them it is.
    """
    request = read_request(parts, site, issue)
    if isinstance(request, NotOurs):
        raise NotFound(f"{issue} is not a request we follow: {request.why}", status=404)
    if account is not None and site.side_of(request.bound.vocabulary.project_id, account) is not Side.AGENT:
        raise NotFound(f"{issue} is not told to this account", status=404)
    return request
