"""Reads the support levels of a request from its history: who holds it, who held it, how it was transferred (A11)."""

from __future__ import annotations

from datetime import datetime

from automation_rules.conditions import request_types
from automation_rules.facts import Edit, Issue, Side
from workflows.graph import folded
from workflows.model import LEVEL_FIELD, Level, Pack


def level_named(pack: Pack, words: str) -> Level | None:
    """The level with this id or name, in either language, whatever its case and accents; None for an unknown one."""
    wanted = folded(words)
    return next((one for one in pack.levels if wanted in {one.id, folded(one.name.fr), folded(one.name.en)}), None)


def entry_level(pack: Pack, issue_type: str) -> Level | None:
    """The level that takes requests of this type first (A5, A18, A31); None when the pack says nothing of it."""
    request = request_types(pack).get(folded(issue_type))
    return level_named(pack, request.entry_level) if request and request.entry_level else None


def changes(issue: Issue) -> tuple[Edit, ...]:
    """The changes of the level, oldest first; the issue's history is in order."""
    return tuple(edit for edit in issue.edits if edit.known_as == LEVEL_FIELD)


def level_now(pack: Pack, issue: Issue) -> Level | None:
    """The level that holds the request, None when nobody has said so."""
    return level_named(pack, str(issue.fields.get(LEVEL_FIELD) or ""))


def level_at(pack: Pack, issue: Issue, instant: datetime) -> Level | None:
    """The level that held the request just after `instant`."""
    later = next((edit for edit in changes(issue) if edit.at > instant), None)
    return level_now(pack, issue) if later is None else level_named(pack, later.old_text)


def holder_before(issue: Issue, transfer: Edit) -> str | None:
    """The account id of who held the request until it was transferred, None when nobody did."""
    later = next((edit for edit in issue.edits if _reassigns(edit) and _not_before(edit, transfer)), None)
    if later is not None:
        return later.old
    return issue.assignee.account_id if issue.assignee else None


def assigned_since(issue: Issue, transfer: Edit) -> bool:
    """Whether the assignee was chosen, or removed, with the transfer or after it."""
    return any(_reassigns(edit) and _not_before(edit, transfer) for edit in issue.edits)


def at_work_before(issue: Issue, transfer: Edit) -> tuple[str, ...]:
    """The account ids of whoever held the request or logged time on it until it was transferred, each once."""
    holder = holder_before(issue, transfer)
    logged = [log.by.account_id for log in issue.worklogs if log.at <= transfer.at and log.by.side is Side.AGENT]
    return tuple(dict.fromkeys([*([holder] if holder else []), *logged]))


def _reassigns(edit: Edit) -> bool:
    return edit.field == "assignee"


def _not_before(edit: Edit, transfer: Edit) -> bool:
    """Jira writes what was changed together as one entry of its history."""
    return edit.id == transfer.id or edit.at > transfer.at
