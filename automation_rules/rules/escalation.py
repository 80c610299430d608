"""Alerts the named roles when a customer escalates an open request, and tells the customer so (C28-C31)."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from automation_rules import messages, titles
from automation_rules.actions import Notify
from automation_rules.chronology import status_at
from automation_rules.decision import Decision
from automation_rules.events import Escalated, Event
from automation_rules.facts import Escalation, Issue
from automation_rules.model import EscalationRule
from automation_rules.question import Question
from workflows.model import StatusRole


def listens(_: EscalationRule) -> tuple[type[Event], ...]:
    """Escalations."""
    return (Escalated,)


def evaluate(rule: EscalationRule, asked: Question) -> Decision:
    """Whether this escalation raises the alarm: from an open status, and not within the cool-down of another.

    A status the pack does not know counts as open: the customer may escalate at any time.
    """
    event, policy = asked.event, asked.policy
    if not isinstance(event, Escalated):
        return asked.not_concerned("only an escalation concerns this rule")
    status = status_at(asked.issue, event.at)
    if policy.role_of(status) is StatusRole.CLOSED:
        return asked.not_concerned("the request was not in an open status: a closed one is reopened instead")
    before = _alarm_before(rule, asked, event.escalation)
    if before is not None:
        return asked.not_concerned(
            f"already escalated on {asked.moment(before)}: one alarm per {rule.cool_down.words}, "
            "this one is only kept in the audit"
        )
    key = f"escalation/{rule.id}/{asked.issue.id}/{event.escalation.id}"
    values = _values(rule, asked, event.escalation, status)
    accounts, groups = policy.people(rule.roles)
    locale = policy.binding.locale
    notify = Notify(
        key=f"{key}/notify",
        rule=rule.id,
        subject=messages.render(rule.subject, locale, **values),
        text=messages.render(rule.message, locale, **values),
        account_ids=accounts,
        groups=groups,
    )
    quoted = values | {"reason": messages.quoted(values["reason"]), "summary": messages.quoted(values["summary"])}
    note = asked.internal_comment(f"{key}/note", rule.note, **quoted)
    acknowledge = asked.public_comment(f"{key}/acknowledge", rule.acknowledgement, **quoted)
    return asked.act(
        [notify, note, acknowledge], f"the customer escalated on {asked.moment(event.at)}: {values['reason']}"
    )


def _alarm_before(rule: EscalationRule, asked: Question, escalation: Escalation) -> datetime | None:
    """The alarm that was raised less than a cool-down before this escalation."""
    last: datetime | None = None
    for one in takewhile(lambda one: one.id != escalation.id, asked.issue.escalations):
        quiet = last is not None and one.at < rule.cool_down.after(last, asked.policy.calendar())
        if not quiet and asked.policy.role_of(status_at(asked.issue, one.at)) is not StatusRole.CLOSED:
            last = one.at
    if last is not None and escalation.at < rule.cool_down.after(last, asked.policy.calendar()):
        return last
    return None


def _values(rule: EscalationRule, asked: Question, escalation: Escalation, status: str | None) -> dict[str, str]:
    locale = asked.policy.binding.locale
    listed = next((r.text.in_language(locale) for r in rule.reasons if r.id == escalation.reason), None)
    parameters = {name.replace("-", "_"): str(value) for name, value in asked.policy.parameters.items()}
    return parameters | {
        "number": asked.issue.number,
        "key": asked.issue.key,
        "reason": titles.shortened(listed or titles.one_line(escalation.reason) or "—", 1000),
        "summary": titles.shortened(titles.one_line(asked.issue.summary), titles.LONGEST),
        "status": asked.policy.status_name(status) or _name_at(asked.issue, escalation.at),
    }


def _name_at(issue: Issue, instant: datetime) -> str:
    """What Jira called the status the issue was in just after an instant."""
    later = next((move for move in issue.moves if move.at > instant), None)
    return titles.one_line(issue.status_name if later is None else later.old_name)
