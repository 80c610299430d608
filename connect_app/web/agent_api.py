"""The front-end API of the agents' panel: the issue is the one Jira signed, never one the browser asks for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from connect_app.doors.caller import Caller
from connect_app.errors import NotAllowed, NotAuthentic, NotFound, RelanceError, Temporary
from connect_app.logs import about, logger
from connect_app.operations.show_panel import show_panel
from connect_app.runtime import Runtime
from connect_app.web.agent_verbs import VERBS, Asked, Unaccepted, Verb
from connect_app.web.incoming import json_body, read_form
from connect_app.web.pages import Page, Said, answer
from connect_app.web.panels import PANEL, contents, person_of
from connect_app.web.tokens import TokenClass, caller, opened_by
from connect_app.web.words import gettext, set_zone

LARGEST_BODY = 16_384

log = logger(__name__)


def agent_api_routes(runtime: Runtime) -> Blueprint:
    """`GET /api/panel/issue` explains, `/api/agent/panel` gives the panel anew; `POST /api/agent/…` is a button."""
    blueprint = Blueprint("agent_api", __name__, url_prefix="/api", template_folder="templates")

    @blueprint.get("/panel/issue")
    @opened_by(TokenClass.CONTEXT)
    def explain() -> Response:
        viewer = caller()
        person, issue = person_of(viewer), _issue(viewer)
        with about(installation=viewer.installation.id, issue=issue):
            return jsonify(runtime.explain(viewer.installation, issue, person))

    @blueprint.get("/agent/panel")
    @opened_by(TokenClass.CONTEXT)
    def panel() -> Response:
        viewer = caller()
        person, issue = person_of(viewer), _issue(viewer)
        with about(installation=viewer.installation.id, issue=issue):
            return _anew(Asked(runtime, viewer, person, issue), PANEL)

    @blueprint.post("/agent/<name>")
    @opened_by(TokenClass.CONTEXT)
    def press(name: str) -> Response:
        verb = VERBS.get(name)
        if verb is None:
            raise NotFound("no such button", status=404)
        viewer = caller()
        person, issue = person_of(viewer), _issue(viewer)
        form = read_form(verb.form, json_body(request, limit=LARGEST_BODY))
        with about(installation=viewer.installation.id, issue=issue):
            return _pressed(verb, Asked(runtime, viewer, person, issue, form))

    return blueprint


def _pressed(verb: Verb, asked: Asked) -> Response:
    """Carries a button out, and answers its page anew; every trouble with Jira is told in a sentence."""
    set_zone(asked.viewer.installation.time_zone)
    try:
        return _anew(asked, verb.page, verb.act(asked))
    except Unaccepted as unaccepted:
        sentence = str(unaccepted)
        filled = {name: value for name, value in asked.form.model_dump().items() if value}
        return _anew(asked, verb.page, Said(sentence, "error"), status=400, wrong=sentence, **filled)
    except (NotFound, NotAllowed, NotAuthentic):
        raise
    except Temporary as failure:
        log.warning("button without an answer", error=str(failure))
        return _only(gettext("Jira does not answer: look in a minute whether it was done."), 503)
    except RelanceError as failure:
        log.warning("button refused", error=str(failure))
        return _only(gettext("Jira refuses it: %(why)s") % {"why": failure.remedy}, 502)


def _only(sentence: str, status: int) -> Response:
    """An answer that leaves the page as it is."""
    response = jsonify(flag={"title": sentence, "type": "error"})
    response.status_code = status
    return response


def _anew(asked: Asked, page: Page, said: Said | None = None, *, status: int = 200, **filled: Any) -> Response:
    runtime, viewer = asked.runtime, asked.viewer
    told = show_panel(runtime.parts, runtime.open_site(viewer.installation), asked.issue, asked.person)
    return answer(runtime, viewer, page, said, status=status, **contents(told, viewer, **filled))


def _issue(viewer: Caller) -> str:
    """The signed issue; a parameter that names another one is refused rather than ignored."""
    signed = {name for name in (viewer.issue_key, viewer.issue_id) if name is not None}
    asked = {value for name in ("issueKey", "issueId") for value in request.args.getlist(name)}
    if not signed or asked - signed:
        raise NotAllowed("the page is not about that issue")
    return viewer.issue_key or next(iter(signed))
