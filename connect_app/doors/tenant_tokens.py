"""Proves that a token was signed with the secret a site shares with us: what both HS256 classes have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connect_app.doors.caller import Caller
from connect_app.doors.installation import Door, Installation, Secrets
from connect_app.doors.jwt import read_untrusted, verified_claims
from connect_app.errors import NotAuthentic

ALGORITHM = "HS256"

SecretsOf = Callable[[str], tuple[Installation, Secrets] | None]
"""Finds an installation and its secrets by its client key; None when it may not come in."""

_NAME = re.compile(r"[\x21-\x7e]{1,255}")
_ACCOUNT = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True)
class ProvedToken:
    """Claims whose signature and dates are right, and the installation whose secret signed them."""

    installation: Installation
    claims: Mapping[str, Any]

    @property
    def qsh(self) -> str:
        """What the token is bound to; `NotAuthentic` when it is bound to nothing."""
        qsh = self.claims.get("qsh")
        if not isinstance(qsh, str) or not qsh:
            raise NotAuthentic("no qsh")
        return qsh

    def caller(self) -> Caller:
        """Who is calling."""
        account = self.claims.get("sub")
        if account is not None and not (isinstance(account, str) and _ACCOUNT.fullmatch(account)):
            raise NotAuthentic("sub is not an account")
        context = self.claims.get("context")
        return Caller(
            installation=self.installation,
            account_id=account,
            context=context if isinstance(context, Mapping) else {},
        )


def prove(text: str, *, secrets_of: SecretsOf, audiences: frozenset[str], host_time: float) -> ProvedToken:
    """Checks algorithm, tenant, signature, dates and audience, in this order; `NotAuthentic` otherwise.

    The secret before a rotation counts until `Secrets.previous_until`. Jira need not name an audience; when it does,
    it must be us (`audiences`) or the tenant itself.
    """
    token = read_untrusted(text, algorithm=ALGORITHM)
    issuer = token.claims.get("iss")
    if not isinstance(issuer, str) or not _NAME.fullmatch(issuer):
        raise NotAuthentic("no issuer")
    found = secrets_of(issuer)
    # A site that came in with an API token has a secret too, but never signs with it.
    if found is None or found[0].door is not Door.CONNECT:
        raise NotAuthentic("unknown issuer")
    installation, secrets = found
    refusal = NotAuthentic("signature")
    for secret in secrets.valid(host_time):
        try:
            claims = verified_claims(token, secret, algorithm=ALGORITHM, host_time=host_time)
        except NotAuthentic as error:
            refusal = error
            continue
        _check_audience(claims, audiences | {installation.client_key})
        return ProvedToken(installation, claims)
    raise refusal


def _check_audience(claims: Mapping[str, Any], audiences: frozenset[str]) -> None:
    named = claims.get("aud")
    if named is None or named == []:
        return
    listed = named if isinstance(named, list) else [named]
    if not any(isinstance(name, str) and name.rstrip("/") in audiences for name in listed):
        raise NotAuthentic("addressed to somebody else")
