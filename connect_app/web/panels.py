"""The pages shown inside Jira, in iframes that only the caller's site may open."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, make_response, render_template, request

from connect_app.doors.caller import ISSUE_KEY, Caller
from connect_app.errors import NotAllowed, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.runtime import Runtime
from connect_app.web.headers import framed
from connect_app.web.tokens import TokenClass, caller, opened_by

log = logger(__name__)

WORDS = {
    "fr": {
        "next": "Prochaine étape",
        "nothing": "Aucune étape en attente : tous les engagements sont tenus.",
        "done": "Ce qui a été fait",
        "rules": "Ce que dit chaque règle",
        "foreign": "Relance ne suit pas cette demande.",
        "failed": "Relance ne répond pas pour le moment ; rechargez la page.",
    },
    "en": {
        "next": "Next step",
        "nothing": "Nothing is due: every promise is kept.",
        "done": "What was done",
        "rules": "What each rule says",
        "foreign": "Relance does not look after this request.",
        "failed": "Relance does not answer at the moment; reload the page.",
    },
}


def panel_routes(runtime: Runtime) -> Blueprint:
    """The issue panel: what Relance did about the request, and what it will do next and why; no script needed."""
    blueprint = Blueprint("panels", __name__, url_prefix="/connect/panels", template_folder="templates")

    @blueprint.get("/issue")
    @opened_by(TokenClass.REQUEST)
    def issue() -> Response:
        viewer = caller()
        language = request.accept_languages.best_match(list(WORDS)) or "fr"
        told, state = _told(runtime, viewer)
        zone = ZoneInfo(viewer.installation.time_zone or "UTC")
        page = render_template(
            "issue_panel.html",
            language=language,
            words=WORDS[language],
            told=told,
            state=state,
            when=lambda text: _when(text, language, zone),
            base_path=runtime.settings.base_path,
        )
        around = request.args.get("xdm_e")  # signed: the token's hash covers the query
        return framed(make_response(page), viewer, around=around, development=runtime.settings.development)

    return blueprint


def _told(runtime: Runtime, viewer: Caller) -> tuple[dict[str, Any] | None, str]:
    """What there is to tell the viewer, or which sentence says why there is nothing."""
    if viewer.account_id is None:
        raise NotAllowed("nobody is logged in")
    issue = viewer.issue_key or request.args.get("issueKey", "")
    if not ISSUE_KEY.fullmatch(issue):
        return None, "foreign"
    with about(installation=viewer.installation.id, issue=issue):
        try:
            return runtime.explain(viewer.installation, issue, viewer.account_id), ""
        except NotFound:
            return None, "foreign"
        except RelanceError as error:
            log.warning("panel without an answer", error=str(error))
            return None, "failed"


def _when(text: str, language: str, zone: ZoneInfo) -> str:
    return format_datetime(datetime.fromisoformat(text), "EEE d MMM y HH:mm", tzinfo=zone, locale=language)
