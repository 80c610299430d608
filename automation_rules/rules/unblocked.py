"""Tells the team that a request can go on, once every issue that blocked it is done (E23)."""

from __future__ import annotations

from automation_rules import messages
from automation_rules.conditions import examine
from automation_rules.decision import Decision
from automation_rules.events import Event, TimePassed
from automation_rules.question import Question
from automation_rules.request_rules import UnblockedRule


def listens(_: UnblockedRule) -> tuple[type[Event], ...]:
    """Nothing that happens to the request itself: it is another one that is done."""
    return (TimePassed,)


def evaluate(rule: UnblockedRule, asked: Question) -> Decision:
    """Whether the request stands where the rule looks, and nothing blocks it any more; told once per stay."""
    issue = asked.issue
    verdict = examine(rule.while_, issue, asked.policy.pack, asked.now, asked.policy.calendar().time_zone)
    if not verdict.holds:
        return asked.not_concerned(verdict.because)
    if not issue.blockers:
        return asked.not_concerned("no other issue blocks it")
    left = [blocker.key for blocker in issue.blockers if not blocker.done]
    if left:
        return asked.not_concerned(f"it is blocked by {', '.join(left)}")
    done = ", ".join(blocker.key for blocker in issue.blockers)
    words = {"number": issue.number, "key": issue.key, "blockers": messages.quoted(done)}
    key = f"unblocked/{rule.id}/{issue.id}/{issue.status_since:%Y%m%dT%H%M%SZ}"
    return asked.act([asked.internal_comment(key, rule.note, **words)], f"{done} blocked it and is done")
