"""Defines what a rule is asked: one event about one issue at one instant; and the four ways it may answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from automation_rules import messages, titles
from automation_rules.actions import Action, AddComment
from automation_rules.decision import Decision, Outcome
from automation_rules.events import Event
from automation_rules.facts import Audience, Issue
from automation_rules.policy import Policy
from workflows.model import Actor, Transition


@dataclass(frozen=True, kw_only=True)
class Question:
    """One event about one issue, put to the rule `rule`; the issue's history is in order."""

    rule: str
    event: Event
    issue: Issue
    policy: Policy
    now: datetime

    def not_concerned(self, *reasons: str) -> Decision:
        """The rule has nothing to do here."""
        return Decision(rule=self.rule, event=self.event.id, outcome=Outcome.NOT_CONCERNED, reasons=reasons)

    def wait(self, until: datetime, *reasons: str) -> Decision:
        """The rule may act at `until`, if nothing happens before."""
        return Decision(rule=self.rule, event=self.event.id, outcome=Outcome.WAIT, reasons=reasons, until=until)

    def act(self, actions: Iterable[Action], *reasons: str, until: datetime | None = None) -> Decision:
        """The rule wants these actions; those already carried out are left out, and told when nothing remains."""
        wanted = tuple(actions)
        left = tuple(action for action in wanted if action.key not in self.issue.done)
        if not left:
            done = max(self.issue.done[action.key] for action in wanted)
            return self.not_concerned(*reasons, f"already done on {self.moment(done)}")
        return Decision(
            rule=self.rule, event=self.event.id, outcome=Outcome.ACT, reasons=reasons, actions=left, until=until
        )

    def violation(self, actions: Iterable[Action], *reasons: str, until: datetime | None = None) -> Decision:
        """A promise was broken by a person; the actions say so in Jira, or put it right."""
        left = tuple(action for action in actions if action.key not in self.issue.done)
        return Decision(
            rule=self.rule, event=self.event.id, outcome=Outcome.VIOLATION, reasons=reasons, actions=left, until=until
        )

    def public_comment(self, key: str, message: str, /, *, headed_by: str | None = None, **values: str) -> AddComment:
        """A comment the customer reads, in the binding's language, ending with how to answer and this rule's id.

        `headed_by` is the message that is its subject, where the document gives it one.
        """
        locale = self.policy.binding.locale
        text = messages.public(message, locale, self.rule, **values)
        if headed_by is not None:
            text = f"**{messages.render(headed_by, locale, **values)}**\n\n{text}"
        return AddComment(key=key, rule=self.rule, audience=Audience.PUBLIC, message=message, text=text)

    def internal_comment(self, key: str, message: str, /, **values: str) -> AddComment:
        """A comment only the team reads."""
        text = messages.internal(message, self.policy.binding.locale, self.rule, **values)
        return AddComment(key=key, rule=self.rule, audience=Audience.INTERNAL, message=message, text=text)

    def moment(self, at: datetime) -> str:
        """An instant for a reason, on the desk's wall: `2026-11-12 10:00`."""
        return f"{at.astimezone(ZoneInfo(self.policy.calendar().time_zone)):%Y-%m-%d %H:%M}"

    def day(self, at: datetime) -> str:
        """A date for a customer: `22 novembre 2026`."""
        return messages.day(at, self.policy.binding.locale, self.policy.calendar().time_zone)

    def names(self) -> dict[str, str]:
        """The request's number, key and summary on one line, and the policy's text parameters, for any message."""
        parameters = {name.replace("-", "_"): str(value) for name, value in self.policy.parameters.items()}
        summary = titles.shortened(titles.one_line(self.issue.summary), titles.LONGEST)
        return parameters | {"number": self.issue.number, "key": self.issue.key, "summary": summary}

    def our_transition(self, to: str, wanted: str | None = None) -> Transition | None:
        """The transition the app takes to a status: one that is the app's alone, else one it may take, else any.

        `wanted` is the id of the only one that will do.
        """
        graph = self.policy.graph(self.issue)
        leading = graph.transitions(self.issue.status, to) if graph and self.issue.status else ()
        candidates = [transition for transition in leading if wanted in {None, transition.id}]
        return min(candidates, key=_readiness, default=None)


def _readiness(transition: Transition) -> int:
    if set(transition.by) == {Actor.APP}:
        return 0
    return 1 if Actor.APP in transition.by else 2
