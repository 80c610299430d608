"""What the buttons of the agents' panel do, and what is said to whoever pressed one, in their language."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import StringConstraints

from automation_rules.facts import Word
from connect_app.doors.caller import Caller
from connect_app.operations.agents import request_for
from connect_app.operations.carry_out import Carried
from connect_app.operations.grant_reprieve import LONGEST_REASON, NoReprieve, Refusal, Wish, grant_reprieve
from connect_app.operations.transfer import NoSuchTransfer, transfer
from connect_app.runtime import Runtime
from connect_app.web.incoming import SentForm
from connect_app.web.pages import Page, Said
from connect_app.web.panels import PANEL, POSTPONE, TRANSFER
from connect_app.web.words import day, gettext

PATIENCE = 2.0
"""Seconds that "run now" waits for its job before the request is shown as it stands."""

LOOK_SECONDS = 0.1

Line = Annotated[str, StringConstraints(max_length=LONGEST_REASON)]


class PostponeBody(SentForm):
    """A day, as a date field sends it, and why."""

    until: Annotated[str, StringConstraints(max_length=32)]
    reason: Line = ""


class TransferBody(SentForm):
    """The pack's id of a level, and why."""

    level: Annotated[str, StringConstraints(max_length=64)]
    reason: Line = ""


@dataclass(frozen=True)
class Asked:
    """Who pressed a button, on which issue, and what the form holds."""

    runtime: Runtime
    viewer: Caller
    person: str
    issue: str
    form: Any = None


class Unaccepted(Exception):
    """The form cannot be carried out; its sentence is for whoever filled it in."""


@dataclass(frozen=True)
class Verb:
    """One button: the form it sends, the page it is on, and what it does; gives what to say."""

    form: type[SentForm]
    page: Page
    act: Callable[[Asked], Said]


def _postpone(asked: Asked) -> Said:
    try:
        until = date.fromisoformat(asked.form.until)
    except ValueError:
        raise Unaccepted(gettext("Choose a day.")) from None
    wish = Wish(word=Word.POSTPONED, by=asked.person, until=until, reason=asked.form.reason)
    return _granted(asked, wish, gettext("The closure is postponed to %(day)s.") % {"day": day(until)})


def _exempt(asked: Asked) -> Said:
    return _granted(
        asked, Wish(word=Word.EXEMPTED, by=asked.person), gettext("The request is exempted as long as it waits.")
    )


def _resume(asked: Asked) -> Said:
    return _granted(
        asked, Wish(word=Word.RESUMED, by=asked.person), gettext("Reminders and closure follow the document again.")
    )


def _granted(asked: Asked, wish: Wish, done: str) -> Said:
    site = asked.runtime.open_site(asked.viewer.installation)
    try:
        issue_id, carried = grant_reprieve(asked.runtime.parts, site, asked.issue, wish)
    except NoReprieve as refused:
        raise Unaccepted(_why(refused)) from None
    _enqueue(asked, issue_id)
    return _said(carried, done)


def _why(refused: NoReprieve) -> str:
    match refused.why:
        case Refusal.NOT_WAITING:
            return gettext("The request is not waiting for its customer: there is nothing to postpone.")
        case Refusal.NEVER_CLOSED:
            return gettext("Nothing closes this request by itself: there is nothing to postpone.")
        case Refusal.NOTHING_HOLDS:
            return gettext("Nothing is postponed: reminders and closure follow the document already.")
        case Refusal.PAST:
            return gettext("Choose a day after today.")
        case Refusal.TOO_FAR:
            return gettext("Choose a day within a year.")
        case Refusal.NOT_LATER:
            closes = day(refused.closes_at) if refused.closes_at else "—"
            return gettext("Choose a later day: the request is closed on %(day)s anyway.") % {"day": closes}


def _transfer(asked: Asked) -> Said:
    site, form = asked.runtime.open_site(asked.viewer.installation), asked.form
    try:
        issue_id, carried = transfer(
            asked.runtime.parts, site, asked.issue, form.level, by=asked.person, why=form.reason
        )
    except NoSuchTransfer:
        raise Unaccepted(gettext("The request cannot go there: choose another level.")) from None
    _enqueue(asked, issue_id)
    return _said(carried, gettext("The request is transferred; the team is told by an internal note."))


def _run(asked: Asked) -> Said:
    site = asked.runtime.open_site(asked.viewer.installation)
    request = request_for(asked.runtime.parts, site, asked.issue, asked.person)
    job = _enqueue(asked, request.issue.id)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if asked.runtime.jobs.ended(job):
            return Said(gettext("Relance has looked at the request just now."))
        time.sleep(LOOK_SECONDS)
    return Said(gettext("Relance will look at the request in a moment."), "info")


def _enqueue(asked: Asked, issue_id: str) -> str:
    """Starts the job of the request, which does what follows; returns its id."""
    job = f"asked/{uuid.uuid4()}"
    asked.runtime.jobs.issue(job, asked.viewer.installation.id, issue_id)
    return job


def _said(carried: Carried, done: str) -> Said:
    match carried:
        case Carried.DONE:
            return Said(done)
        case Carried.TOLD:
            return Said(gettext("Only noted: the project is on trial, nothing was changed in Jira."), "info")
        case _:
            return Said(gettext("Jira refuses it; what was done, below, says why."), "error")


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "postpone": Verb(PostponeBody, POSTPONE, _postpone),
        "exempt": Verb(SentForm, PANEL, _exempt),
        "resume": Verb(SentForm, PANEL, _resume),
        "transfer": Verb(TransferBody, TRANSFER, _transfer),
        "run": Verb(SentForm, PANEL, _run),
    }
)
