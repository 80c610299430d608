"""Says whether a text tells what it must not: anything that looks like a token, and what is known to be secret."""

from __future__ import annotations

import re

from connect_app.runtime import Runtime
from scripts.desk.desk import Site
from scripts.desk.house import House

TOKENS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+|gAAAAA[\w=-]{20,}|\bAT(?:ATT|CTT)[\w=.-]{10,}"
    r"|(?:JWT|Basic|Bearer)\s+(?!\[removed)[\w.~+/=-]{12,}|sha256=[0-9a-f]{64}|/hooks/(?!\[removed|<)\w+"
    r"|(?:token|jwt|secret)=(?!\[removed)[\w.-]{8,}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
"""Tokens, ciphertexts, headers, signatures, addresses of webhooks, parameters, e-mail addresses."""

OURS = ("web*.log", "worker*.log")
"""The logs of the app's own processes; the sandbox's are Jira's."""


def told_by(house: House, known: frozenset[str] = frozenset()) -> list[str]:
    """The lines of the app's logs that tell something secret: by its look, or because it is known.

    Everybody's login and mail address is known, and `known` besides.
    """
    secrets = known | {m.email for m in house.control.members} | {m.token for m in house.control.members}
    look = re.compile("|".join([TOKENS.pattern, *map(re.escape, sorted(secrets))]))
    texts = [path.read_text("utf-8", "replace") for pattern in OURS for path in sorted(house.folder.glob(pattern))]
    return [line[:300] for text in texts if look.search(text) for line in text.splitlines() if look.search(line)]


def secrets_of(site: Site, runtime: Runtime) -> frozenset[str]:
    """What a site and we prove ourselves with, and where its webhook comes to."""
    found = runtime.store.installations.secrets_of(site.client_key)
    if found is None:
        return frozenset()
    installation, secrets = found
    told = (secrets.shared, secrets.previous, installation.hook_id)
    return frozenset(secret for secret in told if secret)
