"""Remembers for a second the secrets of sites that just sent something: a burst of webhooks asks the database once."""

from __future__ import annotations

import time
from collections.abc import Callable

from connect_app.doors.installation import Installation, Secrets

Found = tuple[Installation, Secrets]

FRESH_SECONDS = 1.0
"""How long another process's uninstallation may go unnoticed here."""


class RecentSecrets:
    """What `find` answered a moment ago; nothing is remembered of a name that it did not know.

    Whoever changes an installation in this process calls `forget`; whoever refuses a signature does so too and looks
    again, since another process may just have renewed the secret.
    """

    def __init__(self, find: Callable[[str], Found | None], *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._find = find
        self._seconds = seconds
        self._known: dict[str, tuple[float, Found]] = {}

    def __call__(self, name: str) -> Found | None:
        """The site of that name and its secrets."""
        now = self._seconds()
        at, known = self._known.get(name, (0.0, None))
        if known is not None and now - at < FRESH_SECONDS:
            return known
        found = self._find(name)
        if found is None:
            self._known.pop(name, None)
        else:
            self._known[name] = (now, found)
        return found

    def forget(self) -> bool:
        """Forgets everything; True when there was anything."""
        known, self._known = self._known, {}
        return bool(known)
