"""Verifies lifecycle tokens, by which Atlassian itself installs and uninstalls us (contract §3.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connect_app.doors.caller import LifecycleCaller
from connect_app.doors.incoming import IncomingRequest, header_token
from connect_app.doors.jwt import read_untrusted, verified_claims
from connect_app.doors.request_tokens import check_bound
from connect_app.errors import NotAuthentic

ALGORITHM = "RS256"

_CLIENT_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class LifecycleTokens:
    """Accepts a token signed by Atlassian's installation key for our base URL, and nothing weaker.

    There is no way back to HS256: whoever knew an old secret could otherwise replace it. `key_of` finds the public key
    of a `kid` at an instant (`InstallKeys.find`); `base_url` is the app's own.
    """

    key_of: Callable[[str, float], RSAPublicKey]
    base_url: str

    def verify(self, request: IncomingRequest, *, host_time: float) -> LifecycleCaller:
        """For which site Atlassian speaks; raises `NotAuthentic`, or `KeyServerDown` when the key cannot be had."""
        token = read_untrusted(header_token(request), algorithm=ALGORITHM)
        # Checked before the key is fetched: a stranger's token must not make us call anybody.
        self._check_addressee(token.claims)
        kid = token.header.get("kid")
        if not isinstance(kid, str):
            raise NotAuthentic("no kid")
        key = self.key_of(kid, host_time)
        claims = verified_claims(token, key, algorithm=ALGORITHM, host_time=host_time)
        self._check_addressee(claims)
        qsh = claims.get("qsh")
        if not isinstance(qsh, str):
            raise NotAuthentic("no qsh")
        check_bound(qsh, request)
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or not _CLIENT_KEY.fullmatch(issuer):
            raise NotAuthentic("no issuer")
        return LifecycleCaller(client_key=issuer)

    def _check_addressee(self, claims: Mapping[str, Any]) -> None:
        audience = claims.get("aud")
        first = audience[0] if isinstance(audience, list) and audience else audience
        if not isinstance(first, str) or first.rstrip("/") != self.base_url.rstrip("/"):
            raise NotAuthentic("aud is not our base URL")
