"""The front-end API: the issue comes from what Jira signed, never from what the browser asks for."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from connect_app.doors.caller import Caller
from connect_app.errors import NotAllowed
from connect_app.logs import about
from connect_app.runtime import Runtime
from connect_app.web.tokens import TokenClass, caller, opened_by


def panel_api_routes(runtime: Runtime) -> Blueprint:
    """`GET /api/panel/issue` explains."""
    blueprint = Blueprint("api", __name__, url_prefix="/api")

    @blueprint.get("/panel/issue")
    @opened_by(TokenClass.CONTEXT)
    def explain() -> Response:
        viewer = caller()
        person, issue = _person(viewer), _issue(viewer)
        with about(installation=viewer.installation.id, issue=issue):
            return jsonify(runtime.explain(viewer.installation, issue, person))

    return blueprint


def _person(viewer: Caller) -> str:
    if viewer.account_id is None:
        raise NotAllowed("nobody is logged in")
    return viewer.account_id


def _issue(viewer: Caller) -> str:
    """The signed issue; a parameter that names another one is refused rather than ignored."""
    signed = {name for name in (viewer.issue_key, viewer.issue_id) if name is not None}
    asked = {value for name in ("issueKey", "issueId") for value in request.args.getlist(name)}
    if not signed or asked - signed:
        raise NotAllowed("the page is not about that issue")
    return viewer.issue_key or next(iter(signed))
