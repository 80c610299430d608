"""Links a new request to the closed ones that it names, which nothing reopens (D29)."""

from __future__ import annotations

from automation_rules.actions import LinkTo
from automation_rules.decision import Decision
from automation_rules.events import Created, Event
from automation_rules.question import Question
from automation_rules.request_rules import FollowUpRule


def listens(_: FollowUpRule) -> tuple[type[Event], ...]:
    """Creations."""
    return (Created,)


def evaluate(rule: FollowUpRule, asked: Question) -> Decision:
    """Whether a new request names others of its project; whether these are closed is asked when they are linked."""
    issue, event = asked.issue, asked.event
    if not isinstance(event, Created):
        return asked.not_concerned("only a new request follows another")
    if not issue.mentions:
        return asked.not_concerned("it names no other request of the project")
    links = [LinkTo(key=f"follow-up/{rule.id}/{issue.id}/{key}", rule=rule.id, other=key) for key in issue.mentions]
    return asked.act(links, f"it names {', '.join(issue.mentions)}")
