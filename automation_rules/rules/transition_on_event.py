"""Moves a request when something happens to it: an assignment (B8), a public answer (B10), a confirmation (A14)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automation_rules.actions import MoveTo
from automation_rules.chronology import sets_resolution
from automation_rules.conditions import examine
from automation_rules.decision import Decision
from automation_rules.events import Commented, Edited, Event, StatusChanged
from automation_rules.facts import Audience, Issue, Side
from automation_rules.model import TransitionRule, Trigger
from automation_rules.question import Question

_EVENTS: Mapping[Trigger, tuple[type[Event], ...]] = MappingProxyType(
    {
        Trigger.ASSIGNED: (Edited,),
        Trigger.PUBLIC_AGENT_COMMENT: (Commented,),
        Trigger.CUSTOMER_MOVED: (StatusChanged,),
        Trigger.CUSTOMER_CONFIRMED: (Edited,),
    }
)


def listens(rule: TransitionRule) -> tuple[type[Event], ...]:
    """The kind of event the rule's trigger is."""
    return _EVENTS[rule.on]


def evaluate(rule: TransitionRule, asked: Question) -> Decision:
    """Whether the event is the rule's trigger, later than the entry into the status it looks at."""
    issue, event = asked.issue, asked.event
    zone = asked.policy.calendar().time_zone
    verdict = examine(rule.while_, issue, asked.policy.pack, asked.now, zone)
    if not verdict.holds:
        return asked.not_concerned(verdict.because)
    if not _triggers(rule.on, event, issue):
        return asked.not_concerned(f"the event is not: {rule.on.value}")
    if event.at < issue.status_since:
        return asked.not_concerned(f"it is older than the status, entered on {asked.moment(issue.status_since)}")
    if isinstance(event, Commented) and _replied_to(event, issue):
        return asked.not_concerned(f"{event.id} is an answer, and the customer has written since")
    to = asked.policy.destination(rule.to)
    if to is None:
        return asked.not_concerned("the binding leaves this move to the team")
    transition = asked.our_transition(to, rule.transition)
    move = MoveTo(
        key=f"transition/{rule.id}/{issue.id}/{event.id}",
        rule=rule.id,
        from_status=issue.status,
        to_status=to,
        transition=transition.id if transition else None,
    )
    return asked.act([move], f"{rule.on.value} on {asked.moment(event.at)}", verdict.because)


def _replied_to(event: Commented, issue: Issue) -> bool:
    """Whether the customer had the word after this comment: seen late, it is no longer they who are awaited."""
    later = (comment for comment in issue.comments if comment.at > event.at and comment.audience is Audience.PUBLIC)
    return any(comment.by.side is Side.CUSTOMER for comment in later)


def _triggers(on: Trigger, event: Event, issue: Issue) -> bool:
    if on is Trigger.CUSTOMER_CONFIRMED:
        return isinstance(event, Edited) and event.edit.by.side is Side.CUSTOMER and sets_resolution(event.edit, issue)
    if isinstance(event, Commented):
        return event.comment.by.side is Side.AGENT and event.comment.audience is Audience.PUBLIC
    if isinstance(event, StatusChanged):
        return event.move.by.side is Side.CUSTOMER
    return isinstance(event, Edited) and event.edit.field == "assignee" and event.edit.new is not None
