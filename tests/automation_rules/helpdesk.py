"""Document D's ticket #1898 on paper: Marie asks, Sébastien works, the RH and a colleague help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from automation_rules.actions import AddComment, Notify
from automation_rules.decide import Review
from automation_rules.facts import Person, Side
from automation_rules.policy import Policy
from tests.automation_rules.desk import SEBASTIEN, START, Story, policy

RH = Person("rh", Side.CUSTOMER)
COLLEAGUE = Person("colleague", Side.CUSTOMER)
SUMMARY = "Arrivée de Jean MARTIN dans l'agence Toulouse le 01/08"
MINUTE = timedelta(minutes=1)


def desk(**changes: Any) -> Policy:
    """The policy of document D."""
    return policy("internal-helpdesk", **changes)


def ticket(**facts: Any) -> Story:
    """Marie's ticket, made on the portal and given to Sébastien."""
    known = {
        "key": "FRAM-1898",
        "issue_type": "Ticket de support",
        "summary": SUMMARY,
        "status": "new",
        "status_name": "Nouveau ticket",
        "created": START,
        "assignee": SEBASTIEN,
    }
    return Story(**{**known, **facts})


def taken() -> Story:
    """The ticket once Sébastien works on it; its arrival was told."""
    story = ticket()
    story.run(desk(), START)
    return story.move("in-progress", START + MINUTE)


def waiting() -> Story:
    """The ticket while Marie's answer is awaited, since an hour after its creation."""
    at = START + timedelta(hours=1)
    return taken().comment(SEBASTIEN, at, "Sur quel PC ?").move("waiting-customer", at)


def mails(reviewed: Review) -> list[str]:
    """The subjects of what a review would send: the first line of public comments, and Jira's messages to the team."""
    told: list[str] = []
    for action in reviewed.actions:
        if isinstance(action, AddComment):
            told.append(action.text.split("\n", maxsplit=1)[0].strip("*"))
        if isinstance(action, Notify):
            told.append(action.subject)
    return told
