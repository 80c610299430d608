"""Labels a request when it makes a certain move, so that queues and reports find it (B14; requirements §2 #20)."""

from __future__ import annotations

from automation_rules.actions import AddLabel
from automation_rules.decision import Decision
from automation_rules.events import Event, StatusChanged
from automation_rules.question import Question
from automation_rules.request_rules import LabelRule


def listens(_: LabelRule) -> tuple[type[Event], ...]:
    """Moves, whoever made them."""
    return (StatusChanged,)


def evaluate(rule: LabelRule, asked: Question) -> Decision:
    """Whether the move is one the rule labels, and the label is not there already."""
    event, issue = asked.event, asked.issue
    if not isinstance(event, StatusChanged):
        return asked.not_concerned("only moves are labelled")
    move = event.move
    if move.old not in rule.from_ or move.new not in rule.to:
        return asked.not_concerned(f"a move from {move.old or move.old_name} to {move.new or move.new_name}")
    if rule.label in issue.labels:
        return asked.not_concerned(f"the label {rule.label} is there already")
    label = AddLabel(key=f"label/{rule.id}/{issue.id}/{move.id}", rule=rule.id, label=rule.label)
    return asked.act([label], f"moved from {move.old} to {move.new} on {asked.moment(move.at)}")
