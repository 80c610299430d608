"""What customers see of us on the portal: the page under a request, and the form to escalate it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from connect_app.doors.caller import ISSUE_ID, ISSUE_KEY, Caller
from connect_app.errors import NotAllowed, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.show_portal import PortalView, show_portal
from connect_app.runtime import Runtime
from connect_app.web.pages import Page, show
from connect_app.web.tokens import TokenClass, caller, opened_by

REQUEST = "portal_request_inner.html"
ESCALATION = "portal_escalate_inner.html"

log = logger(__name__)


def portal_routes(runtime: Runtime) -> Blueprint:
    """`GET /connect/portal/request` and `/connect/portal/escalate`, both about the request that Jira names."""
    blueprint = Blueprint("portal", __name__, url_prefix="/connect/portal", template_folder="templates")

    @blueprint.get("/request")
    @opened_by(TokenClass.REQUEST)
    def standing() -> Response:
        return _page(runtime, REQUEST, refresh="/api/portal/request")

    @blueprint.get("/escalate")
    @opened_by(TokenClass.REQUEST)
    def escalation() -> Response:
        return _page(runtime, ESCALATION)

    return blueprint


def person_of(viewer: Caller) -> str:
    """The account of whoever looks; `NotAllowed` for nobody logged in."""
    if viewer.account_id is None:
        raise NotAllowed("nobody is logged in")
    return viewer.account_id


def known(viewer: Caller) -> str:
    """The account of whoever looks at a page; `NotFound` for nobody logged in, who reads the same as a stranger."""
    if viewer.account_id is None:
        raise NotFound("nobody is logged in", status=404)
    return viewer.account_id


def request_of(viewer: Caller) -> str:
    """The request Jira signed; where it signed none, the one the page names, since Jira is asked about the viewer.

    `NotFound` when they differ, and for what is no request's key or id.
    """
    asked = set(request.args.getlist("issue"))
    signed = {name for name in (viewer.issue_key, viewer.issue_id) if name is not None}
    if signed:
        if asked - signed:
            raise NotFound("the page is not about that request", status=404)
        return viewer.issue_id or next(iter(signed))
    named = asked.pop() if len(asked) == 1 else ""
    if not ISSUE_ID.fullmatch(named) and not ISSUE_KEY.fullmatch(named):
        raise NotFound("no request of this page", status=404)
    return named


def contents(view: PortalView | None, issue: str = "", *, state: str = "") -> dict[str, Any]:
    """What the templates of a request are filled with; without a view, `state` says which sentence stands alone."""
    return {"view": view, "issue": issue, "state": state, "title": view.key if view else "Relance"}


def _page(runtime: Runtime, template: str, *, refresh: str | None = None) -> Response:
    viewer = caller()
    try:
        person, issue = known(viewer), request_of(viewer)
        kind = Page(template, refresh=f"{refresh}?issue={issue}" if refresh else None)
        return show(runtime, viewer, kind, **_told(runtime, viewer, person, issue))
    except NotFound as gone:
        return closed(runtime, viewer, gone)


def closed(runtime: Runtime, viewer: Caller, gone: NotFound) -> Response:
    """The page for whoever has nothing to see here, whatever the reason."""
    log.info("refused", status=404, reason=str(gone))
    response = show(runtime, viewer, Page(REQUEST), **contents(None, state="foreign"))
    response.status_code = 404
    return response


def _told(runtime: Runtime, viewer: Caller, person: str, issue: str) -> dict[str, Any]:
    """What the page shows, or the sentence why not; `NotFound` passes through."""
    with about(installation=viewer.installation.id, issue=issue):
        try:
            site = runtime.open_site(viewer.installation)
            return contents(show_portal(runtime.parts, site, issue, person), issue)
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("portal page without an answer", error=str(error))
            return contents(None, issue, state="failed")
