"""Defines a decision: a rule's answer about an event, with the reasons that explain, forecast and audit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from automation_rules.actions import Action, AddComment, AddLabel, AddWatcher, CreateSubtask, LinkTo, MoveTo, Notify
from automation_rules.events import TIME
from automation_rules.facts import Audience


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

    def bears_delay(self, action: Action) -> bool:
        """Whether one of its actions is still right some seconds after the issue was read, whoever came in between.

        What happened stays so, hence what is said of it. What silence asks for is not, a move and what goes with it are
        not, nor what writes over the words of an agent.
        """
        if any(isinstance(one, MoveTo) for one in self.actions):
            return False
        if isinstance(action, AddComment) and action.audience is Audience.PUBLIC:
            return self.event != TIME
        return isinstance(action, AddComment | Notify | AddLabel | AddWatcher | LinkTo | CreateSubtask)
