"""Compares what a month was billed as with what it holds now: each difference is a correction, never a new total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from automation_rules.billing import Position


class Change(StrEnum):
    """What happened to a position since it was exported."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One position that is not as it was exported; at least one of the two is there."""

    before: Position | None
    after: Position | None

    @property
    def change(self) -> Change:
        """What happened to it."""
        if self.before is None:
            return Change.ADDED
        return Change.REMOVED if self.after is None else Change.CHANGED

    @property
    def position(self) -> Position:
        """As it is now, or as it was when it is gone."""
        position = self.after or self.before
        if position is None:
            raise ValueError("a correction of nothing")
        return position

    @property
    def billed_seconds(self) -> int:
        """How much more is billed than was exported."""
        after, before = self.after, self.before
        return (after.billed_seconds if after else 0) - (before.billed_seconds if before else 0)


def corrections(before: Iterable[Position], after: Iterable[Position]) -> tuple[Correction, ...]:
    """Every difference between two states of the same months, by month, request and source.

    What went to another customer is taken from the one and added to the other, so that each one's sums are right. A
    request that only got another key (it moved to another project) is no correction.
    """
    old = {(p.month, p.source): p for p in before}
    new = {(p.month, p.source): p for p in after}
    differing = [
        Correction(before=old.get(place), after=new.get(place))
        for place in old.keys() | new.keys()
        if _weighed(old.get(place)) != _weighed(new.get(place))
    ]
    differing.sort(key=lambda c: (c.position.month, c.position.request_key, c.position.source))
    return tuple(part for correction in differing for part in _by_customer(correction))


def corrected(before: Iterable[Position], found: Iterable[Correction]) -> tuple[Position, ...]:
    """What was exported with its corrections: what is there now."""
    state = {(p.month, p.source): p for p in before}
    for correction in found:
        place = (correction.position.month, correction.position.source)
        if correction.after is None:
            state.pop(place, None)
        else:
            state[place] = correction.after
    return tuple(sorted(state.values(), key=lambda p: (p.month, p.source)))


def _by_customer(correction: Correction) -> tuple[Correction, ...]:
    before, after = correction.before, correction.after
    if before is None or after is None or before.customer == after.customer:
        return (correction,)
    return Correction(before=before, after=None), Correction(before=None, after=after)


def _weighed(position: Position | None) -> Position | None:
    return replace(position, request_key="") if position else None
