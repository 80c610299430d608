"""Reads what agents said about the silence of a request: postponed to a day, left alone, or as documented again.

A word counts for one stay in the waiting statuses: whoever asks the customer anew starts with the documented delays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from automation_rules.actions import Action
from automation_rules.facts import Issue, Reprieve, Word


@dataclass(frozen=True, kw_only=True)
class SetReprieve(Action):
    """Writes a word on the request, said at `at` (UTC) by an agent (`by`, the account id) or an operator (None)."""

    word: Word
    at: datetime
    by: str | None
    until: date | None = None
    reason: str = ""

    @property
    def summary(self) -> str:
        """One line for people."""
        match self.word:
            case Word.POSTPONED:
                return f"postpone the closure to {self.until}"
            case Word.EXEMPTED:
                return "leave the request alone as long as it waits"
            case _:
                return "remind and close the request as documented again"


def standing(issue: Issue, entry: datetime) -> Reprieve | None:
    """The word that holds in the stay that began at `entry`; None when nothing was said, or it was taken back.

    The issue's history is in order.
    """
    said = _said(issue, entry)
    return said[-1] if said and said[-1].word is not Word.RESUMED else None


def suspended(issue: Issue, entry: datetime, since: datetime) -> timedelta:
    """How long after `since` a word held that was taken back later: that time counts as no silence."""
    held, began = timedelta(), None
    for reprieve in _said(issue, entry):
        if reprieve.word is not Word.RESUMED:
            began = began or reprieve.at
        elif began is not None:
            held += max(timedelta(), reprieve.at - max(began, since))
            began = None
    return held


def _said(issue: Issue, entry: datetime) -> list[Reprieve]:
    return [reprieve for reprieve in issue.reprieves if reprieve.at >= entry]
