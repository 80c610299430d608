"""Says in Jira's terms what a pack's workflows are to be: transitions with their native rules, over the site's ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from workflows.graph import Graph
from workflows.model import Actor, Pack, Resolution, Status, Transition, Workflow
from workflows.site import Kind, Rule, Shape, SiteResolution, SiteState, SiteStatus, TransitionKind, named

HIDDEN = Rule("system:restrict-from-all-users", frozenset({("restrictMode", "users")}))
"""The condition that hides a transition from people and leaves it to the app (the REST interface still allows it)."""

_CREATE = "Créer"


def resolution_rule(value: str) -> Rule:
    """The post function that gives a resolution by its Jira id; an empty value clears it."""
    return Rule("system:update-field", frozenset({("field", "resolution"), ("mode", "replace"), ("value", value)}))


def status_description(status: Status, mark: str) -> str:
    """What administrators and customers read beside a status: its meaning, then our mark; at most 255 characters."""
    meaning = status.meaning.fr if status.meaning else ""
    room = 255 - len(mark) - 1
    if len(meaning) > room:
        meaning = meaning[: room - 1].rstrip() + "…"
    return f"{meaning} {mark}".strip()


def found_status(status: Status, state: SiteState) -> SiteStatus | None:
    """The site's status that is this status of a pack; of near-twins the recorded one."""
    return named(state.statuses, status.jira_name, [state.project.recorded(Kind.STATUS).get(status.id, "")])


def found_resolution(resolution: Resolution, state: SiteState) -> SiteResolution | None:
    """The site's resolution that is this resolution of a pack; of near-twins the recorded one."""
    return named(
        state.resolutions, resolution.name.fr, [state.project.recorded(Kind.RESOLUTION).get(resolution.id, "")]
    )


@dataclass(frozen=True)
class Blueprint:
    """A pack over one site: its statuses and resolutions as Jira ids, or `new:<pack id>` when still to be made."""

    pack: Pack
    statuses: dict[str, str]
    resolutions: dict[str, str]

    def sources(self, workflow: Workflow) -> frozenset[str]:
        """The statuses of a workflow, as ids of the site."""
        return frozenset(self.statuses[status] for status in Graph(workflow).statuses)

    def shapes(self, workflow: Workflow) -> tuple[Shape, ...]:
        """The transitions of a workflow, the initial one first."""
        initial = Shape(name=_CREATE, kind=TransitionKind.INITIAL, to=self.statuses[workflow.initial])
        return (initial, *(self._shape(transition) for transition in workflow.transitions))

    def _shape(self, transition: Transition) -> Shape:
        anywhere = transition.from_ == "any"
        return Shape(
            name=transition.jira_name,
            kind=TransitionKind.GLOBAL if anywhere else TransitionKind.DIRECTED,
            to=self.statuses[transition.to],
            sources=frozenset() if anywhere else frozenset(self.statuses[old] for old in transition.from_),
            customer=Actor.CUSTOMER in transition.by,
            rules=frozenset(self._rules(transition)),
        )

    def _rules(self, transition: Transition) -> list[Rule]:
        rules = [HIDDEN] if set(transition.by) == {Actor.APP} else []
        if transition.resolution is not None:
            rules.append(resolution_rule(self.resolutions[transition.resolution]))
        elif transition.clears_resolution:
            rules.append(resolution_rule(""))
        return rules


def blueprint(pack: Pack, state: SiteState) -> Blueprint:
    """The pack over this site."""
    statuses = {status.id: found_status(status, state) for status in pack.statuses}
    resolutions = {resolution.id: found_resolution(resolution, state) for resolution in pack.resolutions}
    return Blueprint(
        pack,
        {pack_id: found.id if found else f"new:{pack_id}" for pack_id, found in statuses.items()},
        {pack_id: found.id if found else f"new:{pack_id}" for pack_id, found in resolutions.items()},
    )


@dataclass(frozen=True)
class Difference:
    """What separates a workflow of the site from what it is to be; each line is for people."""

    added: tuple[Shape, ...] = ()
    changed: tuple[Shape, ...] = ()
    removed: tuple[Shape, ...] = ()
    statuses_added: frozenset[str] = frozenset()
    statuses_removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.statuses_added or self.statuses_removed)


def comparable(shape: Shape) -> Shape:
    """A transition without what Jira or an administrator may call as they like: the name of the initial one."""
    if shape.kind is TransitionKind.INITIAL:
        return Shape(name=_CREATE, kind=shape.kind, to=shape.to)
    return shape


def difference(
    wanted: tuple[Shape, ...], statuses: frozenset[str], actual: tuple[Shape, ...], had: frozenset[str]
) -> Difference:
    """Compares two workflows transition by transition; the order of transitions means nothing."""
    missing = Counter(map(comparable, wanted)) - Counter(map(comparable, actual))
    surplus = Counter(map(comparable, actual)) - Counter(map(comparable, wanted))
    kept = Counter(shape.key for shape in missing.elements()) & Counter(shape.key for shape in surplus.elements())
    return Difference(
        added=tuple(s for s in missing.elements() if s.key not in kept),
        changed=tuple(s for s in missing.elements() if s.key in kept),
        removed=tuple(s for s in surplus.elements() if s.key not in kept),
        statuses_added=statuses - had,
        statuses_removed=had - statuses,
    )
