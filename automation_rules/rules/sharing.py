"""Shares a request with the people an agent names in a field: the third person asked (D6, D12), other teams (B9)."""

from __future__ import annotations

from automation_rules import messages
from automation_rules.actions import AddParticipants
from automation_rules.decision import Decision
from automation_rules.events import Edited, Event
from automation_rules.facts import Side
from automation_rules.question import Question
from automation_rules.request_rules import SharingRule


def listens(_: SharingRule) -> tuple[type[Event], ...]:
    """Changes of fields."""
    return (Edited,)


def evaluate(rule: SharingRule, asked: Question) -> Decision:
    """Whether an agent has named somebody in the field who does not yet take part by this rule.

    The field is read as it is now: who was named and taken out again is not added. Everybody is added once; who was
    removed from the participants by a person afterwards stays removed.
    """
    event, issue = asked.event, asked.issue
    if not isinstance(event, Edited) or event.edit.known_as != rule.field:
        return asked.not_concerned(f"the field {rule.field} did not change")
    if event.edit.by.side is not Side.AGENT:
        return asked.not_concerned(f"the field {rule.field} was changed by {event.edit.by.side.value}, not by an agent")
    held = issue.fields.get(rule.field) or ()
    named = (held,) if isinstance(held, str) else tuple(map(str, held))
    reporter = issue.reporter.account_id if issue.reporter else None
    accounts = [account for account in dict.fromkeys(named) if account != reporter]
    if not accounts:
        return asked.not_concerned(f"the field {rule.field} names nobody besides the reporter")
    actions = [
        AddParticipants(key=f"sharing/{rule.id}/{issue.id}/{account}", rule=rule.id, account_ids=(account,))
        for account in accounts
    ]
    return asked.act(actions, f"an agent filled {rule.field} on {asked.moment(event.at)}", _told(rule, asked))


def _told(rule: SharingRule, asked: Question) -> str:
    told = "Jira Service Management tells whoever becomes a participant"
    if rule.subject is None:
        return told
    return f"{told}, as “{messages.render(rule.subject, asked.policy.binding.locale, **asked.names())}”"
