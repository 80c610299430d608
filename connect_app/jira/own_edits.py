"""Finds in a request's history what an action changed that leaves no mark of its own: who holds it, at which level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from automation_rules.actions import Assign, SetLevel
from automation_rules.facts import Edit, Issue, Side
from connect_app.jira.own_actions import SLACK
from workflows.model import LEVEL_FIELD

CHANGED: Mapping[str, Callable[[Edit], bool]] = {
    Assign.__name__: lambda edit: edit.field == "assignee",
    SetLevel.__name__: lambda edit: edit.known_as == LEVEL_FIELD,
}
"""The fields of one value: once it is changed nothing asks for the action again, so that it would never be recorded."""


def edit_of_ours(issue: Issue, action_kind: str, since: datetime) -> dict[str, Any] | None:
    """The effect of such an action that was begun at an instant, if the last change of its field is ours and since."""
    fits = CHANGED.get(action_kind)
    last = next((edit for edit in reversed(issue.edits) if fits is not None and fits(edit)), None)
    if last is None or last.by.side is not Side.RELANCE or last.at < since - SLACK:
        return None
    return {"history": last.id, "at": last.at.isoformat()}
