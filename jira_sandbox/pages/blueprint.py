"""Puts the agents' view and the customer portal together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from jira_sandbox.pages.agent import add_agent_pages
from jira_sandbox.pages.controls import add_controls
from jira_sandbox.pages.portal import add_portal_pages
from jira_sandbox.pages.site_rest import Call, Refused
from jira_sandbox.pages.viewing import Desk, Panels, Shown

# Scripts: none. Frames: the apps under test, which live on other ports or hosts.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-src http: https:; frame-ancestors 'none'; base-uri 'none'"
)


def no_panels(_kind: str, _issue: Mapping[str, Any], _account_id: str | None) -> Sequence[Shown]:
    """The panels of a site without apps."""
    return ()


def pages(  # noqa: PLR0913 - what a site lends to its pages
    call: Call,
    people: Callable[[], list[dict[str, Any]]],
    *,
    site_name: str,
    now: Callable[[], datetime],
    advance: Callable[[float], object],
    panels: Panels = no_panels,
    zone: str = "Europe/Paris",
) -> Blueprint:
    """The pages of one site, under /agent/ and /portal/.

    `call(method, path, body, account_id)` is the site's own REST as that person and answers (status, JSON); `people`
    gives accountId, displayName, accountType and roles; `advance` moves the test clock by seconds; `panels` gives the
    signed addresses of the apps' pages (Apps.panels).
    """
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/agent/static"
    )
    desk = Desk(
        call=call,
        people=people,
        site_name=site_name,
        now=now,
        advance=advance,
        panels=panels,
        zone=ZoneInfo(zone),
    )
    add_controls(blueprint, desk)
    add_agent_pages(blueprint, desk)
    add_portal_pages(blueprint, desk)

    @blueprint.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[str, int]:
        return desk.page("refused", refusal.status, refusal=refusal)

    @blueprint.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
