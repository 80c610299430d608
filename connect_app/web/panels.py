"""What agents see of us beside a request in Jira: the panel, and the forms to postpone and to transfer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from connect_app.doors.caller import ISSUE_ID, ISSUE_KEY, Caller
from connect_app.errors import NotAllowed, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.grant_reprieve import FURTHEST, LONGEST_REASON
from connect_app.operations.show_panel import Panel, show_panel
from connect_app.runtime import Runtime
from connect_app.web.pages import Page, show
from connect_app.web.tokens import TokenClass, caller, opened_by

PANEL = Page("agent_panel.html", refresh="/api/agent/panel")
POSTPONE = Page("agent_postpone.html")
TRANSFER = Page("agent_transfer.html")

log = logger(__name__)


def panel_routes(runtime: Runtime) -> Blueprint:
    """`GET /connect/panels/issue` is the panel, `/connect/dialogs/…` are its forms, about the issue that Jira names."""
    blueprint = Blueprint("panels", __name__, url_prefix="/connect", template_folder="templates")

    @blueprint.get("/panels/issue")
    @opened_by(TokenClass.REQUEST)
    def panel() -> Response:
        return _page(runtime, PANEL)

    @blueprint.get("/dialogs/postpone")
    @opened_by(TokenClass.REQUEST)
    def postpone() -> Response:
        return _page(runtime, POSTPONE)

    @blueprint.get("/dialogs/transfer")
    @opened_by(TokenClass.REQUEST)
    def transfer() -> Response:
        return _page(runtime, TRANSFER)

    return blueprint


def person_of(viewer: Caller) -> str:
    """The account of whoever looks; `NotAllowed` for nobody logged in."""
    if viewer.account_id is None:
        raise NotAllowed("nobody is logged in")
    return viewer.account_id


def contents(panel: Panel | None, viewer: Caller | None, *, state: str = "", **more: Any) -> dict[str, Any]:
    """What the templates are filled with; without a panel, `state` says which sentence stands alone.

    Nobody but a viewer inside Jira can act.
    """
    told: dict[str, Any] = {
        "panel": panel,
        "state": state,
        "title": panel.key if panel else "Relance",
        "longest": LONGEST_REASON,
    }
    told |= {"viewer_id": viewer.account_id if viewer else None, "actions": viewer is not None}
    if panel is not None and viewer is not None:
        today = panel.now.astimezone(ZoneInfo(viewer.installation.time_zone or "UTC")).date()
        told |= {"first_day": today + timedelta(days=1), "last_day": today + FURTHEST}
    return told | more


def _page(runtime: Runtime, kind: Page) -> Response:
    viewer = caller()
    person = person_of(viewer)
    issue = viewer.issue_key or viewer.issue_id or request.args.get("issueKey", "")  # signed: the hash covers the query
    panel, state = None, "foreign"
    if ISSUE_KEY.fullmatch(issue) or ISSUE_ID.fullmatch(issue):
        panel, state = _told(runtime, viewer, person, issue)
    response = show(runtime, viewer, kind, **contents(panel, viewer, state=state))
    if state == "foreign":
        response.status_code = 404
    return response


def _told(runtime: Runtime, viewer: Caller, person: str, issue: str) -> tuple[Panel | None, str]:
    """What there is to tell the viewer, or which sentence says why there is nothing."""
    with about(installation=viewer.installation.id, issue=issue):
        try:
            return show_panel(runtime.parts, runtime.open_site(viewer.installation), issue, person), ""
        except NotFound as gone:
            log.info("refused", status=404, reason=str(gone))
            return None, "foreign"
        except RelanceError as error:
            log.warning("panel without an answer", error=str(error))
            return None, "failed"
