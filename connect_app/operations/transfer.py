"""Transfers a request to another support level by hand; what follows is the rule's, as when an agent does it (A11)."""

from __future__ import annotations

import uuid

from automation_rules import messages
from automation_rules.actions import AddComment, SetLevel
from automation_rules.binding import Mode
from automation_rules.facts import Audience
from automation_rules.levels import level_named, level_now
from connect_app.errors import Malformed
from connect_app.operations.agents import request_for
from connect_app.operations.carry_out import Carried, carry_out, tell
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request
from workflows.document import nearest
from workflows.model import Level, StatusRole

LONGEST_REASON = 500


class NoSuchTransfer(Malformed):
    """The request cannot go there: no such level, at it already, or closed."""

    remedy = "Name another level, or reopen the request first."


def transfer(  # noqa: PLR0913 -- where, what, and who asks and why
    parts: Parts, site: OpenSite, issue: str, level: str, *, by: str | None = None, why: str = ""
) -> tuple[str, Carried]:
    """Gives a request to a level, by its id or name; returns the issue's id and what became of it.

    `by` is the account of the agent who asks, None for an operator; it is kept in the audit with `why`. The job of the
    issue then clears the assignee and tells the team.

    Raises:
        NotFound: it is no request of a bound project, or `by` is not an agent of it.
        NoSuchTransfer: there is no such level, the request is at it already, or it is closed.
    """
    request = request_for(parts, site, issue, by)
    new = _wanted(request, level)
    old = level_now(request.policy.pack, request.issue)
    action = SetLevel(
        key=f"level/by-hand/{request.issue.id}/{uuid.uuid4().hex}",
        rule="by-hand",
        level=new.id,
        option=new.name.fr,
        at=parts.clock.now(),
        by=by,
    )
    asked = f"asked by {by or 'an operator'}: from {old.id if old else 'no level'} to {new.id}"
    reasons = (asked, *([" ".join(why.split())[:LONGEST_REASON]] if why.strip() else []))
    act = carry_out if request.bound.binding.mode is Mode.ON else tell
    carried = act(parts, site, request, action, reasons)
    if len(reasons) > 1 and carried in {Carried.DONE, Carried.TOLD}:
        act(parts, site, request, _reason(request, action, new, reasons[1]), reasons)
    return request.issue.id, carried


def _reason(request: Request, given: SetLevel, new: Level, why: str) -> AddComment:
    """The agent's reason as an internal note, for the next level; what else the team is told is the rule's."""
    locale = request.policy.binding.locale
    values = {"new_level": new.name.in_language(locale), "reason": messages.quoted(why)}
    text = messages.internal("transfer-reason", locale, given.rule, **values)
    return AddComment(
        key=f"{given.key}/reason", rule=given.rule, audience=Audience.INTERNAL, message="transfer-reason", text=text
    )


def _wanted(request: Request, level: str) -> Level:
    """The level asked for, where the request can go."""
    pack = request.policy.pack
    found = level_named(pack, level)
    if found is None:
        near = nearest(level, [one.id for one in pack.levels])
        known = ", ".join(f"{one.id} ({one.name.fr})" for one in pack.levels) or "none"
        raise NoSuchTransfer(
            f'no level "{level}"' + (f' (did you mean "{near}"?)' if near else "") + f"; levels: {known}"
        )
    if request.policy.role_of(request.issue.status) is StatusRole.CLOSED:
        raise NoSuchTransfer(f"{request.issue.key} is closed: reopen it before it is transferred")
    if found == level_now(pack, request.issue):
        raise NoSuchTransfer(f"{request.issue.key} is at {found.name.fr} already")
    return found
