"""The front-end API of the portal's pages: a customer answers, or escalates, in their own name only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import StringConstraints

from connect_app.doors.caller import Caller
from connect_app.logs import about
from connect_app.operations.answer_request import LONGEST_WORDS, Answer, Answered, answer_request
from connect_app.operations.escalate import LONGEST_REASON
from connect_app.operations.show_portal import show_portal
from connect_app.runtime import Runtime
from connect_app.web.incoming import SentForm, json_body, read_form
from connect_app.web.pages import Page, Said, answer
from connect_app.web.portal import ESCALATION, REQUEST, contents, person_of, request_of
from connect_app.web.tokens import TokenClass, caller, opened_by
from connect_app.web.words import gettext

LARGEST_BODY = 32_768


class AnswerBody(SentForm):
    """A button of the page, by the pack's id of the transition, with what the customer says."""

    transition: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
    words: Annotated[str, StringConstraints(max_length=LONGEST_WORDS)] = ""


class EscalationBody(SentForm):
    """Why a customer escalates: a documented reason or another one, and their own words."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON)]
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REASON)] = ""

    @property
    def whole(self) -> str:
        """The reason as it is written down."""
        return (f"{self.reason} — {self.words}" if self.words else self.reason)[:LONGEST_REASON]


@dataclass(frozen=True)
class _Asked:
    """Who asks from a page of ours, and about which request."""

    viewer: Caller
    person: str
    issue: str


def portal_api_routes(runtime: Runtime) -> Blueprint:
    """`GET /api/portal/request` gives the page anew; `POST …/answer` and `…/escalate` do what a customer asks."""
    blueprint = Blueprint("portal_api", __name__, url_prefix="/api/portal", template_folder="templates")

    @blueprint.get("/request")
    @opened_by(TokenClass.CONTEXT)
    def standing() -> Response:
        return _anew(runtime, _asked())

    @blueprint.post("/answer")
    @opened_by(TokenClass.CONTEXT)
    def answering() -> Response:
        asked = _asked()
        said = read_form(AnswerBody, json_body(request, limit=LARGEST_BODY))
        with about(installation=asked.viewer.installation.id, issue=asked.issue):
            wanted = Answer(viewer=asked.person, transition=said.transition, words=said.words)
            done = answer_request(runtime.parts, runtime.open_site(asked.viewer.installation), asked.issue, wanted)
        return _anew(runtime, asked, told(done))

    @blueprint.post("/escalate")
    @opened_by(TokenClass.CONTEXT)
    def escalate() -> Response:
        asked = _asked()
        said = read_form(EscalationBody, json_body(request, limit=LARGEST_BODY))
        with about(installation=asked.viewer.installation.id, issue=asked.issue):
            runtime.escalate(asked.viewer.installation, asked.issue, asked.person, said.whole)
        response = _anew(runtime, asked, Said(gettext("Your escalation is recorded: the people in charge are told.")))
        response.status_code = 202
        return response

    return blueprint


def _asked() -> _Asked:
    viewer = caller()
    return _Asked(viewer, person_of(viewer), request_of(viewer))


def told(done: Answered) -> Said:
    """What a customer is told after a button."""
    if done is Answered.DONE:
        return Said(gettext("It is done: your answer is recorded."))
    if done is Answered.UNDER_WAY:
        return Said(gettext("Your answer is being recorded."), "info")
    if done is Answered.OVERTAKEN:
        return Said(gettext("The request has changed meanwhile: here is where it stands now."), "info")
    return Said(gettext("Jira refuses this change; write a comment on the request instead."), "error")


def _anew(runtime: Runtime, asked: _Asked, said: Said | None = None) -> Response:
    """The inside of the page the form was on, as the request stands now."""
    page = Page(ESCALATION if request.args.get("page") == "escalate" else REQUEST)
    with about(installation=asked.viewer.installation.id, issue=asked.issue):
        view = show_portal(runtime.parts, runtime.open_site(asked.viewer.installation), asked.issue, asked.person)
    return answer(runtime, asked.viewer, page, said, **contents(view, asked.issue))
