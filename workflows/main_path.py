"""Finds the steps that a request goes through when nothing delays it: what a document tells its customers."""

from __future__ import annotations

from workflows.graph import Graph
from workflows.model import Actor, Pack, StatusRole

_WAITS = frozenset({StatusRole.WAITING_CUSTOMER, StatusRole.WAITING_INTERNAL, StatusRole.WAITING_THIRD_PARTY})
"""A wait happens on the way; nobody is promised one."""


def main_path(graph: Graph, pack: Pack) -> tuple[str, ...]:
    """The status ids from the initial status to a closed one, in the order of the document; empty when there is none.

    It is the longest way that only goes forward in the pack's list of statuses, without the waits, and without the
    detours: statuses that the team may leave by the way it came and pass by without (C10, E15).
    """
    roles = {status.id: status.role for status in pack.statuses}
    steps = [s.id for s in pack.statuses if s.id in graph.statuses and s.role not in _WAITS]
    longest: dict[str, tuple[str, ...]] = {graph.workflow.initial: (graph.workflow.initial,)}
    for new in steps:
        ways = [longest[old] for old in steps[: steps.index(new)] if old in longest and graph.allows(old, new)]
        if ways:
            longest[new] = (*max(ways, key=len), new)
    ends = [longest[s] for s in steps if roles[s] is StatusRole.CLOSED and s in longest]
    return _without_detours(max(ends, key=len, default=()), graph)


def _without_detours(path: tuple[str, ...], graph: Graph) -> tuple[str, ...]:
    for place in range(1, len(path) - 1):
        before, step, after = path[place - 1 : place + 2]
        beside = (before, after) if place + 2 < len(path) else (before,)  # what is reopened was no detour
        if graph.allows(before, after) and any(_detour(graph, step, hub) for hub in beside):
            return _without_detours((*path[:place], *path[place + 1 :]), graph)
    return path


def _detour(graph: Graph, step: str, hub: str) -> bool:
    """Whether the team goes to and fro between the two as it likes, and more ways lead to the other one."""
    return _team_may(graph, hub, step) and _team_may(graph, step, hub) and _ways_to(graph, step) < _ways_to(graph, hub)


def _team_may(graph: Graph, old: str, new: str) -> bool:
    return any(Actor.AGENT in transition.by for transition in graph.transitions(old, new))


def _ways_to(graph: Graph, status: str) -> int:
    return sum(graph.allows(old, status) for old in graph.statuses)
