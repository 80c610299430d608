"""Answers questions about one workflow: is this move legal, what is reachable, where does it end, what is its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from workflows.model import Pack, StatusRole, Transition, Workflow


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A Jira name as Jira's people compare names: without case, accents, kinds of apostrophe or doubled spaces."""
    decomposed = unicodedata.normalize("NFKD", name.replace("’", "'"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())


class Graph:
    """One workflow as a graph of status ids; the initial status is its only entrance."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        mentioned = dict.fromkeys([workflow.initial])
        for transition in workflow.transitions:
            if transition.from_ != "any":
                mentioned.update(dict.fromkeys(transition.from_))
            mentioned[transition.to] = None
        self.statuses: tuple[str, ...] = tuple(mentioned)

    def sources(self, transition: Transition) -> tuple[str, ...]:
        """The statuses a transition leaves from; `any` is every other status of the workflow."""
        if transition.from_ == "any":
            return tuple(status for status in self.statuses if status != transition.to)
        return transition.from_

    def outgoing(self, old: str) -> tuple[Transition, ...]:
        """Every transition that leaves a status, in the order of the document."""
        return tuple(t for t in self.workflow.transitions if old in self.sources(t))

    def transitions(self, old: str, new: str) -> tuple[Transition, ...]:
        """The transitions that lead from one status to another, in the order of the document."""
        return tuple(t for t in self.outgoing(old) if t.to == new)

    def allows(self, old: str, new: str) -> bool:
        """Whether some transition makes this move; who may take it is another question."""
        return bool(self.transitions(old, new))

    def reachable(self) -> frozenset[str]:
        """The statuses a request can ever be in, starting from the initial one."""
        return self._closure([self.workflow.initial])

    def dead_ends(self, pack: Pack) -> tuple[str, ...]:
        """The reachable statuses from which no closed status can be reached any more."""
        closed = {s.id for s in pack.statuses if s.role is StatusRole.CLOSED}
        reachable = self.reachable()
        return tuple(s for s in self.statuses if s in reachable and not closed & self._closure([s]))

    def _closure(self, start: Iterable[str]) -> frozenset[str]:
        seen: set[str] = set()
        waiting = list(start)
        while waiting:
            status = waiting.pop()
            if status not in seen:
                seen.add(status)
                waiting += [t.to for t in self.outgoing(status)]
        return frozenset(seen)


class StatusNames:
    """Finds a pack's status by the name Jira gives it: NFC or NFD, whatever its case and accents, aliases included."""

    def __init__(self, pack: Pack) -> None:
        self._ids = {folded(alias): s.id for s in pack.statuses for alias in s.aliases}
        self._ids |= {folded(s.jira_name): s.id for s in pack.statuses}

    def find(self, jira_name: str) -> str | None:
        """The pack's status id, or None when the name is none of the pack's."""
        return self._ids.get(folded(jira_name))
