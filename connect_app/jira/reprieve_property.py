"""Keeps what agents said about the silence of a request in an issue property, so that no lost database forgets it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from typing import Any

from automation_rules.facts import Issue, Person, Reprieve, Side, Word
from automation_rules.reprieves import SetReprieve
from connect_app.jira.client import JiraClient
from connect_app.jira.facts import instant
from connect_app.jira.marks import REPRIEVES
from connect_app.jira.reading import RawIssue

LONGEST_PROPERTY = 30_000
"""Characters the list may take: Jira holds 32,768 in one property. The oldest words go first: they held long ago."""

_YEARS = range(2000, 2101)
"""Dates that somebody wrote by hand and no calendar reaches must stop no job."""

_writing = threading.Lock()


def write_reprieve(client: JiraClient, issue_id: str, action: SetReprieve, trace: str) -> None:
    """Adds a word to the property; doing it twice changes nothing. Raises what the client raises."""
    # The property is read, extended and written as a whole: one at a time here.
    with _writing:
        listed = _listed(_read(client, issue_id))
        if any(isinstance(one, dict) and one.get("id") == action.key for one in listed):
            return
        entry = {
            "id": action.key,
            "at": action.at.isoformat(),
            "by": action.by,
            "word": action.word.value,
            "until": action.until.isoformat() if action.until else None,
            "reason": action.reason,
        }
        kept = [*listed, entry]
        while len(json.dumps(kept)) > LONGEST_PROPERTY and len(kept) > 1:
            kept.pop(0)
        path = f"rest/api/3/issue/{issue_id}/properties/{REPRIEVES}"
        client.request("PUT", path, body={"list": kept}, trace=trace)


def _read(client: JiraClient, issue_id: str) -> Any:
    answer = client.get(f"rest/api/3/issue/{issue_id}", {"fields": "status", "properties": REPRIEVES})
    return (answer.get("properties") or {}).get(REPRIEVES)


def with_reprieves(issue: Issue, raw: RawIssue) -> Issue:
    """The issue with what agents said about its silence.

    Anybody who may edit the issue may write the property: what does not read well, or speaks of another issue (a copy
    takes the properties along), is left out.
    """
    found = (_reprieve(entry) for entry in _listed(raw.properties.get(REPRIEVES)))
    return replace(issue, reprieves=tuple(one for one in found if one is not None and raw.id in one.id.split("/")))


def _reprieve(entry: Any) -> Reprieve | None:
    try:
        word, at = Word(entry["word"]), instant(entry["at"])
        until = date.fromisoformat(entry["until"]) if entry.get("until") else None
        if (word is Word.POSTPONED) is not bool(until) or any(day.year not in _YEARS for day in (at, until or at)):
            return None
        return Reprieve(
            id=str(entry["id"]),
            at=at,
            by=Person(str(entry["by"] or ""), Side.AGENT),
            word=word,
            until=until,
            reason=str(entry.get("reason") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _listed(written: Any) -> list[Any]:
    listed = written.get("list") if isinstance(written, dict) else None
    return listed if isinstance(listed, list) else []
