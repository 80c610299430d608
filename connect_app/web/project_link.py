"""The project page outside Jira: what a link to a project shows to the team, without its time; and its sheets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from connect_app.doors.links import Link, Scope
from connect_app.errors import Moved, NotFound, RelanceError, Temporary, Unauthorized
from connect_app.logs import about, logger
from connect_app.operations.show_project import ProjectFigures, show_project
from connect_app.runtime import Runtime
from connect_app.web.project import sheet_response
from connect_app.web.project_content import contents, missing, sheet_of
from connect_app.web.tokens import TokenClass, link_of, opened_by
from connect_app.web.words import set_zone

log = logger(__name__)


def project_link_routes(runtime: Runtime) -> Blueprint:
    """`GET /links/….csv?token=…`: a sheet of the page that the same token shows."""
    blueprint = Blueprint("project_link", __name__)

    @blueprint.get("/links/<name>.csv")
    @opened_by(TokenClass.LINK)
    def sheet(name: str) -> Response:
        link = link_of()
        if link.scope is not Scope.PROJECT:
            raise NotFound("this link has no sheets", status=404)
        set_zone(runtime.zone_of(link.installation_id))
        with about(installation=link.installation_id):
            response = sheet_response(sheet_of(_figures(runtime, link), name))
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return blueprint


def project_told(runtime: Runtime, link: Link) -> dict[str, Any]:
    """What the template of the page needs; `NotFound` for a site that is shut and a project that is not bound."""
    set_zone(runtime.zone_of(link.installation_id))
    told = {"link_token": request.args.get("token", "")}
    with about(installation=link.installation_id):
        try:
            return told | contents(_figures(runtime, link))
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("page without an answer", project=link.subject, error=str(error))
            return told | missing("failed")


def _figures(runtime: Runtime, link: Link) -> ProjectFigures:
    """A visitor must not make us knock again and again at a site that refuses us: it is marked, as by a job."""
    parts = runtime.parts
    site = parts.sites.open(link.installation_id)
    bound = parts.store.bindings.of_project(link.installation_id, link.subject)
    if site is None or bound is None:
        raise NotFound("the site or the project of this link is not open", status=404)
    try:
        return show_project(parts, site, bound)
    except (Unauthorized, Moved) as refusal:
        parts.sites.close(site.installation, refusal)
        raise Temporary("the site refuses us") from refusal
