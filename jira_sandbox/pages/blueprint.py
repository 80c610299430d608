"""Puts the agents' view and the customer portal together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from jira_sandbox.pages.agent import add_agent_pages
from jira_sandbox.pages.app_frames import Apps
from jira_sandbox.pages.app_pages import add_app_pages
from jira_sandbox.pages.bridge import add_bridge
from jira_sandbox.pages.bridge_files import PACKAGES
from jira_sandbox.pages.controls import add_controls
from jira_sandbox.pages.portal import add_portal_pages
from jira_sandbox.pages.site_rest import Call, Refused
from jira_sandbox.pages.viewing import Desk

# Scripts: the host bridge, which writes styles of its own. Frames: the apps under test, on other ports or hosts.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: http: https:; form-action 'self'; frame-src http: https:; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def pages(  # noqa: PLR0913 - what a site lends to its pages
    call: Call,
    people: Callable[[], list[dict[str, Any]]],
    *,
    site_name: str,
    now: Callable[[], datetime],
    advance: Callable[[float], object],
    apps: Apps,
    zone: str = "Europe/Paris",
    packages: Path = PACKAGES,
) -> Blueprint:
    """The pages of one site, under /agent/ and /portal/.

    `call(method, path, body, account_id)` is the site's own REST as that person and answers (status, JSON); `people`
    gives accountId, displayName, accountType and roles; `advance` moves the test clock by seconds; `apps` has
    the pages of the installed apps, and `packages` Atlassian's host bridge when it was fetched.
    """
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/agent/static"
    )
    zone_info = ZoneInfo(zone)
    desk = Desk(
        call=call,
        people=people,
        site_name=site_name,
        now=now,
        advance=advance,
        apps=apps,
        zone=zone_info,
        packages=packages,
    )
    for add in (add_controls, add_agent_pages, add_portal_pages, add_app_pages, add_bridge):
        add(blueprint, desk)

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
