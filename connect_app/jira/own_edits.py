"""Finds in a request's history what an action without a mark of its own changed: who holds it, its level, a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from automation_rules.actions import AddLabel, Assign, SetLevel
from automation_rules.facts import Edit, Issue, Side
from connect_app.jira.own_actions import SLACK
from workflows.model import LEVEL_FIELD

CHANGED: Mapping[str, Callable[[Edit], bool]] = {
    AddLabel.__name__: lambda edit: edit.field == "labels",
    Assign.__name__: lambda edit: edit.field == "assignee",
    SetLevel.__name__: lambda edit: edit.known_as == LEVEL_FIELD,
}
"""Once one of these is changed nothing asks for the action again, so that it would never be recorded."""


def edit_of_ours(issue: Issue, action_kind: str, since: datetime) -> dict[str, Any] | None:
    """The effect of such an action that was begun at an instant, if the last change of its field is ours and since."""
    fits = CHANGED.get(action_kind)
    last = next((edit for edit in reversed(issue.edits) if fits is not None and fits(edit)), None)
    if last is None or last.by.side is not Side.RELANCE or last.at < since - SLACK:
        return None
    return {"history": last.id, "at": last.at.isoformat()}
