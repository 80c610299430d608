"""Decides what to change on a site so that a project has a pack: ordered changes, checksum, and what is unsafe."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from workflows.changes import Adopt, Change, Delete, SwitchScheme, Update
from workflows.model import Pack
from workflows.site import Kind, SiteState
from workflows.survey import Desired, Survey

MOST_STATUSES_CHANGED = 0.3
"""The share of a pack's statuses that may change on a site without being asked twice."""


class UnsafePlan(ValueError):
    """The plan may not be carried out as asked; `reasons` are sentences for people."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do, in order. `conflicts` are for people to settle, in Jira or in the pack; `notes` are to be known."""

    desired: Desired
    project: str
    changes: tuple[Change, ...]
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def pack(self) -> Pack:
        """The pack the plan is for."""
        return self.desired.pack

    def __bool__(self) -> bool:
        """Whether there is anything to do or to settle."""
        return bool(self.changes or self.conflicts)

    @property
    def checksum(self) -> str:
        """Twelve hexadecimal digits over the pack and the changes; another site state gives another plan."""
        content = [self.project, self.pack.model_dump_json(), [c.as_json() for c in self.changes], self.conflicts]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    def refusals(self, *, adopt: bool = False, force: bool = False) -> tuple[str, ...]:
        """Why the plan may not be carried out with these permissions; empty when it may."""
        reasons = list(self.conflicts)
        adopted = [c.noun for c in self.changes if isinstance(c, Adopt)]
        if adopted and not adopt:
            reasons.append(f"{', '.join(adopted)}: made by somebody else; --adopt takes them under management")
        if not force:
            reasons += self._forced()
        return tuple(reasons)

    def raise_if_unsafe(self, *, adopt: bool = False, force: bool = False) -> None:
        """Raises UnsafePlan with every reason not to go on."""
        reasons = self.refusals(adopt=adopt, force=force)
        if reasons:
            raise UnsafePlan(reasons)

    def _forced(self) -> list[str]:
        reasons = [f"{c.noun} would be deleted; --force allows it" for c in self.changes if isinstance(c, Delete)]
        for change in self.changes:
            if isinstance(change, Update) and change.removals:
                reasons.append(f"{change.noun} would lose {change.removals} part(s); --force allows it")
            if isinstance(change, SwitchScheme) and change.issues:
                reasons.append(
                    f"project {change.name} holds {change.issues} issue(s) and changes workflow; --force allows it"
                )
        updated = sum(isinstance(c, Update) and c.kind is Kind.STATUS for c in self.changes)
        if updated > MOST_STATUSES_CHANGED * len(self.pack.statuses):
            reasons.append(f"{updated} of {len(self.pack.statuses)} statuses would change; --force allows it")
        return reasons


def plan(desired: Desired, actual: SiteState) -> Plan:
    """The changes that bring the site to the pack; empty when there is nothing left to do."""
    survey = Survey(desired, actual)
    survey.run()
    return Plan(
        desired=desired,
        project=actual.project.key,
        changes=tuple(survey.changes),
        conflicts=tuple(survey.conflicts),
        notes=tuple(survey.notes),
    )
