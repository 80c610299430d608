"""The administration: a page in Jira for its administrators, and outside for whoever has an operator's link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from connect_app.errors import Malformed, Moved, NotAllowed, NotFound, RelanceError, Unauthorized
from connect_app.logs import about
from connect_app.operations.choose_binding import Unfit
from connect_app.operations.write_sheet import write_sheet
from connect_app.runtime import Runtime
from connect_app.web.admin_audit import audit_rows
from connect_app.web.admin_forms import Form, bounded, sent_form
from connect_app.web.admin_seat import Seat, administrators_seat, operators_seat
from connect_app.web.admin_verbs import Done, carry_out
from connect_app.web.admin_views import shown
from connect_app.web.admin_words import refusal_said, unfit_said
from connect_app.web.pages import Page, Said, answer, show
from connect_app.web.tokens import TokenClass, caller, link_of, opened_by
from connect_app.web.words import gettext, reader_language

API = "/api/admin"
PAGE = Page("admin_inner.html", refresh=API, wide=True)
OUTSIDE = "/links/admin"

OUTSIDE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def admin_routes(runtime: Runtime) -> Blueprint:
    """The page in Jira and the front-end API behind it."""
    blueprint = Blueprint("admin", __name__, template_folder="templates")

    @blueprint.get("/connect/pages/admin")
    @opened_by(TokenClass.REQUEST)
    def whole() -> Response:
        seat, content, _ = _looked(runtime, administrators_seat(runtime, caller()), {})
        return show(runtime, caller(), PAGE, title=gettext("Relance: administration"), seat=seat, **content)

    @blueprint.get(API)
    @opened_by(TokenClass.CONTEXT)
    def look() -> Response:
        seat, content, status = _looked(runtime, administrators_seat(runtime, caller()), _asked())
        return answer(runtime, caller(), PAGE, status=status, seat=seat, **content)

    @blueprint.post(API)
    @opened_by(TokenClass.CONTEXT)
    def act() -> Response:
        seat, content, status = _acted(runtime, administrators_seat(runtime, caller()))
        said = Said(content["sentence"], content["kind"]) if content["sentence"] else None
        return answer(runtime, caller(), PAGE, said, status=status, seat=seat, **content)

    @blueprint.get(f"{API}/audit.csv")
    @opened_by(TokenClass.CONTEXT)
    def export() -> Response:
        return _sheet(runtime, administrators_seat(runtime, caller()))

    return blueprint


def operator_routes(runtime: Runtime) -> Blueprint:
    """The page outside Jira: forms that work without a script, opened by the link in their address and nothing else."""
    blueprint = Blueprint("operator", __name__, template_folder="templates", url_prefix=OUTSIDE)

    @blueprint.get("")
    @opened_by(TokenClass.OPERATOR)
    def look() -> Response:
        return _outside(runtime, *_looked(runtime, operators_seat(runtime, link_of()), _asked()))

    @blueprint.post("")
    @opened_by(TokenClass.OPERATOR)
    def act() -> Response:
        return _outside(runtime, *_acted(runtime, operators_seat(runtime, link_of())))

    @blueprint.get("/audit.csv")
    @opened_by(TokenClass.OPERATOR)
    def export() -> Response:
        return _sheet(runtime, operators_seat(runtime, link_of()))

    return blueprint


def _asked() -> Form:
    return bounded(request.args.to_dict())


def _looked(runtime: Runtime, seat: Seat, form: Form) -> tuple[Seat, dict[str, Any], int]:
    """A part of the page; where what was asked for does not fit, the first part and a sentence."""
    with about(installation=seat.installation.id if seat.installation else None):
        try:
            return seat, shown(runtime, seat, form), 200
        except Unfit as unfit:
            back = {"view": form["view"]} if form.get("view") == "audit" else {}
            return seat, {**shown(runtime, seat, back), "problem": unfit_said(unfit)}, 400


def _acted(runtime: Runtime, seat: Seat) -> tuple[Seat, dict[str, Any], int]:
    """What was asked for is done, and the page told anew; what is refused is one line, and nothing typed is lost.

    But a login that was typed is never written into a page.
    """
    form = sent_form(request)
    with about(installation=seat.installation.id if seat.installation else None):
        problem = ""
        try:
            done = carry_out(runtime, seat, form)
        except Unfit as unfit:
            problem = unfit_said(unfit)
        except (Malformed, NotFound, NotAllowed):
            raise
        except RelanceError as error:
            problem = refusal_said(error, seat.installation.base_url if seat.installation else form.get("address", ""))
            if isinstance(error, Unauthorized | Moved) and seat.installation is not None:
                runtime.parts.sites.close(seat.installation, error)
        if problem:
            again = {name: value for name, value in form.items() if name not in {"email", "token"}}
            return seat, {**_again(runtime, seat, again), "problem": problem, "sentence": "", "kind": "error"}, 400
        seat = _renewed(runtime, seat)
        return seat, _told(runtime, seat, done), 400 if done.kind == "error" and not done.content else 200


def _again(runtime: Runtime, seat: Seat, form: Form) -> dict[str, Any]:
    """The form that was sent, as it was typed; the first part where even that cannot be shown."""
    view = {"bind": "project", "release": "held", "revive": "jobs", "compare": "health"}.get(
        form.get("do", ""), "sites"
    )
    try:
        return shown(runtime, seat, {**form, "view": view})
    except (Unfit, Malformed):
        return shown(runtime, seat, {})


def _told(runtime: Runtime, seat: Seat, done: Done) -> dict[str, Any]:
    problem = done.said if done.kind == "error" else ""
    sentence = "" if problem else done.said
    said = {"sentence": sentence, "problem": problem, "kind": done.kind}
    return {**shown(runtime, seat, done.form), **said, **done.content}


def _renewed(runtime: Runtime, seat: Seat) -> Seat:
    """The seat with its site as it is after what was done; without one when the site is gone."""
    if seat.installation is None:
        return seat
    return replace(seat, installation=runtime.store.installations.by_id(seat.installation.id))


def _outside(runtime: Runtime, seat: Seat, content: dict[str, Any], status: int) -> Response:
    base = runtime.settings.base_path
    text = render_template(
        "admin_outside.html",
        language=reader_language(),
        base_path=base,
        seat=seat,
        action=seat.address(f"{base}{OUTSIDE}"),
        **content,
    )
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = OUTSIDE_POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _sheet(runtime: Runtime, seat: Seat) -> Response:
    """The audit as a spreadsheet, by the same filters as the page."""
    try:
        rows = audit_rows(runtime, seat, _asked())
    except Unfit as unfit:
        raise Malformed(unfit.code) from unfit
    response = make_response(write_sheet(rows, reader_language()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="relance-audit.csv"'
    return response
