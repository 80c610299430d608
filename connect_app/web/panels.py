"""The pages shown inside Jira, in iframes that only the caller's site may open."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from connect_app.errors import NotAllowed
from connect_app.runtime import Runtime
from connect_app.web.headers import framed
from connect_app.web.tokens import TokenClass, caller, opened_by

WORDS = {
    "fr": {
        "reading": "Lecture des engagements de {issue}…",
        "next": "Prochaine étape :",
        "nothing": "Aucune étape en attente : tous les engagements sont tenus.",
        "foreign": "Relance ne suit pas cette demande.",
        "failed": "Relance ne répond pas pour le moment ; rechargez la page.",
    },
    "en": {
        "reading": "Reading the promises of {issue}…",
        "next": "Next step:",
        "nothing": "Nothing is due: every promise is kept.",
        "foreign": "Relance does not look after this request.",
        "failed": "Relance does not answer at the moment; reload the page.",
    },
}


def panel_routes(runtime: Runtime) -> Blueprint:
    """The issue panel; what it shows comes from the API, with a token of the page."""
    blueprint = Blueprint("panels", __name__, url_prefix="/connect/panels", template_folder="templates")

    @blueprint.get("/issue")
    @opened_by(TokenClass.REQUEST)
    def issue() -> Response:
        viewer = caller()
        if viewer.account_id is None:
            raise NotAllowed("nobody is logged in")
        language = request.accept_languages.best_match(list(WORDS)) or "fr"
        page = render_template(
            "issue_panel.html",
            language=language,
            words=WORDS[language],
            issue=viewer.issue_key or request.args.get("issueKey", ""),
            base_path=runtime.settings.base_path,
        )
        around = request.args.get("xdm_e")  # signed: the token's hash covers the query
        return framed(make_response(page), viewer, around=around, development=runtime.settings.development)

    return blueprint
