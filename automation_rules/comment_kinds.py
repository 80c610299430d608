"""Tells the kinds of public comment apart that document D sends different mails for (requirements §2 #33)."""

from __future__ import annotations

from datetime import datetime

from automation_rules.durations import DurationValue
from automation_rules.facts import Audience, Comment, Issue, Side
from automation_rules.policy import Policy
from automation_rules.request_rules import CommentKind
from workflows.model import StatusRole

PARTICIPANTS = "participants"
"""The pack's field that holds who reads along: Jira Service Management's own (D20, D22)."""


def kind_of(comment: Comment, issue: Issue, policy: Policy, within: DurationValue) -> CommentKind | None:
    """The kind of a comment; None for an internal one, and for what no person wrote.

    Who adds participants, or moves the request to wait for an answer, shortly before or after commenting (`within`)
    does both in one go: Jira writes the two apart.
    """
    if comment.audience is not Audience.PUBLIC or not comment.by.is_human:
        return None
    if comment.by.side is Side.CUSTOMER:
        by_reporter = issue.reporter is not None and issue.reporter.account_id == comment.by.account_id
        return CommentKind.REPORTER if by_reporter else CommentKind.THIRD_PERSON

    def together(at: datetime) -> bool:
        first, second = sorted([at, comment.at])
        return second <= within.after(first, policy.calendar())

    edits = (e for e in issue.edits if e.known_as == PARTICIPANTS and e.by.account_id == comment.by.account_id)
    if any(together(edit.at) for edit in edits):
        return CommentKind.AGENT_WITH_COPIES
    moves = (m for m in issue.moves if policy.role_of(m.new) is StatusRole.WAITING_CUSTOMER)
    if any(together(move.at) and move.by.account_id == comment.by.account_id for move in moves):
        return CommentKind.AGENT_WAITING
    return CommentKind.AGENT_ALONE
