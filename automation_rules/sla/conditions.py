"""Tells what each status and happening does to a clock, and by which rule of the SLA."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation_rules.sla.model import Condition, Conflict, Happening, SlaDocument
from workflows.model import Pack, Status, StatusCategory

DONE_ALIASES = frozenset({"resolved", "done"})
"""Statuses a source names though its workflow lacks them (C13): any status of category Done (requirements §2 #3)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The rules that make a status start, stop or pause a clock; at most one of `stop` and `pause` is left."""

    start: str | None = None
    stop: str | None = None
    pause: str | None = None


_NO_EFFECT = Effect()


@dataclass
class Effects:
    """The effect of each status of a pack on one SLA, worked out once per status and fold."""

    sla: SlaDocument
    pack: Pack
    _known: dict[str, Effect] = field(default_factory=dict)

    def of_status(self, status: str | None) -> Effect:
        """What being in that status does; nothing when the pack does not know it."""
        if status is None:
            return _NO_EFFECT
        effect = self._known.get(status)
        if effect is None:
            effect = self._known[status] = self._of(status)
        return effect

    def starts_at(self, happening: Happening | None) -> str | None:
        """The rule by which a happening starts the clock."""
        return _at("start", self.sla.start, happening)

    def stops_at(self, happening: Happening | None) -> str | None:
        """The rule by which a happening stops the clock."""
        return _at("stop", self.sla.stop, happening)

    def _of(self, status_id: str) -> Effect:
        status = next((status for status in self.pack.statuses if status.id == status_id), None)
        if status is None:
            return _NO_EFFECT
        start, stop, pause = (
            self._in(word, conditions, status)
            for word, conditions in (("start", self.sla.start), ("stop", self.sla.stop), ("pause", self.sla.pause))
        )
        if stop and pause:
            if self.sla.on_conflict is Conflict.STOP:
                return Effect(start, f"{stop} (stop wins over {pause})", None)
            return Effect(start, None, f"{pause} (pause wins over {stop})")
        return Effect(start, stop, pause)

    def _in(self, word: str, conditions: tuple[Condition, ...], status: Status) -> str | None:
        return next((f"{word}: {c}" for c in conditions if holds(c, status, self.pack)), None)


def holds(condition: Condition, status: Status, pack: Pack) -> bool:
    """Whether a status meets a condition; happenings never hold, they only happen."""
    if condition.status is not None:
        if condition.status in DONE_ALIASES and all(known.id != condition.status for known in pack.statuses):
            return status.jira_category is StatusCategory.DONE
        return status.id == condition.status
    if condition.role is not None:
        return status.role is condition.role
    return condition.category is not None and status.jira_category is condition.category


def _at(word: str, conditions: tuple[Condition, ...], happening: Happening | None) -> str | None:
    return next((f"{word}: {c}" for c in conditions if happening is not None and c.on is happening), None)
