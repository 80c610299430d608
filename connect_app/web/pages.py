"""Puts a page together: the whole one that Jira shows in an iframe, or its inside anew for the script of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flask import Response, jsonify, make_response, render_template, request

from connect_app.doors.caller import Caller
from connect_app.runtime import Runtime
from connect_app.web.headers import BRIDGE, framed
from connect_app.web.words import reader_language, set_zone


@dataclass(frozen=True)
class Page:
    """A kind of page: the template of its inside, the path of the front-end API that gives the inside anew.

    A wide page has Jira's whole width and scrolls by itself; the others grow with what is in them.
    """

    template: str
    refresh: str | None = None
    wide: bool = False


@dataclass(frozen=True)
class Said:
    """A sentence for whoever pressed a button; Jira shows it as a flag."""

    sentence: str
    kind: Literal["success", "info", "warning", "error"] = "success"


def show(runtime: Runtime, viewer: Caller, page: Page, **content: Any) -> Response:
    """The page in an iframe of the viewer's site, with the bridge and our script; `title` is what its tab says."""
    text = render_template("frame.html", page=page, bridge=BRIDGE, **_told(runtime, viewer, content))
    around = request.args.get("xdm_e")  # signed: the token's hash covers the query
    return framed(make_response(text), viewer, around=around, development=runtime.settings.development)


def answer(
    runtime: Runtime, viewer: Caller, page: Page, said: Said | None = None, *, status: int = 200, **content: Any
) -> Response:
    """What the script of a page gets: the inside anew, and what to say to whoever asked."""
    response = jsonify(
        html=render_template(page.template, **_told(runtime, viewer, content)),
        language=reader_language(),
        flag={"title": said.sentence, "type": said.kind} if said else None,
    )
    response.status_code = status
    return response


def _told(runtime: Runtime, viewer: Caller, content: dict[str, Any]) -> dict[str, Any]:
    set_zone(viewer.installation.time_zone)
    return {"language": reader_language(), "base_path": runtime.settings.base_path, **content}
