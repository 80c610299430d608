"""Names what can be wrong with a site that comes in with a token, so that each reader is told in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connect_app.errors import Moved, NotAllowed, RelanceError, Temporary, Unauthorized


class Verdict(StrEnum):
    """What a finding means."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One piece of a site that was looked at: a stable code, what was found, and the facts of its sentence."""

    code: str
    verdict: Verdict
    facts: Mapping[str, Any] = field(default_factory=dict)


class SiteRefused(RelanceError):
    """A site, or what it gave us, is not accepted; `code` and `facts` make the sentence, and nothing was stored."""

    remedy = "Correct what the message names and run the command again; nothing was changed."

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(": ".join([code, *(str(fact) for fact in facts.values())]))
        self.code = code
        self.facts = facts


def refused_because(error: RelanceError, address: str) -> SiteRefused:
    """Why a site could not be spoken to, as one of our codes."""
    if isinstance(error, Unauthorized):
        return SiteRefused("locked" if error.locked_out else "token-refused", address=address)
    if isinstance(error, Moved):
        return SiteRefused("moved", address=address, location=error.location or "?")
    if isinstance(error, Temporary):
        return SiteRefused("silent", address=address)
    if isinstance(error, NotAllowed):
        return SiteRefused("left-the-site", address=address)
    return SiteRefused("not-jira", address=address)
