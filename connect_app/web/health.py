"""The routes of monitors: does the process answer, and are the promises being kept."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from connect_app.runtime import Runtime
from connect_app.web.tokens import TokenClass, opened_by


def health_routes(runtime: Runtime) -> Blueprint:
    """`/healthz` says that the process answers, `/readyz` that the whole works (503 otherwise).

    Strangers learn no more than that, how many sites are shut (they refuse our credentials: an administrator must
    act, yet all others are served) and how many tokens end soon; in development the details are shown.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @opened_by(TokenClass.PUBLIC)
    def live() -> Response:
        return jsonify(ok=True)

    @blueprint.get("/readyz")
    @opened_by(TokenClass.PUBLIC)
    def health() -> Response:
        details = runtime.health()
        told = {"ok": details["ok"], "shut": len(details["shut"]), "ending": len(details["ending"])}
        answer = jsonify(details if runtime.settings.development else told)
        answer.status_code = 200 if details["ok"] else 503
        return answer

    return blueprint
