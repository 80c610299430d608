"""Holds what most checks look at: one policy, the file it was read from, and its pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automation_rules.conditions import When
from automation_rules.durations import DurationValue
from automation_rules.model import InactivityRule, ParameterRef, PolicyDocument
from workflows.document import Source
from workflows.model import Pack


@dataclass(frozen=True)
class Subject:
    """One policy as written; parameters count as their suggested values."""

    source: Source
    document: PolicyDocument
    pack: Pack

    def silences(self) -> Iterator[tuple[int, InactivityRule]]:
        """The rules on silence, with their places in the file."""
        for index, rule in enumerate(self.document.rules):
            if isinstance(rule, InactivityRule):
                yield index, rule

    def delay(self, after: DurationValue | ParameterRef) -> DurationValue | None:
        """A delay as a value; None for a parameter that is no duration."""
        if isinstance(after, DurationValue):
            return after
        chosen = next((p for p in self.document.parameters if p.id == after.parameter), None)
        value = chosen.read(chosen.suggested) if chosen else None
        return value if isinstance(value, DurationValue) else None

    def statuses(self, rule: InactivityRule) -> frozenset[str]:
        """The statuses in which a rule looks at a request."""
        conditions: tuple[When, ...] = (rule.while_, rule.when)
        return frozenset(s.id for s in self.pack.statuses if all(c.has_status(self.pack, s.id) for c in conditions))
