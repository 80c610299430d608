"""The pages outside Jira: whoever holds a link sees one request or one project; anything wrong is simply not there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template

from connect_app.doors.links import Link, Scope
from connect_app.errors import NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.show_link import site_of_link
from connect_app.operations.show_panel import show_panel
from connect_app.runtime import Runtime
from connect_app.web.pages import Said
from connect_app.web.panels import contents as panel_contents
from connect_app.web.portal_link import customer_sent, customer_told
from connect_app.web.project_link import project_told
from connect_app.web.tokens import TokenClass, link_of, opened_by
from connect_app.web.words import reader_language, set_zone

PAGES = {Scope.ISSUE: "link_issue.html", Scope.CUSTOMER: "link_customer.html", Scope.PROJECT: "link_project.html"}

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

log = logger(__name__)


def link_routes(runtime: Runtime) -> Blueprint:
    """`GET /links?token=…` shows; `POST` to the same address answers or escalates, where the link is a customer's."""
    blueprint = Blueprint("links", __name__, template_folder="templates")

    @blueprint.get("/links")
    @opened_by(TokenClass.LINK)
    def show() -> Response:
        return _page(runtime, link_of())

    @blueprint.post("/links")
    @opened_by(TokenClass.LINK)
    def send() -> Response:
        link = link_of()
        said, status = customer_sent(runtime, link)
        return _page(runtime, link, said, status=status)

    return blueprint


def _page(runtime: Runtime, link: Link, said: Said | None = None, *, status: int = 200) -> Response:
    if link.scope not in PAGES:
        raise NotFound("an operator's link opens no page of these", status=404)
    set_zone(runtime.zone_of(link.installation_id))
    around = {"language": reader_language(), "base_path": runtime.settings.base_path}
    text = render_template(PAGES[link.scope], **around, **_told(runtime, link, said))
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _told(runtime: Runtime, link: Link, said: Said | None) -> dict[str, Any]:
    """What the template of a link needs; `NotFound` where there is nothing to show any more."""
    if link.scope is Scope.PROJECT:
        return project_told(runtime, link)
    if link.scope is Scope.CUSTOMER:
        return customer_told(runtime, link, said)
    with about(installation=link.installation_id, issue=link.subject):
        try:
            with site_of_link(runtime.parts, link) as site:
                return panel_contents(show_panel(runtime.parts, site, link.subject, None), None)
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("page without an answer", error=str(error))
            return panel_contents(None, None, state="failed")
