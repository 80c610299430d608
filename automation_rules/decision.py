"""Defines a decision: a rule's answer about an event, with the reasons that explain, forecast and audit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from automation_rules.actions import Action


class Outcome(StrEnum):
    """The four things a rule can answer."""

    ACT = "act"
    WAIT = "wait"
    NOT_CONCERNED = "not_concerned"
    VIOLATION = "violation"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one rule answers about one event.

    `reasons` are sentences for people, in English. `until` is the instant (UTC) at which the answer may change by
    itself, for the agenda. `actions` are in the order to carry out. A violation may carry actions (a flag, a revert) or
    none (observe).
    """

    rule: str
    event: str
    outcome: Outcome
    reasons: tuple[str, ...]
    actions: tuple[Action, ...] = ()
    until: datetime | None = None
