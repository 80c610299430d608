"""Finds rules that would trigger each other for ever: circles of moves, and answers to our own comments."""

from __future__ import annotations

from collections.abc import Iterator

from automation_rules.linter.subject import Subject
from automation_rules.notification_rules import Channel, NotificationRule
from workflows.checks import ENDLESS
from workflows.document import Problem

UNATTENDED = frozenset({"inactivity"})
"""The kinds of rule that move a request without anybody doing anything."""

NEEDS_SOMEBODY = frozenset({"reopening", "transition_on_event", "workflow_guard"})
"""The kinds whose moves each need an act of a person, later than the request's entry into its status."""

MOVES_NOTHING = frozenset(
    {"imputation", "notification", "escalation", "sla_watch", "sharing", "label", "transfer", "unblocked", "follow_up"}
)
"""The kinds that never move a request."""


def endless(subject: Subject) -> Iterator[Problem]:
    """Each circle of moves nobody takes part in, and each rule that would answer itself."""
    yield from _circles(subject)
    for index, rule in enumerate(subject.document.rules):
        if isinstance(rule, NotificationRule) and rule.on.team_comment and rule.channel is Channel.PUBLIC_COMMENT:
            message = f'the rule "{rule.id}" comments on every public comment of the team, of which its own is one'
            yield subject.source.problem(("rules", index, "id"), message, check=ENDLESS)


def _circles(subject: Subject) -> Iterator[Problem]:
    moves: dict[str, dict[str, int]] = {}
    for index, rule in subject.silences():
        to = rule.steps[-1].move_to
        for status in subject.statuses(rule) if to else ():
            moves.setdefault(status, {}).setdefault(to or "", index)
    told: set[frozenset[str]] = set()
    for start in (status.id for status in subject.pack.statuses):
        circle = _way(moves, start, start)
        if circle is not None and frozenset(circle) not in told:
            told.add(frozenset(circle))
            rules = {moves[old][new] for old, new in zip(circle, [*circle[1:], start], strict=True)}
            names = ", ".join(f'"{subject.document.rules[index].id}"' for index in sorted(rules))
            way = " → ".join([*circle, start])
            message = f"{way}: the passing of time alone would move a request in a circle ({names})"
            yield subject.source.problem(("rules", min(rules), "id"), message, check=ENDLESS)


def _way(moves: dict[str, dict[str, int]], old: str, goal: str) -> list[str] | None:
    """The statuses on the shortest way of moves from one status to another, without the last; None without a way."""
    waiting: list[list[str]] = [[old]]
    seen: set[str] = set()
    while waiting:
        way = waiting.pop(0)
        for new in moves.get(way[-1], {}):
            if new == goal:
                return way
            if new not in seen:
                seen.add(new)
                waiting.append([*way, new])
    return None
