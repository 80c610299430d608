"""Compares a workflow of the site with what it is to be, as far as it is ours to say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from workflows.native import is_ours
from workflows.site import ApprovalShape, Shape, SiteWorkflow, TransitionKind


@dataclass(frozen=True)
class Design:
    """What a workflow is to be; `screens` are the ids of all screens of ours, which may be put on or taken off."""

    shapes: tuple[Shape, ...]
    statuses: frozenset[str]
    approvals: frozenset[ApprovalShape] = frozenset()
    screens: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """What separates a workflow of the site from what it is to be; `approvals` are statuses whose one differs."""

    added: tuple[Shape, ...] = ()
    changed: tuple[Shape, ...] = ()
    removed: tuple[Shape, ...] = ()
    statuses_added: frozenset[str] = frozenset()
    statuses_removed: frozenset[str] = frozenset()
    approvals: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        transitions = self.added or self.changed or self.removed
        return bool(transitions or self.statuses_added or self.statuses_removed or self.approvals)


def comparable(shape: Shape) -> Shape:
    """A transition without what Jira or an administrator may call as they like: the name of the initial one."""
    if shape.kind is TransitionKind.INITIAL:
        return Shape(name="", kind=shape.kind, to=shape.to)
    return shape


def place(shape: Shape) -> tuple[str, str]:
    """What makes a transition the same one: a workflow has one initial transition, wherever it leads."""
    return ("INITIAL", "") if shape.kind is TransitionKind.INITIAL else shape.key


def managed(actual: Shape, wanted: Shape | None, screens: frozenset[str]) -> Shape:
    """A transition of the site without what is not ours: foreign rules, and a screen an administrator put there.

    Where another screen stands in the place of ours it counts as the one we want.
    """
    asked = wanted.rules if wanted else frozenset()
    ours = not actual.screen or actual.screen in screens
    return replace(
        actual,
        rules=frozenset(rule for rule in actual.rules if is_ours(rule, asked)),
        screen=actual.screen if ours else wanted.screen if wanted else "",
    )


def difference(design: Design, found: SiteWorkflow) -> Difference:
    """Compares two workflows transition by transition; the order of transitions means nothing."""
    wanted = {place(shape): shape for shape in design.shapes}
    actual = [managed(shape, wanted.get(place(shape)), design.screens) for shape in found.transitions]
    missing = Counter(map(comparable, design.shapes)) - Counter(map(comparable, actual))
    surplus = Counter(map(comparable, actual)) - Counter(map(comparable, design.shapes))
    kept = Counter(shape.key for shape in missing.elements()) & Counter(shape.key for shape in surplus.elements())
    return Difference(
        added=tuple(s for s in missing.elements() if s.key not in kept),
        changed=tuple(s for s in missing.elements() if s.key in kept),
        removed=tuple(s for s in surplus.elements() if s.key not in kept),
        statuses_added=design.statuses - found.statuses,
        statuses_removed=found.statuses - design.statuses,
        approvals=frozenset(approval.status for approval in design.approvals - found.approvals),
    )
