"""Asks every rule about every event of an issue, settles what they cannot both have, and says when to look again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from automation_rules.actions import Action, MoveTo
from automation_rules.chronology import orderly
from automation_rules.conditions import examine
from automation_rules.decision import Decision, Outcome
from automation_rules.events import Event, derive
from automation_rules.facts import Issue
from automation_rules.model import Rule
from automation_rules.policy import Policy
from automation_rules.question import Question
from automation_rules.rules import (
    escalation,
    follow_up,
    imputation,
    inactivity,
    labelling,
    notification,
    reopening,
    sharing,
    sla_watch,
    transfer,
    transition_on_event,
    unblocked,
    workflow_guard,
)

LOOK_BACK = timedelta(days=30)
"""Events older than this are history: clocks read it, no rule acts on it any more."""


@dataclass(frozen=True)
class Kind:
    """One kind of rule: the events a rule looks at, and how it answers."""

    listens: Callable[[Any], tuple[type[Event], ...]]
    evaluate: Callable[[Any, Question], Decision]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "inactivity": Kind(inactivity.listens, inactivity.evaluate),
        "imputation": Kind(imputation.listens, imputation.evaluate),
        "reopening": Kind(reopening.listens, reopening.evaluate),
        "transition_on_event": Kind(transition_on_event.listens, transition_on_event.evaluate),
        "workflow_guard": Kind(workflow_guard.listens, workflow_guard.evaluate),
        "notification": Kind(notification.listens, notification.evaluate),
        "escalation": Kind(escalation.listens, escalation.evaluate),
        "sharing": Kind(sharing.listens, sharing.evaluate),
        "label": Kind(labelling.listens, labelling.evaluate),
        "transfer": Kind(transfer.listens, transfer.evaluate),
        "unblocked": Kind(unblocked.listens, unblocked.evaluate),
        "follow_up": Kind(follow_up.listens, follow_up.evaluate),
        "sla_watch": Kind(sla_watch.listens, sla_watch.evaluate),
    }
)


@dataclass(frozen=True)
class Review:
    """What all rules answer about an issue now.

    `actions` are to be carried out in order: none is done already, at most one is a move. `next_at` (UTC) is the
    earliest instant at which an answer may change by itself.
    """

    decisions: tuple[Decision, ...]
    actions: tuple[Action, ...]
    next_at: datetime | None


def decide(event: Event, issue: Issue, policy: Policy, now: datetime) -> list[Decision]:
    """What every rule of the policy answers about one event, in the order of the file."""
    issue = orderly(issue)
    return [_answer(rule, event, issue, policy, now) for rule in policy.document.rules]


def review(issue: Issue, policy: Policy, now: datetime) -> Review:
    """What is to be done about an issue now, and why; each rule has at least one decision.

    Events before the binding was enabled, or older than 30 days, are not acted upon. Whatever the order in which the
    history was read, the review is the same.
    """
    issue = orderly(issue)
    events = derive(issue, max(policy.binding.enabled_at, now - LOOK_BACK), now)
    decisions = [decision for rule in policy.document.rules for decision in _about(rule, events, issue, policy, now)]
    decisions = _settled(decisions)
    waits = [decision.until for decision in decisions if decision.until is not None and decision.until > now]
    actions = tuple(action for decision in decisions for action in decision.actions)
    return Review(tuple(decisions), actions, min(waits, default=None))


def _about(rule: Rule, events: list[Event], issue: Issue, policy: Policy, now: datetime) -> list[Decision]:
    """One rule's decisions on the events it looks at; one that says so when there was none."""
    heard = [event for event in events if isinstance(event, KINDS[rule.kind].listens(rule))]
    if not heard:
        silence = "nothing this rule looks at has happened lately"
        return [Question(rule=rule.id, event=events[-1], issue=issue, policy=policy, now=now).not_concerned(silence)]
    return [_answer(rule, event, issue, policy, now) for event in heard]


def _answer(rule: Rule, event: Event, issue: Issue, policy: Policy, now: datetime) -> Decision:
    asked = Question(rule=rule.id, event=event, issue=issue, policy=policy, now=now)
    kind = KINDS[rule.kind]
    if policy.graph(issue) is None:
        return asked.not_concerned(f"“{issue.issue_type}” is none of the pack's request types")
    if not isinstance(event, kind.listens(rule)):
        return asked.not_concerned(f"a rule of kind {rule.kind} does not look at this event")
    verdict = examine(rule.when, issue, policy.pack, event.at, policy.calendar().time_zone)
    if not verdict.holds:
        return asked.not_concerned(verdict.because)
    return kind.evaluate(rule, asked)


def _settled(decisions: list[Decision]) -> list[Decision]:
    """The decisions with one wish per natural key, and one move at most: the first rule of the file wins."""
    settled: list[Decision] = []
    wanted: dict[str, str] = {}
    mover: str | None = None
    for decision in decisions:
        moves = any(isinstance(action, MoveTo) for action in decision.actions)
        if moves and mover is not None:
            settled.append(_withdrawn(decision, f"superseded by {mover}: one move at a time"))
            continue
        new = tuple(action for action in decision.actions if action.key not in wanted)
        wanted |= {action.key: decision.rule for action in new}
        if decision.actions and not new:
            settled.append(_withdrawn(decision, "an earlier event asks for the same"))
            continue
        mover = decision.rule if moves else mover
        settled.append(replace(decision, actions=new))
    return settled


def _withdrawn(decision: Decision, because: str) -> Decision:
    outcome = Outcome.NOT_CONCERNED if decision.outcome is Outcome.ACT else decision.outcome
    return replace(decision, outcome=outcome, actions=(), reasons=(*decision.reasons, because))
