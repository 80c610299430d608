"""Tells people how two packs differ, object by object, by the names Jira knows things by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from workflows.graph import folded
from workflows.model import Pack, Status, Transition, Workflow

T = TypeVar("T")


def differences(before: Pack, after: Pack, *, visible_only: bool = False) -> tuple[str, ...]:
    """What changes from one pack to the other, as lines `+ status “En cours”`; empty when nothing does.

    With `visible_only`, only what a Jira site can show is compared: names in one language, no roles, no requirements.
    """
    return tuple(_Comparison(before, after, visible_only=visible_only).lines())


class _Comparison:
    """One comparison of two packs."""

    def __init__(self, before: Pack, after: Pack, *, visible_only: bool) -> None:
        self.before = before
        self.after = after
        self.visible_only = visible_only

    def lines(self) -> list[str]:
        found = self._objects("status", self.before.statuses, self.after.statuses, lambda s: s.jira_name, self._status)
        found += self._objects(
            "resolution", self.before.resolutions, self.after.resolutions, lambda r: r.name.fr, lambda _b, _a: []
        )
        found += self._request_types()
        found += self._objects(
            "workflow", self.before.workflows, self.after.workflows, lambda w: w.name, self._workflow
        )
        if not self.visible_only:
            for what in ("fields", "priorities", "levels"):
                noun = {"fields": "field", "priorities": "priority", "levels": "level"}[what]
                old, new = getattr(self.before, what), getattr(self.after, what)
                found += self._objects(noun, old, new, lambda o: o.name.fr, _plain)
        return found

    def _objects(
        self,
        noun: str,
        before: Iterable[T],
        after: Iterable[T],
        name: Callable[[T], str],
        details: Callable[[T, T], list[str]],
    ) -> list[str]:
        old = {folded(name(one)): one for one in before}
        new = {folded(name(one)): one for one in after}
        lines = [f"- {noun} “{name(one)}”" for key, one in old.items() if key not in new]
        lines += [f"+ {noun} “{name(one)}”" for key, one in new.items() if key not in old]
        for key, one in new.items():
            told = details(old[key], one) if key in old else []
            if told:
                lines += [f"~ {noun} “{name(one)}”: {_count(told)}", *(f"    {line}" for line in told)]
        return lines

    def _status(self, before: Status, after: Status) -> list[str]:
        told = _change("category", before.jira_category.value, after.jira_category.value)
        if self.visible_only:
            return told
        told += _change("role", before.role.value, after.role.value)
        told += _change("English name", before.name.en, after.name.en)
        if before.meaning != after.meaning:
            told.append("its meaning is worded differently")
        return told

    def _request_types(self) -> list[str]:
        def followed(pack: Pack) -> Mapping[str, tuple[str, str]]:
            names = {w.id: w.name for w in pack.workflows}
            return {folded(r.issue_type): (r.issue_type, names[r.workflow]) for r in pack.request_types}

        old, new = followed(self.before), followed(self.after)
        lines = [f"- issue type “{one}” follows “{flow}”" for key, (one, flow) in old.items() if key not in new]
        lines += [f"+ issue type “{one}” follows “{flow}”" for key, (one, flow) in new.items() if key not in old]
        for key, (one, flow) in new.items():
            if key in old and folded(old[key][1]) != folded(flow):
                lines.append(f"~ issue type “{one}” follows “{flow}” instead of “{old[key][1]}”")
        return lines

    def _workflow(self, before: Workflow, after: Workflow) -> list[str]:
        start, arrival = self._name(self.before, before.initial), self._name(self.after, after.initial)
        told = [] if folded(start) == folded(arrival) else [f"starts in “{arrival}” instead of “{start}”"]
        old, new = _numbered(self.before, before), _numbered(self.after, after)
        told += [f"transition {self._words(self.before, t)} removed" for key, t in old.items() if key not in new]
        told += [f"transition {self._words(self.after, t)} added" for key, t in new.items() if key not in old]
        for key, transition in new.items():
            for line in self._transition(old[key], transition) if key in old else ():
                told.append(f"transition {self._words(self.after, transition)}: {line}")
        return told

    def _transition(self, before: Transition, after: Transition) -> list[str]:
        told = _change("from", self._sources(self.before, before), self._sources(self.after, after))
        told += _change("by", self._people(before), self._people(after))
        told += _change("resolution", _resolution(self.before, before), _resolution(self.after, after))
        if not self.visible_only:
            told += _change("requires", ", ".join(before.requires), ", ".join(after.requires))
            told += _change("level", before.level or "", after.level or "")
            told += _change("English name", before.name.en, after.name.en)
        return told

    def _sources(self, pack: Pack, transition: Transition) -> str:
        if transition.from_ == "any":
            return "any status"
        return ", ".join(sorted(self._name(pack, old) for old in transition.from_))

    def _people(self, transition: Transition) -> str:
        """Who may make it; a site shows only whether customers see it, and whether people do."""
        actors = sorted(actor.value for actor in transition.by)
        if self.visible_only and "customer" in actors:
            return "customer"
        if self.visible_only and len(actors) > 1:
            return "agent"
        return ", ".join(actors)

    def _words(self, pack: Pack, transition: Transition) -> str:
        return f"“{transition.jira_name}” to “{self._name(pack, transition.to)}”"

    @staticmethod
    def _name(pack: Pack, status_id: str) -> str:
        return pack.status(status_id).jira_name


def _numbered(pack: Pack, workflow: Workflow) -> dict[tuple[str, str, int], Transition]:
    """Transitions by name and target; several of the same are told apart by their place."""
    found: dict[tuple[str, str, int], Transition] = {}
    for transition in workflow.transitions:
        name, target, number = folded(transition.jira_name), folded(pack.status(transition.to).jira_name), 0
        while (name, target, number) in found:
            number += 1
        found[name, target, number] = transition
    return found


def _resolution(pack: Pack, transition: Transition) -> str:
    if transition.resolution is None:
        return "cleared" if transition.clears_resolution else ""
    return next(r.name.fr for r in pack.resolutions if r.id == transition.resolution)


def _change(what: str, before: str, after: str) -> list[str]:
    if folded(before) == folded(after):
        return []
    return [f"{what} {after or 'none'} instead of {before or 'none'}"]


def _plain(before: object, after: object) -> list[str]:
    return [] if before == after else ["is described differently"]


def _count(told: list[str]) -> str:
    return "1 difference" if len(told) == 1 else f"{len(told)} differences"
