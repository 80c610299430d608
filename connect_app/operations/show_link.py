"""Tells what a link outside Jira may show: a request to the team or its customer, or a project's next steps."""

from __future__ import annotations

from typing import Any

from connect_app.doors.links import Link, Scope
from connect_app.errors import Moved, NotFound, Temporary, Unauthorized
from connect_app.jira.searching import titles
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts

MOST_SHOWN = 100


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
    if link.scope is Scope.PROJECT:
        return _project(parts, site, link.subject)
    told = explain_issue(parts, site, link.subject)
    if link.scope is Scope.ISSUE:
        return told
    return {"issue": told["issue"], "status": told["status"]}  # reasons are the team's


def _project(parts: Parts, site: OpenSite, project_key: str) -> dict[str, Any]:
    """The next steps of a project, soonest first, with the keys people know the requests by."""
    if parts.store.bindings.of_project(site.installation.id, project_key) is None:
        raise NotFound(f"{project_key} is not bound", status=404)
    steps = parts.store.agenda.coming(site.installation.id, project_key, limit=MOST_SHOWN)
    named = titles(site.client, [step.issue_id for step in steps])
    return {
        "project": project_key,
        "steps": [
            {
                "issue": named[step.issue_id][0],
                "summary": named[step.issue_id][1],
                "at": step.due_at.isoformat(),
                "why": step.why,
            }
            for step in steps
            if step.due_at is not None and step.issue_id in named
        ],
    }
