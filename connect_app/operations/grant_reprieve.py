"""Writes an agent's word on a silent request: its closure postponed to a day, left alone, or as documented again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from automation_rules.binding import Mode
from automation_rules.facts import Issue, Word
from automation_rules.figures_coming import StepKind, coming_steps
from automation_rules.reprieves import SetReprieve
from automation_rules.silence import Silence, silences
from connect_app.errors import Malformed
from connect_app.operations.agents import request_for
from connect_app.operations.carry_out import Carried, carry_out, tell
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request

LONGEST_REASON = 500
FURTHEST = timedelta(days=366)
_TICK = timedelta(milliseconds=1)


class Refusal(StrEnum):
    """Why there is no such reprieve."""

    NOT_WAITING = "not_waiting"
    NEVER_CLOSED = "never_closed"
    NOTHING_HOLDS = "nothing_holds"
    PAST = "past"
    TOO_FAR = "too_far"
    NOT_LATER = "not_later"


class NoReprieve(Malformed):
    """The word makes no sense here; `closes_at` is when the request is closed without it."""

    remedy = "Choose a day after the documented closure, within a year, while the request waits for its customer."

    def __init__(self, why: Refusal, *, closes_at: datetime | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.closes_at = closes_at


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agent (`by`, an account id) or an operator (None) says, and why; `until` for a postponement alone."""

    word: Word
    by: str | None
    until: date | None = None
    reason: str = ""


def grant_reprieve(parts: Parts, site: OpenSite, issue: str, wish: Wish) -> tuple[str, Carried]:
    """Writes the word where no lost database forgets it; returns the issue's id and what became of it.

    Said twice, it is written once. In dry run it is only told.

    Raises:
        NotFound: it is no request of a bound project, or the account is no agent's.
        NoReprieve: the request does not wait, or the day is none to postpone to.
    """
    request = request_for(parts, site, issue, wish.by)
    now = parts.clock.now()
    found = silences(request.issue, request.policy, now)
    if not found:
        raise NoReprieve(Refusal.NOT_WAITING)
    held = next(iter(found.values())).reprieve
    if wish.word is Word.RESUMED and held is None:
        raise NoReprieve(Refusal.NOTHING_HOLDS)
    if wish.word is Word.POSTPONED:
        _check_day(request, found, wish.until, now)
    if held is not None and (held.word, held.until) == (wish.word, wish.until):
        return request.issue.id, Carried.DONE
    action = SetReprieve(
        key=f"reprieve/by-hand/{request.issue.id}/{uuid.uuid4().hex}",
        rule="by-hand",
        word=wish.word,
        at=_instant(request.issue, now),
        by=wish.by,
        until=wish.until,
        reason=" ".join(wish.reason.split())[:LONGEST_REASON],
    )
    reasons = (f"asked by {wish.by or 'an operator'}" + (f": {action.reason}" if action.reason else ""),)
    act = carry_out if request.bound.binding.mode is Mode.ON else tell
    return request.issue.id, act(parts, site, request, action, reasons)


def _instant(issue: Issue, now: datetime) -> datetime:
    """When it is said: in this stay, though Jira's clock may be ahead of ours, and after all that was said before."""
    return max([now, issue.status_since, *(said.at + _TICK for said in issue.reprieves)])


def _check_day(request: Request, found: dict[str, Silence], until: date | None, now: datetime) -> None:
    """Raises `NoReprieve` unless the day is later than the closure that comes without any word on it."""
    if not any(silence.closes for silence in found.values()):
        raise NoReprieve(Refusal.NEVER_CLOSED)
    zone = ZoneInfo(request.policy.calendar().time_zone)
    today = now.astimezone(zone).date()
    if until is None or until <= today:
        raise NoReprieve(Refusal.PAST)
    if until - today > FURTHEST:
        raise NoReprieve(Refusal.TOO_FAR)
    steps = coming_steps(_without_word(request.issue), request.policy, now)
    closes_at = next((step.at for step in steps if step.kind is StepKind.CLOSURE), None)
    if closes_at is not None and until <= closes_at.astimezone(zone).date():
        raise NoReprieve(Refusal.NOT_LATER, closes_at=closes_at)


def _without_word(issue: Issue) -> Issue:
    """The issue as if the word that holds had not been said."""
    said = list(issue.reprieves)
    while said and said[-1].word is not Word.RESUMED:
        said.pop()
    return replace(issue, reprieves=tuple(said))
