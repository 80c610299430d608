"""Says what an action is to the people of the desk, from its natural key alone: of old ones the audit has no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from automation_rules.actions import AddComment, Assign, MoveTo, Notify
from automation_rules.model import InactivityRule, Rule
from automation_rules.policy import Policy
from workflows.model import StatusRole


class Deed(StrEnum):
    """What an action is, in one word; each has its sentence in every language of the pages."""

    REMINDER = "reminder"
    CLOSING_NOTE = "closing_note"
    CLOSURE = "closure"
    MOVE = "move"
    SUBTASK = "subtask"
    NOTICE = "notice"
    TEAM_NOTICE = "team_notice"
    REMARK = "remark"
    REVERT = "revert"
    ALARM = "alarm"
    CLOCK = "clock"
    LEVEL = "level"
    HANDOVER = "handover"
    REPRIEVE = "reprieve"
    SHARING = "sharing"
    LABEL = "label"
    LINK = "link"
    PANEL = "panel"
    PARTED = "parted"
    PORTAL = "portal"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an action is: a reminder has its `number` and how many there are, a warning the `percent` of its clock.

    `name` is the month (`2026-11`) of a sub-task, or the id of a clock.
    """

    deed: Deed
    number: int = 0
    of: int = 0
    percent: int = 0
    name: str = ""


_BY_HEAD = {
    "imputation": Deed.SUBTASK,
    "level": Deed.LEVEL,
    "transfer": Deed.HANDOVER,
    "reprieve": Deed.REPRIEVE,
    "escalation": Deed.ALARM,
    "panel": Deed.PANEL,
    "parted": Deed.PARTED,
    "portal": Deed.PORTAL,
}
"""What the first part of a natural key says by itself."""

_BY_KIND = {
    "reopening": Deed.MOVE,
    "transition_on_event": Deed.MOVE,
    "workflow_guard": Deed.REMARK,
    "unblocked": Deed.TEAM_NOTICE,
    "sharing": Deed.SHARING,
    "label": Deed.LABEL,
    "follow_up": Deed.LINK,
    "transfer": Deed.HANDOVER,
    "escalation": Deed.ALARM,
}
"""What the kind of its rule says of any other."""


def tell(action: str, key: str, rule: str, policy: Policy) -> Told:
    """What the action of this class name, natural key and rule is; `other` for what this version does not know."""
    parts = key.split("/")
    known = next((one for one in policy.document.rules if one.id == rule), None)
    if isinstance(known, InactivityRule):
        return _of_silence(action, parts, known, policy)
    if parts[0] == "sla" and len(parts) > 5:
        return Told(deed=Deed.CLOCK, name=parts[3], percent=_percent(parts[5]))
    if parts[0] == "imputation":
        return Told(deed=Deed.SUBTASK, name=parts[-1])
    return Told(deed=_BY_HEAD.get(parts[0]) or _of_rule(action, known))


def _of_silence(action: str, parts: list[str], rule: InactivityRule, policy: Policy) -> Told:
    delays = [str(policy.delay(step.after)) for step in rule.steps]
    place = delays.index(parts[4]) if len(parts) > 4 and parts[4] in delays else None
    if action == MoveTo.__name__:
        closed = {status.id for status in policy.pack.statuses if status.role is StatusRole.CLOSED}
        return Told(deed=Deed.CLOSURE if rule.steps[-1].move_to in closed else Deed.MOVE)
    if parts[-1] == "comment":
        return Told(deed=Deed.CLOSING_NOTE)
    reminders = sum(step.move_to is None for step in rule.steps)
    return Told(deed=Deed.REMINDER, number=0 if place is None else place + 1, of=reminders)


def _of_rule(action: str, rule: Rule | None) -> Deed:
    kind = rule.kind if rule is not None else ""
    if kind == "workflow_guard" and action == MoveTo.__name__:
        return Deed.REVERT
    if kind == "notification":
        return Deed.NOTICE if action == AddComment.__name__ else Deed.TEAM_NOTICE
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    by_action = {Notify.__name__: Deed.TEAM_NOTICE, MoveTo.__name__: Deed.MOVE, Assign.__name__: Deed.HANDOVER}
    return by_action.get(action, Deed.OTHER)


def _percent(fraction: str) -> int:
    try:
        return round(float(fraction) * 100)
    except ValueError:
        return 0
