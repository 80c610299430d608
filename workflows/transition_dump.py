"""Writes a site's transitions in the words of a pack, and notes what a pack has no words for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.blueprint import Blueprint, Needed
from workflows.model import Actor, Assigns, Requirement, Transition
from workflows.native import CHANGE_ASSIGNEE, FIELD_VALUE, HIDDEN, RESTRICT, SIGNED
from workflows.pack_ids import slug
from workflows.site import Shape, TransitionKind


class TransitionDump:
    """Turns the transitions of one workflow into documents, over the blueprint of the pack without transitions."""

    def __init__(self, plan: Blueprint, screens: Mapping[str, str]) -> None:
        self.statuses = {jira_id: pack_id for pack_id, jira_id in plan.statuses.items()}
        self.resolutions = {jira_id: pack_id for pack_id, jira_id in plan.resolutions.items()}
        self.screens = screens
        self.prefix = f"{plan.pack.name.fr} - "
        self.required = _requirements(plan)
        self.notes: list[str] = []
        self._taken: list[str] = []

    def written(self, shape: Shape) -> Transition:
        """One transition as a pack writes it."""
        made = slug(shape.name, self._taken)
        self._taken.append(made)
        anywhere = shape.kind is TransitionKind.GLOBAL
        data: dict[str, Any] = {
            "id": made,
            "from": "any" if anywhere else [pack for jira, pack in self.statuses.items() if jira in shape.sources],
            "to": self.statuses[shape.to],
            "name": {"fr": shape.name, "en": shape.name},
            "by": [actor.value for actor in self._actors(shape)],
            "requires": [found.value for found in self._requires(shape)],
            **self._functions(shape),
        }
        return Transition.model_validate(data)

    def _actors(self, shape: Shape) -> tuple[Actor, ...]:
        if HIDDEN not in shape.rules:
            return (Actor.AGENT, Actor.CUSTOMER) if shape.customer else (Actor.AGENT,)
        if shape.customer:
            self.notes.append(f"the transition “{shape.name}” is both hidden from people and shown to customers")
        return (Actor.APP,)

    def _requires(self, shape: Shape) -> list[Requirement]:
        """The fields our validators ask for, in the order in which the screen names them."""
        screen = f", {self.screens.get(shape.screen, '').removeprefix(self.prefix).removesuffix(SIGNED)}, "
        found: list[tuple[int, Requirement]] = []
        for rule in shape.rules:
            told = dict(rule.parameters)
            if rule.key != FIELD_VALUE or not told.get("errorMessage", "").endswith(SIGNED):
                continue
            known = self.required.get(told.get("fieldsRequired", ""))
            if known is None:
                self.notes.append(f"the transition “{shape.name}” asks for a field that is none of the pack's")
            else:
                found.append((screen.find(f", {known[1].label}, "), known[0]))
        return [requirement for _, requirement in sorted(found, key=lambda pair: pair[0])]

    def _functions(self, shape: Shape) -> dict[str, Any]:
        """What happens on the way: the resolution set or cleared, the assignee."""
        made: dict[str, Any] = {}
        for rule in shape.rules:
            told = dict(rule.parameters)
            if rule.key == CHANGE_ASSIGNEE and told.get("type") in set(Assigns):
                made["assigns"] = told["type"]
            if told.get("field") != "resolution":
                continue
            value = told.get("value", "")
            if not value:
                made["clears_resolution"] = True
            elif value in self.resolutions:
                made["resolution"] = self.resolutions[value]
            else:
                self.notes.append(f"the transition “{shape.name}” sets a resolution that does not exist ({value})")
        return made


def restricted(shape: Shape) -> bool:
    """Whether only some people may take a transition."""
    return any(rule.key == RESTRICT for rule in shape.rules)


def _requirements(plan: Blueprint) -> dict[str, tuple[Requirement, Needed]]:
    """What a pack calls the wish for a field, by Jira's id of the field."""
    status = next(iter(plan.statuses))
    found: dict[str, tuple[Requirement, Needed]] = {}
    for requirement in Requirement:
        data = {"id": "x", "from": "any", "to": status, "name": {"fr": "x", "en": "x"}, "requires": [requirement.value]}
        for needed in plan.needed(Transition.model_validate(data)):
            found[needed.field] = (requirement, needed)
    return found
