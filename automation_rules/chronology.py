"""Reads an issue's history as one story: in order, nothing twice, who was active, which status held when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from automation_rules.facts import Comment, Edit, Escalation, Issue, Move, Reprieve, Side, Subtask, Worklog

_Dated = TypeVar("_Dated", Move, Edit, Comment, Worklog, Escalation, Reprieve)

NOISE = frozenset(
    {
        "rank",
        "link",
        "issuelinks",
        "remoteissuelink",
        "worklogid",
        "worklogtimespent",
        "timespent",
        "timeestimate",
        "timeoriginalestimate",
        "aggregatetimespent",
        "sprint",
        "watches",
        "votes",
        "lastviewed",
    }
)
"""Fields whose change is nobody's word on the request: clocks, links and orders of lists (requirements §2 #4)."""

_RANKED = frozenset({"Ranked higher", "Ranked lower"})
"""Jira writes a change of rank under the id of a custom field, without values, with one of these two texts."""


def orderly(issue: Issue) -> Issue:
    """The same issue with each part of its history oldest first and nothing twice, however it was read."""
    return replace(
        issue,
        moves=_told_once(issue.moves, lambda m: m.id),
        edits=_told_once(issue.edits, lambda e: f"{e.id}/{e.field}"),
        comments=_told_once(issue.comments, lambda c: c.id),
        worklogs=_told_once(issue.worklogs, lambda w: w.id),
        escalations=_told_once(issue.escalations, lambda x: x.id),
        reprieves=_told_once(issue.reprieves, lambda r: r.id),
        subtasks=_subtasks(issue.subtasks),
    )


def _told_once(parts: Iterable[_Dated], identity: Callable[[_Dated], str]) -> tuple[_Dated, ...]:
    once = {identity(part): part for part in parts}
    # Jira's ids are numbers in text: the shorter one is the older one among those of the same instant.
    return tuple(sorted(once.values(), key=lambda part: (part.at, len(part.id), identity(part))))


def _subtasks(subtasks: Iterable[Subtask]) -> tuple[Subtask, ...]:
    once = {subtask.id: subtask for subtask in subtasks}
    return tuple(sorted(once.values(), key=lambda subtask: (len(subtask.id), subtask.id)))


def status_at(issue: Issue, instant: datetime) -> str | None:
    """The pack's status the issue was in just after `instant`; None when the pack does not know it."""
    later = next((move for move in issue.moves if move.at > instant), None)
    return issue.status if later is None else later.old


def first_after(issue: Issue, instant: datetime) -> datetime | None:
    """When the history goes on after an instant: Jira's clock may be ahead of ours. None when it does not."""
    parts: list[Move | Edit | Comment] = [*issue.moves, *issue.edits, *issue.comments]
    return min((at for at in (issue.created, *(part.at for part in parts)) if at > instant), default=None)


def entered(issue: Issue, belongs: Callable[[str | None], bool]) -> datetime:
    """When the issue entered the statuses that belong together and that it is in now, in its present stay."""
    since = issue.created
    for move in issue.moves:
        if belongs(move.new) and not belongs(move.old):
            since = move.at
    return since


def human_activity(
    issue: Issue, *, customer_only: bool = False, ignored: frozenset[str] = frozenset()
) -> list[datetime]:
    """When humans said or changed something: comments, moves and edits that mean something.

    Worklogs, sub-tasks, links and ranks never count, nor do the fields in `ignored` (Jira's ids). `customer_only`
    leaves out the team.
    """
    sides = {Side.CUSTOMER} if customer_only else {Side.CUSTOMER, Side.AGENT}
    parts: list[Move | Edit | Comment] = [*issue.moves, *issue.comments]
    parts += [edit for edit in issue.edits if means_something(edit, ignored)]
    return sorted(part.at for part in parts if part.by.side in sides)


def means_something(edit: Edit, ignored: frozenset[str] = frozenset()) -> bool:
    """Whether a change of a field is a word on the request, whoever made it."""
    if edit.field.casefold() in NOISE or edit.field in ignored or edit.new_text in _RANKED:
        return False
    return (edit.old, edit.old_text) != (edit.new, edit.new_text)


def sets_resolution(edit: Edit, issue: Issue) -> bool:
    """Whether a change gives the request a resolution and leaves it where it is: a word on its answer, no closure."""
    return edit.field == "resolution" and bool(edit.new) and all(move.id != edit.id for move in issue.moves)
