"""Says who was let in, once that has been proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_app.doors.installation import Installation
from connect_app.errors import Malformed

ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,63}-[1-9][0-9]{0,11}")
ISSUE_ID = re.compile(r"[1-9][0-9]{0,18}")


@dataclass(frozen=True, kw_only=True)
class LifecycleCaller:
    """Atlassian itself, speaking for the site whose key this is."""

    client_key: str


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A site, and the person looking through it; `account_id` is None for webhooks and for anonymous viewers.

    `context` is what Jira signed about the page; nothing in it was chosen by the viewer.
    """

    installation: Installation
    account_id: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def issue_key(self) -> str | None:
        """The key of the issue the page is about; `Malformed` when it cannot be one."""
        return self._of_issue("key", ISSUE_KEY)

    @property
    def issue_id(self) -> str | None:
        """The id of the issue the page is about; `Malformed` when it cannot be one."""
        return self._of_issue("id", ISSUE_ID)

    def _of_issue(self, name: str, shape: re.Pattern[str]) -> str | None:
        place: Any = self.context
        for part in ("jira", "issue", name):
            place = place.get(part) if isinstance(place, Mapping) else None
        if place is None:
            return None
        if not isinstance(place, str) or not shape.fullmatch(place):
            raise Malformed(f"the context's issue {name} is none")
        return place
