"""What a site remembers of an installed app."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from jira_sandbox.apps.descriptor import Descriptor


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One app on one site: its descriptor, the secret shared with it, and its own user."""

    descriptor: Descriptor
    descriptor_url: str
    client_key: str
    shared_secret: str = field(repr=False)
    account_id: str = ""
    enabled: bool = True

    @property
    def key(self) -> str:
        """The app's key."""
        return self.descriptor.key

    @property
    def signs(self) -> bool:
        """Whether requests to and from this app carry tokens."""
        return self.descriptor.authentication.type.lower() == "jwt"


def fresh_secret() -> str:
    """A new shared secret of 384 random bits (at least 256 are promised)."""
    return secrets.token_urlsafe(48)
