"""Verifies what an administrator's webhook sends: a signature of the raw body, and that the body is recent."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connect_app.doors.caller import Caller
from connect_app.doors.installation import Door, Installation, Secrets
from connect_app.errors import NotAuthentic

SIGNATURE_HEADER = "X-Hub-Signature"

ALGORITHMS = {"sha256": hashlib.sha256}
"""Atlassian may change the method one day; until then nothing else is a signature (contract §3.10)."""

OLDEST_SECONDS = 4 * 3600.0
"""Jira's last retry comes some 75 minutes after the event, 90 in the slow flow (contract §4.2)."""

NEWEST_SECONDS = 300.0
"""How far Jira's clock may be ahead of ours."""

REFUSAL = "the webhook's signature is not that of the site its address names"

HOOK_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")
_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")

SecretsOfHook = Callable[[str], tuple[Installation, Secrets] | None]
"""Finds an installation and its secrets by the id in its webhook's address; None when it may not come in."""


@dataclass(frozen=True)
class HookSignatures:
    """Accepts a body signed with the webhook's secret of the site that its address names."""

    secrets_of: SecretsOfHook

    def verify(
        self, hook_id: str, signature: str | None, read_body: Callable[[], bytes], *, host_time: float
    ) -> Caller:
        """Which site is calling; `NotAuthentic` otherwise, in the same words for every reason.

        The body of a stranger, who knows no address, is not even read.
        """
        found = self.secrets_of(hook_id) if HOOK_ID.fullmatch(hook_id) else None
        if found is not None and found[0].door is not Door.TOKEN:
            found = None
        if found is None:
            raise NotAuthentic(REFUSAL)
        installation, secrets = found
        body = read_body()
        method, _, given = (signature or "").strip().partition("=")
        algorithm = ALGORITHMS.get(method.lower(), hashlib.sha256)
        if method.lower() not in ALGORITHMS or not _HEXADECIMAL.fullmatch(given.lower()):
            given = ""
        matches = [_matches(secret, body, given.lower(), algorithm) for secret in secrets.valid(host_time)]
        if not any(matches):
            raise NotAuthentic(REFUSAL)
        return Caller(installation=installation)


def check_recent(body: Any, *, now: float) -> None:
    """`NotAuthentic` unless the signed body was made in the last hours; `now` is in seconds since the epoch.

    An old delivery that somebody kept and sends again is refused; a recent one is known by its identifier.
    """
    made = body.get("timestamp") if isinstance(body, Mapping) else None
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise NotAuthentic("the webhook's body says no instant")
    try:
        age = now - made / 1000.0
    except OverflowError:
        raise NotAuthentic("the webhook's body is of no time there is") from None
    if age > OLDEST_SECONDS:
        raise NotAuthentic("the webhook's body is too old: a delivery sent again, or a clock that is wrong")
    if age < -NEWEST_SECONDS:
        raise NotAuthentic("the webhook's body is of the future: a clock is wrong")


def _matches(secret: str, body: bytes, given: str, algorithm: Any) -> bool:
    return hmac.compare_digest(hmac.new(secret.encode(), body, algorithm).hexdigest().encode(), given.encode())
