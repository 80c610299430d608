"""The portal's page of a request outside Jira: a customer's link shows the same, its buttons are plain forms."""

from __future__ import annotations

from typing import Any

from flask import request

from connect_app.doors.links import Link, Scope
from connect_app.errors import Malformed, NotFound, RelanceError
from connect_app.logs import about, logger
from connect_app.operations.answer_request import LONGEST_WORDS, Answer, WordsMissing, answer_request
from connect_app.operations.show_link import site_of_link
from connect_app.operations.show_portal import show_portal
from connect_app.runtime import Runtime
from connect_app.web.incoming import limited_body, read_form
from connect_app.web.pages import Said
from connect_app.web.portal import contents
from connect_app.web.portal_api import AnswerBody, EscalationBody, told
from connect_app.web.words import gettext

LARGEST_FORM = 65_536
"""Bytes: the longest words, each character as a browser writes it at its longest in a form."""

log = logger(__name__)


def customer_told(runtime: Runtime, link: Link, said: Said | None = None) -> dict[str, Any]:
    """What the template of the page needs; `NotFound` for a customer who may not see the request any more."""
    with about(installation=link.installation_id, issue=link.subject):
        try:
            with site_of_link(runtime.parts, link) as site:
                view = show_portal(runtime.parts, site, link.subject, link.account_id or "")
            return contents(view) | {"said": said}
        except NotFound:
            raise
        except RelanceError as error:
            log.warning("page without an answer", error=str(error))
            return contents(None, state="failed") | {"said": said}


def customer_sent(runtime: Runtime, link: Link) -> tuple[Said, int]:
    """Does what a form of the page asks for: what to say, and the HTTP status."""
    if link.scope is not Scope.CUSTOMER or link.account_id is None:
        raise NotFound("this link changes nothing", status=404)
    limited_body(request, limit=LARGEST_FORM)
    sent = {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
    with about(installation=link.installation_id, issue=link.subject):
        try:
            return _done(runtime, link, link.account_id, sent)
        except WordsMissing:
            return Said(gettext("Say why: a comment is required with this answer."), "error"), 400


def _done(runtime: Runtime, link: Link, person: str, sent: dict[str, str]) -> tuple[Said, int]:
    if "transition" in sent:
        form = read_form(AnswerBody, {**sent, "words": sent.get("words", "")[:LONGEST_WORDS]})
        wanted = Answer(viewer=person, transition=form.transition, words=form.words)
        with site_of_link(runtime.parts, link) as site:
            return told(answer_request(runtime.parts, site, link.subject, wanted)), 200
    try:
        reason = read_form(EscalationBody, sent).whole
    except Malformed:
        return Said(gettext("Say why, in at most 2000 characters."), "error"), 400
    with site_of_link(runtime.parts, link) as site:
        runtime.escalate(site.installation, link.subject, person, reason)
    return Said(gettext("Your escalation is recorded: the people in charge are told.")), 202
