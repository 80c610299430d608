"""The pages outside Jira: whoever holds a link sees one request or one project; anything wrong is simply not there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, make_response, render_template, request

from connect_app.doors.links import Link, Scope
from connect_app.errors import NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.runtime import Runtime
from connect_app.web.incoming import limited_body
from connect_app.web.panels import WORDS as PANEL_WORDS
from connect_app.web.project_link import project_told
from connect_app.web.tokens import TokenClass, link_of, opened_by

LARGEST_FORM = 16_384
LONGEST_REASON = 2000

WORDS = {
    "fr": {
        **PANEL_WORDS["fr"],
        "status": "Statut",
        "escalate": "Escalader cette demande",
        "reason": "Pourquoi ? (2000 caractères au plus)",
        "escalated": "Votre escalade est enregistrée : l'équipe est prévenue.",
        "reasonless": "Dites pourquoi, en 2000 caractères au plus.",
    },
    "en": {
        **PANEL_WORDS["en"],
        "status": "Status",
        "escalate": "Escalate this request",
        "reason": "Why? (at most 2000 characters)",
        "escalated": "Your escalation is recorded: the team is told.",
        "reasonless": "Say why, in at most 2000 characters.",
    },
}

PAGES = {Scope.ISSUE: "link_issue.html", Scope.CUSTOMER: "link_customer.html"}

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

log = logger(__name__)


def link_routes(runtime: Runtime) -> Blueprint:
    """`GET /links?token=…` shows; `POST` to the same address escalates, where the link is a customer's."""
    blueprint = Blueprint("links", __name__, template_folder="templates")

    @blueprint.get("/links")
    @opened_by(TokenClass.LINK)
    def show() -> Response:
        return _page(runtime, link_of(), "")

    @blueprint.post("/links")
    @opened_by(TokenClass.LINK)
    def escalate() -> Response:
        link = link_of()
        if link.scope is not Scope.CUSTOMER or link.account_id is None:
            raise NotFound("this link escalates nothing", status=404)
        limited_body(request, limit=LARGEST_FORM)
        reason = request.form.get("reason", "").strip()
        if not 1 <= len(reason) <= LONGEST_REASON:
            return _page(runtime, link, "reasonless", status=400)
        runtime.escalate_by_link(link, reason)
        return _page(runtime, link, "escalated", status=202)

    return blueprint


def _page(runtime: Runtime, link: Link, said: str, *, status: int = 200) -> Response:
    if link.scope is Scope.PROJECT:
        figures = project_told(runtime, link)
        return _outside(render_template("link_project.html", base_path=runtime.settings.base_path, **figures), status)
    language = request.accept_languages.best_match(list(WORDS)) or "fr"
    told, state = _told(runtime, link)
    zone = ZoneInfo(runtime.zone_of(link.installation_id))
    page = render_template(
        PAGES[link.scope],
        language=language,
        words=WORDS[language],
        told=told,
        state=state,
        said=said,
        longest=LONGEST_REASON,
        when=lambda text: format_datetime(
            datetime.fromisoformat(text), "EEE d MMM y HH:mm", tzinfo=zone, locale=language
        ),
        base_path=runtime.settings.base_path,
    )
    return _outside(page, status)


def _outside(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _told(runtime: Runtime, link: Link) -> tuple[dict[str, Any] | None, str]:
    """What there is to show, or which sentence says why there is nothing; `NotFound` passes through."""
    with about(installation=link.installation_id, issue=link.subject):
        try:
            return runtime.show_link(link), ""
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("page without an answer", error=str(error))
            return None, "failed"
