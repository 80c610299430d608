"""Tells what each status and happening does to a clock, and by which rule of the SLA."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.sla.model import Condition, Conflict, SlaDocument
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


class Effects(dict[str | None, Effect]):
    """The effect of each status of a pack on one SLA, worked out when first asked for; none for an unknown status.

    `starts_at` and `stops_at` hold the rules by which a happening starts or stops the clock.
    """

    def __init__(self, sla: SlaDocument, pack: Pack) -> None:
        super().__init__({None: _NO_EFFECT})
        self.sla = sla
        self.pack = pack
        self.starts_at = {c.on: f"start: {c}" for c in sla.start if c.on is not None}
        self.stops_at = {c.on: f"stop: {c}" for c in sla.stop if c.on is not None}

    def __missing__(self, status: str) -> Effect:
        self[status] = effect = self._of(status)
        return effect

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
