"""The project page in Jira, its front-end API and its sheets: for the project's agents, its time for administrators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, request

from connect_app.doors.caller import Caller
from connect_app.errors import Malformed, Misconfigured, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.admit_to_project import Admitted, admit_to_project
from connect_app.operations.open_site import OpenSite
from connect_app.operations.show_project import show_project
from connect_app.operations.show_time import counts_time, present_month, show_time
from connect_app.operations.write_sheet import Cell, write_sheet
from connect_app.runtime import Runtime
from connect_app.web.pages import Page, answer, show
from connect_app.web.project_content import contents, missing, month_choice, rows_of, sheet_of, time_contents
from connect_app.web.project_tables import time_table
from connect_app.web.tokens import TokenClass, caller, opened_by
from connect_app.web.words import reader_language, set_zone

PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
TEMPLATE = "project_inner.html"

log = logger(__name__)


def project_routes(runtime: Runtime) -> Blueprint:
    """`GET /connect/pages/project` is the page; `/api/project…` gives it anew, a month's time, and sheets."""
    blueprint = Blueprint("project", __name__, template_folder="templates")

    @blueprint.get("/connect/pages/project")
    @opened_by(TokenClass.REQUEST)
    def page() -> Response:
        viewer = caller()
        kind = Page(TEMPLATE, wide=True)
        try:
            key = _project(viewer)
            kind = Page(TEMPLATE, refresh=f"/api/project?projectKey={key}", wide=True)
            return show(runtime, viewer, kind, **_told(runtime, viewer, key))
        except NotFound:
            response = show(runtime, viewer, kind, **missing("foreign"))
            response.status_code = 404
            return response

    @blueprint.get("/api/project")
    @opened_by(TokenClass.CONTEXT)
    def anew() -> Response:
        viewer = caller()
        return answer(runtime, viewer, Page(TEMPLATE), **_told(runtime, viewer, _project(viewer)))

    @blueprint.get("/api/project/time")
    @opened_by(TokenClass.CONTEXT)
    def time() -> Response:
        viewer = caller()
        month = request.args.get("month", "")
        return answer(runtime, viewer, Page(TEMPLATE), **_told(runtime, viewer, _project(viewer), month=month))

    @blueprint.get("/api/project/<name>.csv")
    @opened_by(TokenClass.CONTEXT)
    def sheet(name: str) -> Response:
        viewer = caller()
        set_zone(viewer.installation.time_zone)
        return sheet_response(_sheet(runtime, viewer, _project(viewer), name))

    return blueprint


def sheet_response(rows: list[tuple[Cell, ...]] | None) -> Response:
    """A sheet to be saved, in the reader's language; `NotFound` for none."""
    if rows is None:
        raise NotFound("no such sheet", status=404)
    response = make_response(write_sheet(rows, reader_language()))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment"
    return response


def _project(viewer: Caller) -> str:
    """The project Jira signed; where it signed none, the one the page names, since Jira is asked about the viewer.

    `NotFound` when they differ, and for what is no project's key.
    """
    place: Any = viewer.context
    for part in ("jira", "project", "key"):
        place = place.get(part) if isinstance(place, Mapping) else None
    named = {str(place)} if place is not None else set[str]()
    named.update(request.args.getlist("projectKey"))
    key = named.pop() if len(named) == 1 else ""
    if not PROJECT_KEY.fullmatch(key):
        raise NotFound("no project of this page", status=404)
    return key


def _told(runtime: Runtime, viewer: Caller, key: str, month: str | None = None) -> dict[str, Any]:
    """What the page shows, or the sentence why not; `NotFound` passes through.

    The zone of the page is set before its words are made.
    """
    set_zone(viewer.installation.time_zone)
    site = runtime.open_site(viewer.installation)
    with about(installation=viewer.installation.id):
        try:
            admitted = admit_to_project(runtime.parts, site, key, viewer.account_id)
            told = contents(show_project(runtime.parts, site, admitted.bound))
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("project page without an answer", project=key, error=str(error))
            return missing("failed")
        return told | _time(runtime, site, admitted, month)


def _time(runtime: Runtime, site: OpenSite, admitted: Admitted, month: str | None) -> dict[str, Any]:
    """The months an administrator may ask for, and the time of one when it is asked for."""
    policy = site.policies.bind(runtime.parts.policies, admitted.bound.binding)
    if not admitted.administrator or not counts_time(policy):
        if month is not None:
            raise NotFound("no time for this viewer", status=404)
        return {}
    told = month_choice(present_month(policy, runtime.clock.now()))
    if month is None:
        return told
    try:
        return told | time_contents(show_time(runtime.parts, site, admitted.bound, month))
    except Misconfigured as wrong:
        raise Malformed(str(wrong)) from None
    except RelanceError as error:
        log.warning("time without an answer", project=admitted.bound.binding.project_key, error=str(error))
        return told | {"month": month, "time_state": "failed"}


def _sheet(runtime: Runtime, viewer: Caller, key: str, name: str) -> list[tuple[Cell, ...]] | None:
    site = runtime.open_site(viewer.installation)
    with about(installation=viewer.installation.id):
        admitted = admit_to_project(runtime.parts, site, key, viewer.account_id)
        if name != "time":
            return sheet_of(show_project(runtime.parts, site, admitted.bound), name)
        policy = site.policies.bind(runtime.parts.policies, admitted.bound.binding)
        if not admitted.administrator or not counts_time(policy):
            raise NotFound("no time for this viewer", status=404)
        try:
            reading = show_time(runtime.parts, site, admitted.bound, request.args.get("month", ""))
        except Misconfigured as wrong:
            raise Malformed(str(wrong)) from None
        return rows_of(time_table(reading.value))
