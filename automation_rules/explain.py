"""Makes a review readable: one row per rule with its outcome, because of what, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from automation_rules.decide import Review
from automation_rules.decision import Decision, Outcome

_WEIGHT = {Outcome.NOT_CONCERNED: 0, Outcome.WAIT: 1, Outcome.VIOLATION: 2, Outcome.ACT: 3}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule's line of the table; `next_at` (UTC) is when its answer may change by itself."""

    rule: str
    outcome: Outcome
    because: str
    next: str
    next_at: datetime | None


def table(review: Review) -> tuple[Row, ...]:
    """One row per rule in the order of the policy: of its decisions the weightiest, of equal ones the latest."""
    chosen: dict[str, Decision] = {}
    for decision in review.decisions:
        other = chosen.get(decision.rule)
        if other is None or _WEIGHT[decision.outcome] >= _WEIGHT[other.outcome]:
            chosen[decision.rule] = decision
    return tuple(_row(decision) for decision in chosen.values())


def _row(decision: Decision) -> Row:
    coming = "; ".join(action.summary for action in decision.actions)
    if not coming and decision.until is not None:
        coming = f"looks again on {decision.until:%Y-%m-%d %H:%M} UTC"
    return Row(
        rule=decision.rule,
        outcome=decision.outcome,
        because="; ".join(decision.reasons),
        next=coming or "nothing",
        next_at=decision.until,
    )
