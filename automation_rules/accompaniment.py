"""Says which comment came with which move: Jira writes the two apart, and one comment speaks of one move only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from automation_rules.durations import DurationValue
from automation_rules.facts import Comment, Issue, Move
from automation_rules.policy import Policy
from workflows.model import Requirement

SPOKEN = frozenset({Requirement.PUBLIC_COMMENT, Requirement.REASON})
"""What a comment fulfils of what a transition may require."""

AT_ONCE = timedelta(seconds=5)
"""What Jira writes for one click on a transition with a comment is never further apart."""

_Near = Callable[[datetime, datetime], bool]


def comment_of(
    move: Move, issue: Issue, policy: Policy, within: DurationValue, speaks: Callable[[Comment], bool]
) -> Comment | None:
    """The comment that came with a move, among those that `speaks` accepts; None when there is none of its own.

    A comment belongs to the move it was written with in one go. Any other belongs, within `within`, to a move that has
    none yet: rather to one of its author's than to somebody else's, rather to one whose transition requires a comment,
    then to the nearest.
    """
    calendar = policy.calendar()

    def near(one: datetime, other: datetime) -> bool:
        first, second = sorted([one, other])
        return second <= within.after(first, calendar)

    spoken = [comment for comment in issue.comments if speaks(comment)]
    around = [comment for comment in spoken if near(comment.at, move.at)]
    rivals = [one for one in issue.moves if any(near(one.at, c.at) for c in around)]
    told = [comment for comment in spoken if any(near(one.at, comment.at) for one in rivals)]
    return _shared_out(told, rivals, near, policy, issue).get(move.id)


def _shared_out(
    comments: list[Comment], moves: list[Move], near: _Near, policy: Policy, issue: Issue
) -> dict[str, Comment]:
    """One comment for each move that has one, by the id of the move."""
    owed = {move.id for move in moves if _requires_one(move, policy, issue)}
    given: dict[str, Comment] = {}

    def rank(move: Move, comment: Comment) -> tuple[bool, bool, timedelta, datetime]:
        stranger = move.by.account_id != comment.by.account_id
        return (stranger, move.id not in owed, abs(move.at - comment.at), move.at)

    def give(comment: Comment, candidates: list[Move]) -> bool:
        free = [move for move in candidates if move.id not in given]
        if free:
            given[min(free, key=lambda move: rank(move, comment)).id] = comment
        return bool(free)

    def in_one_go(comment: Comment) -> list[Move]:
        return [move for move in moves if abs(move.at - comment.at) <= AT_ONCE]

    left = [comment for comment in comments if not give(comment, in_one_go(comment))]
    for comment in left:
        give(comment, [move for move in moves if near(move.at, comment.at)])
    return given


def _requires_one(move: Move, policy: Policy, issue: Issue) -> bool:
    graph = policy.graph(issue)
    leading = graph.transitions(move.old, move.new) if graph and move.old and move.new else ()
    return any(SPOKEN & set(transition.requires) for transition in leading)
