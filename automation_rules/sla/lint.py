"""Remarks on an SLA that is valid but says something an administrator should know before going live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automation_rules.sla.conditions import DONE_ALIASES, holds
from automation_rules.sla.model import Condition, Conflict, SlaDocument
from automation_rules.units import Unit
from workflows.checks import DAYS_AS_HOURS, DONE_ALIAS, NO_GOALS, NOT_SEARCHABLE, STOP_AND_PAUSE, Check
from workflows.model import Pack, StatusCategory

SEARCHABLE = frozenset({"response", "resolution"})
"""The clocks whose measures Jira indexes: one descriptor serves every site, so their names are fixed in it."""


@dataclass(frozen=True)
class Remark:
    """One sentence, and the check it belongs to."""

    check: Check
    text: str


def remarks(sla: SlaDocument, pack: Pack) -> tuple[Remark, ...]:
    """Sentences for `validate` and `plan` (requirements §2 #2, #3, #22); none refuses the document."""
    return (*_overlaps(sla, pack), *_aliases(sla, pack), *_goals(sla), *_unindexed(sla))


def _overlaps(sla: SlaDocument, pack: Pack) -> Iterator[Remark]:
    for status in pack.statuses:
        if any(holds(c, status, pack) for c in sla.stop) and any(holds(c, status, pack) for c in sla.pause):
            wins = "the stop wins" if sla.on_conflict is Conflict.STOP else "the pause wins"
            text = f"{status.id} both stops and pauses {sla.id}: {wins} (on_conflict: {sla.on_conflict})"
            yield Remark(STOP_AND_PAUSE, text)


def _aliases(sla: SlaDocument, pack: Pack) -> Iterator[Remark]:
    known = {status.id for status in pack.statuses}
    done = [status.id for status in pack.statuses if status.jira_category is StatusCategory.DONE]
    named: tuple[Condition, ...] = (*sla.start, *sla.stop, *sla.pause)
    for alias in sorted({c.status for c in named if c.status in DONE_ALIASES and c.status not in known and c.status}):
        text = f"{alias} is no status of {pack.id}: read as any status of category Done ({', '.join(done) or 'none'})"
        yield Remark(DONE_ALIAS, text)


def _goals(sla: SlaDocument) -> Iterator[Remark]:
    if not sla.goals and not sla.contract_goals:
        text = f"{sla.id} has no goals: it measures, but promises nothing until its targets are written"
        yield Remark(NO_GOALS, text)
    for goals in (sla.goals, *sla.contract_goals.values()):
        for priority, goal in goals.items():
            if goal.unit is Unit.DAYS:
                yield Remark(
                    DAYS_AS_HOURS,
                    f"{sla.id}, {priority}: {goal} is {24 * goal.count} counted hours, as in JSM; "
                    f"for {goal.count} working day(s) write {goal.count}bd",
                )


def _unindexed(sla: SlaDocument) -> Iterator[Remark]:
    if sla.id not in SEARCHABLE:
        text = f"JQL cannot ask about {sla.id}: Jira indexes {' and '.join(sorted(SEARCHABLE))} only"
        yield Remark(NOT_SEARCHABLE, text)
