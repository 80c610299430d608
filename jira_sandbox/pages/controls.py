"""The controls around every page: who looks, in which language, and the test clock."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from jira_sandbox.pages.viewing import ANONYMOUS, Desk, language, safe_place, theme

STEPS = {"hour": 3600.0, "day": 86400.0}


def add_controls(blueprint: Blueprint, desk: Desk) -> None:
    """Adds the routes both sides share."""

    @blueprint.post("/agent/viewer", endpoint="agent_viewer")
    @blueprint.post("/portal/viewer", endpoint="portal_viewer")
    def viewer() -> Response:
        back = redirect(_back(), 303)
        known = {person["accountId"] for person in (*desk.people(), ANONYMOUS)}
        chosen = request.form.get("account_id", "")
        if chosen in known:
            back.set_cookie(desk.cookie, chosen, httponly=True, samesite="Strict")
        return back

    @blueprint.post("/agent/language", endpoint="agent_language")
    @blueprint.post("/portal/language", endpoint="portal_language")
    def other_language() -> Response:
        back = redirect(_back(), 303)
        back.set_cookie("language", "fr" if language() == "en" else "en", httponly=True, samesite="Strict")
        return back

    @blueprint.post("/agent/theme", endpoint="agent_theme")
    @blueprint.post("/portal/theme", endpoint="portal_theme")
    def other_theme() -> Response:
        back = redirect(_back(), 303)
        back.set_cookie("theme", "light" if theme() == "dark" else "dark", httponly=True, samesite="Strict")
        return back

    @blueprint.post("/agent/clock", endpoint="agent_clock")
    @blueprint.post("/portal/clock", endpoint="portal_clock")
    def clock() -> Response:
        step = STEPS.get(request.form.get("step", ""))
        if step is not None:
            desk.advance(step)
        return redirect(_back(), 303)


def _back() -> str:
    return safe_place(request.form.get("back", ""))
