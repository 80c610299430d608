"""Remembers what a sweep has read, so that one that was interrupted asks Jira for the rest only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
"""How long it is good for: what a closure waits for is counted in days."""


@dataclass(frozen=True)
class _Read:
    version: str
    at: datetime
    closures: tuple[str, ...]


@dataclass
class InterruptedSweep:
    """The closures found so far, by project and issue. Kept by the process: another one would read them itself."""

    _found: dict[str, dict[str, _Read]] = field(default_factory=dict)

    def closures(self, project_key: str, issue_id: str, version: str, now: datetime) -> tuple[str, ...] | None:
        """What was found in this version of an issue a little while ago; None when it was not read."""
        known = self._found.get(project_key, {}).get(issue_id)
        fresh = known is not None and known.version == version and now - known.at < LASTS
        return known.closures if known is not None and fresh else None

    def keep(self, project_key: str, issue_id: str, version: str, now: datetime, closures: tuple[str, ...]) -> None:
        """Remembers what was found in an issue."""
        self._found.setdefault(project_key, {})[issue_id] = _Read(version, now, closures)

    def complete(self, project_key: str) -> None:
        """Forgets everything: the project was swept to its end."""
        self._found.pop(project_key, None)
