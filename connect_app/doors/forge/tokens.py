"""Verifies Forge invocation tokens, by which Atlassian calls a Forge Remote (contract §6.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connect_app.doors.incoming import IncomingRequest, header_token
from connect_app.doors.jwt import read_untrusted, verified_claims
from connect_app.errors import NotAuthentic

ALGORITHM = "RS256"
ISSUER = "forge/invocation-token"


@dataclass(frozen=True, kw_only=True)
class ForgeCaller:
    """The Forge installation that calls, where its Jira answers, and the person looking, if any.

    `token_id` is unique to the call: whoever acts on it must refuse to see it twice.
    """

    installation_id: str
    api_base_url: str
    account_id: str | None
    token_id: str


@dataclass(frozen=True)
class ForgeTokens:
    """Accepts a token of Atlassian's for our Forge app (`app_id`, `ari:cloud:ecosystem::app/<uuid>`)."""

    key_of: Callable[[str, float], RSAPublicKey]
    app_id: str

    def verify(self, request: IncomingRequest, *, host_time: float) -> ForgeCaller:
        """Who is calling; `NotAuthentic` otherwise."""
        token = read_untrusted(header_token(request, scheme="Bearer"), algorithm=ALGORITHM)
        self._check_parties(token.claims)
        kid = token.header.get("kid")
        if not isinstance(kid, str):
            raise NotAuthentic("no kid")
        claims = verified_claims(token, self.key_of(kid, host_time), algorithm=ALGORITHM, host_time=host_time)
        self._check_parties(claims)
        app = claims.get("app")
        if not isinstance(app, Mapping):
            raise NotAuthentic("no app")
        account = claims.get("principal")
        return ForgeCaller(
            installation_id=_text(app, "installationId"),
            api_base_url=_text(app, "apiBaseUrl"),
            account_id=account if isinstance(account, str) and account else None,
            token_id=_text(claims, "jti"),
        )

    def _check_parties(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") != ISSUER:
            raise NotAuthentic("not a Forge invocation token")
        if claims.get("aud") != self.app_id:
            raise NotAuthentic("aud is another app")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise NotAuthentic(f"no {name}")
    return value
