"""Tells a customer where a request stands and what is awaited of them, in the document's words, not the team's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from automation_rules.binding import Mode
from automation_rules.customers_view import (
    Alarm,
    Awaited,
    Offer,
    Step,
    alarm,
    approvers_asked,
    awaited,
    confirmed,
    offers,
    status_of,
    steps,
)
from automation_rules.facts import Issue, Side
from automation_rules.policy import Policy
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.see_request import Seen, see_request
from workflows.model import Status, StatusRole


@dataclass(frozen=True, kw_only=True)
class PortalView:
    """What the page of a request shows on the portal; nothing in it is the team's.

    `locale` is the desk's. `status` is None where the pack does not know Jira's status, which is then all there is to
    say. `answer_expected` without `awaited` is a desk in dry run: nothing will be done, so no date is named.
    """

    key: str
    summary: str
    locale: str
    status_name: str
    status: Status | None
    steps: tuple[Step, ...]
    answer_expected: bool
    awaited: Awaited | None
    offers: tuple[Offer, ...]
    alarm: Alarm | None
    approvers_asked: bool
    confirmed: bool
    planned_on: date | None


def show_portal(parts: Parts, site: OpenSite, issue: str, viewer: str) -> PortalView:
    """The page for an account; `NotFound` as `see_request`."""
    return portal_view(parts, see_request(parts, site, issue, viewer))


def portal_view(parts: Parts, seen: Seen) -> PortalView:
    """What is told of a request that somebody may see."""
    request, live = seen.request, seen.request.bound.binding.mode is Mode.ON
    return view_of(request.issue, request.policy, parts.clock.now(), live=live, may_act=_may_act(seen))


def view_of(issue: Issue, policy: Policy, now: datetime, *, live: bool, may_act: bool) -> PortalView:
    """What the page says of a request: nothing is promised where the desk is not `live`, nor offered to all."""
    status, has_confirmed = status_of(issue, policy), confirmed(issue, policy)
    return PortalView(
        key=issue.key,
        summary=issue.summary,
        locale=policy.binding.locale,
        status_name=issue.status_name,
        status=status,
        steps=steps(issue, policy),
        answer_expected=status is not None and status.answer_expected and not has_confirmed,
        awaited=awaited(issue, policy, now) if live else None,
        offers=offers(issue, policy) if may_act else (),
        alarm=alarm(issue, policy, now) if may_act else None,
        approvers_asked=approvers_asked(issue, policy),
        confirmed=has_confirmed,
        planned_on=_planned_on(issue.fields.get("planned-date"), status),
    )


def offered(seen: Seen) -> tuple[Offer, ...]:
    """The buttons of whoever looks at the request."""
    return offers(seen.request.issue, seen.request.policy) if _may_act(seen) else ()


def _may_act(seen: Seen) -> bool:
    """The documents give buttons to customers, and dry run gives them to nobody."""
    return seen.viewer.side is Side.CUSTOMER and seen.request.bound.binding.mode is Mode.ON


def _planned_on(written: object, status: Status | None) -> date | None:
    """The day of a planned operation (C11), where it is one and the day is written."""
    if status is None or status.role is not StatusRole.PLANNED:
        return None
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError:
        return None
