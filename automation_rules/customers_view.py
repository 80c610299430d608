"""Says of one request what its customer may know and do: the documented steps, what is awaited of them, their moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from automation_rules.accompaniment import SPOKEN
from automation_rules.actions import AddComment, MoveTo
from automation_rules.chronology import orderly
from automation_rules.facts import Audience, Issue
from automation_rules.forecast import forecast
from automation_rules.model import EscalationRule, InactivityRule
from automation_rules.policy import Policy
from workflows.graph import Graph
from workflows.main_path import main_path
from workflows.model import Actor, Approval, Status, StatusRole, Transition


class Place(StrEnum):
    """Where a step stands for the request."""

    PAST = "past"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One documented step; `at` is when the request last entered it, None for what is still to come."""

    status: Status
    place: Place
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """An answer of the customer is awaited: when they are reminded next, and when the request is closed without it."""

    reminder_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A move the document gives the customer in the present status, and whether words may or must come with it."""

    transition: Transition
    words: bool
    words_required: bool


def status_of(issue: Issue, policy: Policy) -> Status | None:
    """The pack's status the request is in; None for one that the pack does not know."""
    return next((status for status in policy.pack.statuses if status.id == issue.status), None)


def steps(issue: Issue, policy: Policy) -> tuple[Step, ...]:
    """The documented steps in order, the present one among them, a wait in its place; nothing for unknown statuses.

    What the request passed by without is left out.
    """
    graph, present = policy.graph(issue), status_of(issue, policy)
    if graph is None or present is None:
        return ()
    issue = orderly(issue)
    path = list(main_path(graph, policy.pack))
    entered = _entered(issue, graph)
    if present.id not in path:
        _put_in(path, present, issue, policy)
    now = path.index(present.id)
    known = {status.id: status for status in policy.pack.statuses}
    past = [Step(status=known[s], place=Place.PAST, at=entered[s]) for s in path[:now] if s in entered]
    here = Step(status=present, place=Place.NOW, at=issue.status_since)
    return (*past, here, *(Step(status=known[s], place=Place.NEXT) for s in path[now + 1 :]))


def _entered(issue: Issue, graph: Graph) -> dict[str, datetime]:
    entered = {(issue.moves[0].old if issue.moves else issue.status) or graph.workflow.initial: issue.created}
    return entered | {move.new: move.at for move in issue.moves if move.new is not None}


def _put_in(path: list[str], present: Status, issue: Issue, policy: Policy) -> None:
    """Puts a status of no step in: for the step of its role, else behind the last step before it that was open."""
    alike = next((s for s in path if policy.role_of(s) is present.role), None)
    if alike is not None:
        path[path.index(alike)] = present.id
        return
    before = [status for move in reversed(issue.moves) for status in (move.new, move.old) if status in path]
    open_ones = [status for status in before if status and policy.role_of(status) is not StatusRole.CLOSED]
    path.insert(path.index(open_ones[0]) + 1 if open_ones else 1, present.id)


def offers(issue: Issue, policy: Policy) -> tuple[Offer, ...]:
    """The customer's moves from the present status, in the order of the document.

    Not what Jira's own approval asks of named people (A39), nor a confirmation that was given already (A14).
    """
    graph = policy.graph(issue)
    if graph is None or issue.status is None:
        return ()
    asked = {id_ for approval in _approvals(issue, graph) for id_ in (approval.approved, approval.refused)}
    return tuple(
        _offer(transition, issue, policy)
        for transition in graph.outgoing(issue.status)
        if Actor.CUSTOMER in transition.by
        and transition.id not in asked
        and not (transition.to == issue.status and issue.resolution)
    )


def _offer(transition: Transition, issue: Issue, policy: Policy) -> Offer:
    """Words are welcome with an answer that keeps the request open; with others, a rule would hear a new answer."""
    required = bool(SPOKEN & set(transition.requires))
    asked = policy.role_of(issue.status) in {StatusRole.WAITING_CUSTOMER, StatusRole.ANSWERED, StatusRole.CLOSED}
    stays_open = transition.to != issue.status and policy.role_of(transition.to) is not StatusRole.CLOSED
    return Offer(transition=transition, words=required or (asked and stays_open), words_required=required)


def _approvals(issue: Issue, graph: Graph) -> tuple[Approval, ...]:
    """Jira's own approvals that are asked for in the present status: somebody is named."""
    return tuple(a for a in graph.workflow.approvals if a.status == issue.status and issue.fields.get(a.field))


def approvers_asked(issue: Issue, policy: Policy) -> bool:
    """Whether named people answer by Jira's own approval instead of by a move (A40)."""
    graph = policy.graph(issue)
    return graph is not None and bool(_approvals(issue, graph))


def confirmed(issue: Issue, policy: Policy) -> bool:
    """Whether the customer has confirmed, where a confirmation leaves the closing to the team (A14, A45)."""
    graph = policy.graph(issue)
    if graph is None or issue.status is None or not issue.resolution:
        return False
    return any(t.to == issue.status and Actor.CUSTOMER in t.by for t in graph.outgoing(issue.status))


def awaited(issue: Issue, policy: Policy, now: datetime) -> Awaited | None:
    """What happens to a request whose customer is awaited and stays silent; None where nothing is awaited of them."""
    status = status_of(issue, policy)
    if status is None or not status.answer_expected or confirmed(issue, policy):
        return None
    silence = {rule.id for rule in policy.document.rules if isinstance(rule, InactivityRule)}
    coming = [one for one in forecast(issue, policy, now) if one.action.rule in silence]
    closes = next((one.at for one in coming if isinstance(one.action, MoveTo)), None)
    reminders = [
        one.at
        for one in coming
        if isinstance(one.action, AddComment) and one.action.audience is Audience.PUBLIC and one.at != closes
    ]
    reminder = reminders[0] if reminders and (closes is None or reminders[0] < closes) else None
    return Awaited(reminder_at=reminder, closes_at=closes)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The customer may escalate (C28): the documented reasons, and when the alarm was raised if that still counts."""

    rule: EscalationRule
    raised_at: datetime | None
    phone_numbers: str | None


def alarm(issue: Issue, policy: Policy, now: datetime) -> Alarm | None:
    """How the request can be escalated; None where the document knows no escalation, and for a closed request."""
    rule = next((rule for rule in policy.document.rules if isinstance(rule, EscalationRule)), None)
    if rule is None or policy.role_of(issue.status) is StatusRole.CLOSED:
        return None
    last = max((one.at for one in issue.escalations), default=None)
    quiet = last is not None and now < rule.cool_down.after(last, policy.calendar())
    phone = policy.parameters.get("phone-numbers")
    return Alarm(rule=rule, raised_at=last if quiet else None, phone_numbers=str(phone) if phone else None)
