"""The pages that belong to apps: under a project, in the administration, on the portal; and one frame on its own."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, request

from jira_sandbox.pages.app_frames import ADMIN_PAGES, PORTAL_PAGES, PROJECT_PAGES, REQUEST_ACTIONS, Frame
from jira_sandbox.pages.keys import is_issue_key, is_project_key
from jira_sandbox.pages.site_rest import DESK, PLATFORM, Refused
from jira_sandbox.pages.viewing import Desk

Page = tuple[str, int]


def add_app_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Adds the routes whose page is an app's."""
    _add_agents_side(blueprint, desk)
    _add_portal_side(blueprint, desk)

    @blueprint.get("/agent/frame/<app>/<key>")
    def bare_frame(app: str, key: str) -> Page:
        """One frame as though Jira had let the viewer come that far: what the app itself refuses is seen here."""
        issue, project = request.args.get("issue"), request.args.get("project")
        frame = _or_404(lambda: desk.frames().bare(app, key, issue=issue, project=project))
        return desk.page("app_page", frames=[frame], app_page=frame)


def _add_agents_side(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/agent/admin/")
    def administration() -> Page:
        _check_admin(desk)
        return desk.page("administration", app_modules=desk.frames().modules(*ADMIN_PAGES))

    @blueprint.get("/agent/admin/<app>/<key>")
    def admin_page(app: str, key: str) -> Page:
        _check_admin(desk)
        frame = _or_404(lambda: desk.frames().found(app, key, *ADMIN_PAGES))
        return desk.page("app_page", frames=[frame], app_page=frame)

    @blueprint.get("/agent/project/<project>/app/<app>/<key>")
    def project_page(project: str, app: str, key: str) -> Page:
        if not is_project_key(project):
            abort(404)
        desk.rest().get(f"{PLATFORM}/project/{project}")
        frame = _or_404(lambda: desk.frames().found(app, key, *PROJECT_PAGES, project=project))
        return desk.page("app_page", frames=[frame], app_page=frame, project_key=project)


def _add_portal_side(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/portal/app/<app>/<key>")
    def portal_page(app: str, key: str) -> Page:
        desk.rest()
        frame = _or_404(lambda: desk.frames().found(app, key, *PORTAL_PAGES))
        return desk.page("app_page", frames=[frame], app_page=frame)

    @blueprint.get("/portal/request/<issue>/app/<app>/<key>")
    def request_page(issue: str, app: str, key: str) -> Page:
        if not is_issue_key(issue):
            abort(404)
        desk.rest().get(f"{DESK}/request/{issue}")
        frame = _or_404(lambda: desk.frames().found(app, key, *REQUEST_ACTIONS, issue=issue))
        return desk.page("app_page", frames=[frame], app_page=frame, request_key=issue)


def _check_admin(desk: Desk) -> None:
    if not desk.is_admin():
        raise Refused(403, ["Only Jira administrators have access to these pages."])


def _or_404(make: Callable[[], Frame]) -> Frame:
    try:
        return make()
    except KeyError:
        abort(404)
