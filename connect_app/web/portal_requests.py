"""Mes requêtes: the requests of the viewer's company, on a page of the portal and by its front-end API (C1)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from connect_app.doors.caller import Caller
from connect_app.errors import Malformed, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.list_requests import CompanyPage, list_requests
from connect_app.runtime import Runtime
from connect_app.web.pages import Page, answer, show
from connect_app.web.portal import closed, known, person_of
from connect_app.web.tokens import TokenClass, caller, opened_by
from connect_app.web.words import gettext

LIST = Page("portal_requests_inner.html", refresh="/api/portal/requests", wide=True)
LONGEST_STATE = 200

_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~-]{1,2000}")

log = logger(__name__)


def portal_requests_routes(runtime: Runtime) -> Blueprint:
    """`GET /connect/portal/requests` is the page; `GET /api/portal/requests?state=…&following=…` gives it anew."""
    blueprint = Blueprint("portal_requests", __name__, template_folder="templates")

    @blueprint.get("/connect/portal/requests")
    @opened_by(TokenClass.REQUEST)
    def page() -> Response:
        viewer = caller()
        with about(installation=viewer.installation.id):
            try:
                found = _found(runtime, viewer, known(viewer), "", None)
            except NotFound as gone:
                return closed(runtime, viewer, gone)
            except RelanceError as error:
                log.warning("list of requests without an answer", error=str(error))
                found = None
        return show(runtime, viewer, LIST, **_contents(viewer, found, "", first=True))

    @blueprint.get("/api/portal/requests")
    @opened_by(TokenClass.CONTEXT)
    def anew() -> Response:
        viewer = caller()
        person = person_of(viewer)
        state, following = request.args.get("state", ""), request.args.get("following")
        if len(state) > LONGEST_STATE or (following is not None and not _TOKEN.fullmatch(following)):
            raise Malformed("no such page of the list")
        with about(installation=viewer.installation.id):
            found = _found(runtime, viewer, person, state, following)
        return answer(runtime, viewer, LIST, **_contents(viewer, found, state, first=following is None))

    return blueprint


def _found(runtime: Runtime, viewer: Caller, person: str, state: str, following: str | None) -> CompanyPage:
    site = runtime.open_site(viewer.installation)
    return list_requests(runtime.parts, site, person, state=state, following=following)


def _contents(viewer: Caller, found: CompanyPage | None, state: str, *, first: bool) -> dict[str, Any]:
    site = viewer.installation.display_url or viewer.installation.base_url
    return {
        "title": gettext("My company's requests"),
        "found": found,
        "state": state,
        "first": first,
        "browse": f"{site.rstrip('/')}/browse/",
    }
