"""Tells what a link outside Jira may show of a request: all to the team, its status to its customer."""

from __future__ import annotations

from typing import Any

from connect_app.doors.links import Link, Scope
from connect_app.errors import Moved, NotFound, Temporary, Unauthorized
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts


def show_link(parts: Parts, link: Link) -> dict[str, Any]:
    """What the page shows; `NotFound` when the site is shut, or the subject gone.

    A visitor must not make us knock again and again at a site that refuses us: it is marked, as by a job.
    """
    site = parts.sites.open(link.installation_id)
    if site is None:
        raise NotFound("the site of this link is not open", status=404)
    try:
        return _shown(parts, site, link)
    except (Unauthorized, Moved) as refusal:
        parts.sites.close(site.installation, refusal)
        raise Temporary("the site refuses us") from refusal


def _shown(parts: Parts, site: OpenSite, link: Link) -> dict[str, Any]:
    told = explain_issue(parts, site, link.subject)
    if link.scope is Scope.ISSUE:
        return told
    return {"issue": told["issue"], "status": told["status"]}  # reasons are the team's
