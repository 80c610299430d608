"""Tells what will happen to an issue, and when, if nobody acts: the review of now, then of each instant it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from automation_rules.actions import Action, AddComment, Assign, CreateSubtask, MoveTo
from automation_rules.chronology import orderly
from automation_rules.decide import review
from automation_rules.facts import Comment, Issue, Move, Person, Side, Subtask
from automation_rules.policy import Policy

HORIZON = timedelta(days=400)
"""No promise of the documents is longer; a parameter that is gets no forecast beyond."""

MOST_STEPS = 100
"""Reviews in one forecast at most: rules that answer each other for ever end here instead of never."""

_RELANCE = Person("relance", Side.RELANCE)


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """One action to come: when, by which rule and why, as far as is known now."""

    at: datetime
    action: Action
    reasons: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"{self.at:%Y-%m-%d %H:%M} UTC: {self.action.summary} ({self.action.rule})"


def forecast(issue: Issue, policy: Policy, now: datetime, horizon: timedelta = HORIZON) -> tuple[Foreseen, ...]:
    """The actions from `now` on, in order, each carried out the moment it may be, nobody else acting."""
    foreseen: list[Foreseen] = []
    issue, at = orderly(issue), now
    for _ in range(MOST_STEPS):
        reviewed = review(issue, policy, at)
        if reviewed.actions:
            action = reviewed.actions[0]
            reasons = next(d.reasons for d in reviewed.decisions if action in d.actions)
            foreseen.append(Foreseen(at=at, action=action, reasons=reasons))
            issue = supposed(issue, action, at)
        elif reviewed.next_at is None or reviewed.next_at > now + horizon:
            break
        else:
            at = reviewed.next_at
    return tuple(foreseen)


def supposed(issue: Issue, action: Action, at: datetime) -> Issue:
    """The issue as it will read once the action is carried out at that instant."""
    issue = replace(issue, done={**issue.done, action.key: at})
    mark = f"supposed-{len(issue.done)}"
    match action:
        case AddComment():
            comment = Comment(id=mark, at=at, by=_RELANCE, audience=action.audience, text=action.text)
            return replace(issue, comments=(*issue.comments, comment))
        case MoveTo():
            move = Move(id=mark, at=at, by=_RELANCE, old=issue.status, new=action.to_status, old_name=issue.status_name)
            return replace(
                issue,
                moves=(*issue.moves, move),
                status=action.to_status,
                status_name=action.to_status,
                resolution=action.resolution,
            )
        case CreateSubtask():
            subtask = Subtask(id=mark, key=mark, summary=action.title, imputation_month=action.month)
            return replace(issue, subtasks=(*issue.subtasks, subtask))
        case Assign():
            assignee = Person(action.account_id, Side.AGENT) if action.account_id else None
            return replace(issue, assignee=assignee)
        case _:
            return issue
