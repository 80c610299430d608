"""Reads the level of a request from the property that stands in for the field the site lacks (A11, A24, A37)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from automation_rules.facts import Edit, Issue, Person, Side
from connect_app.jira.facts import SideOf, instant
from connect_app.jira.marks import LEVEL
from connect_app.jira.reading import RawIssue
from workflows.model import LEVEL_FIELD


def with_level(issue: Issue, raw: RawIssue, side_of: SideOf) -> Issue:
    """The issue with its level and the changes of it as if a field held them.

    Anybody who may edit the issue may write the property: what does not read well is left out.
    """
    written = raw.properties.get(LEVEL)
    if not isinstance(written, dict):
        return issue
    listed = written.get("history")
    found = (_change(entry, side_of) for entry in (listed if isinstance(listed, list) else ()))
    changes = (edit for edit in found if edit is not None)
    edits = tuple(sorted((*issue.edits, *changes), key=lambda edit: edit.at))
    return replace(issue, edits=edits, fields={**issue.fields, LEVEL_FIELD: str(written.get("level") or "")})


def _change(entry: Any, side_of: SideOf) -> Edit | None:
    try:
        by, old, new = (entry.get(name) for name in ("by", "from", "to"))
        return Edit(
            id=str(entry["id"]),
            at=instant(entry["at"]),
            by=Person(str(by), side_of(str(by), None)) if by else Person("", Side.RELANCE),
            field=LEVEL,
            old=old,
            new=new,
            old_text=str(old or ""),
            new_text=str(new or ""),
            known_as=LEVEL_FIELD,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
