"""Brings a request back to work when its customer writes on it (C9, C18, C27; requirements §2 #24)."""

from __future__ import annotations

from automation_rules.actions import MoveTo
from automation_rules.conditions import examine
from automation_rules.decision import Decision
from automation_rules.events import Commented, Event
from automation_rules.facts import Audience, Side
from automation_rules.model import ReopeningRule
from automation_rules.question import Question


def listens(_: ReopeningRule) -> tuple[type[Event], ...]:
    """Comments."""
    return (Commented,)


def evaluate(rule: ReopeningRule, asked: Question) -> Decision:
    """Whether this comment is the customer's answer to the status the request is in now."""
    issue, event = asked.issue, asked.event
    if not isinstance(event, Commented):
        return asked.not_concerned("only comments reopen a request")
    calendar = asked.policy.calendar(rule.calendar)
    verdict = examine(rule.while_, issue, asked.policy.pack, asked.now, calendar.time_zone)
    if not verdict.holds:
        return asked.not_concerned(verdict.because)
    if event.comment.by.side is not Side.CUSTOMER or event.comment.audience is not Audience.PUBLIC:
        return asked.not_concerned("the comment is not a public one by a customer")
    if event.at <= issue.status_since:
        return asked.not_concerned(
            f"the comment is older than the status, entered on {asked.moment(issue.status_since)}"
        )
    if rule.within is not None and event.at > rule.within.after(issue.status_since, calendar):
        return asked.not_concerned(f"the customer answered later than {rule.within.words} after {issue.status}")
    transition = asked.our_transition(rule.to)
    move = MoveTo(
        key=f"reopening/{rule.id}/{issue.id}/{event.comment.id}",
        rule=rule.id,
        from_status=issue.status,
        to_status=rule.to,
        transition=transition.id if transition else None,
    )
    return asked.act([move], f"the customer answered on {asked.moment(event.at)}", verdict.because)
