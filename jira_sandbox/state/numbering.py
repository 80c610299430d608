"""Deterministic ids: the same steps give the same ids on every run of a site."""

from __future__ import annotations

import uuid
from collections import defaultdict

_NAMESPACE = uuid.UUID("6f1d2f0c-7b0e-5b57-9d55-3d1f6c9a4e10")
_FIRST = {
    "project": 10000,
    "issue": 10001,
    "status": 10001,
    "issuetype": 10001,
    "comment": 10100,
    "history": 10200,
    "worklog": 10400,
    "issuelink": 10500,
    "task": 10700,
    "webhook": 1000,
    "screen": 10100,
    "screentab": 10200,
    "resolution": 10000,
    "priority": 10000,
    "customfield": 10050,
    "context": 10300,
    "option": 10400,
    "approval": 1,
    "role": 10100,
    "requesttype": 1,
    "servicedesk": 1,
    "organization": 1,
    "queue": 1,
    "workflowscheme": 10100,
    "issuetypescheme": 10100,
    "person": 1,
}


class Numbering:
    """Counters of one site, one per kind of thing."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._next: dict[str, int] = defaultdict(lambda: 1, _FIRST)

    def number(self, kind: str) -> int:
        """The next number of a kind."""
        number = self._next[kind]
        self._next[kind] += 1
        return number

    def id(self, kind: str) -> str:
        """The next id of a kind, as a string of digits."""
        return str(self.number(kind))

    def uuid(self, kind: str) -> str:
        """The next UUID of a kind: of this site and this count, hence the same on every run."""
        return str(uuid.uuid5(_NAMESPACE, f"{self._site}:{kind}:{self.number('uuid ' + kind)}"))

    def named_uuid(self, kind: str, name: str) -> str:
        """The UUID of a named thing of this site."""
        return str(uuid.uuid5(_NAMESPACE, f"{self._site}:{kind}:{name}"))

    def follow(self, other: Numbering) -> None:
        """Goes on after the numbers of another site, whose things have been taken over."""
        for kind, number in other._next.items():
            self._next[kind] = max(self._next[kind], number)
