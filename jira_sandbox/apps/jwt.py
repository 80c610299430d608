"""Signs the tokens Jira sends and verifies those an app sends (contract §3.1 to §3.6)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from jira_sandbox.apps.keys import KeyPair
from jira_sandbox.apps.qsh import query_string_hash

LIFETIME_SECONDS = 180
SKEW_SECONDS = 30
CONTEXT_QSH = "context-qsh"


class Unauthorized(Exception):
    """The token of a request was refused; the text is for the sandbox's log, an app only sees 401."""


def sign_shared(claims: Mapping[str, Any], secret: str, now: datetime) -> str:
    """Signs with HS256 and the installation's shared secret; adds `iat` and `exp` from `now`, the host's time."""
    return jwt.encode(_dated(claims, now), secret, algorithm="HS256")


def sign_lifecycle(claims: Mapping[str, Any], pair: KeyPair, now: datetime) -> str:
    """Signs with RS256 under the pair's key id, as `installed` and `uninstalled` are."""
    return jwt.encode(_dated(claims, now), pair.private, algorithm="RS256", headers={"kid": pair.kid})


def issuer(token: str) -> str:
    """The `iss` of a token not yet verified, to find whose secret verifies it; raises Unauthorized when unreadable."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise Unauthorized(f"unreadable token: {error}") from error
    issued_by = claims.get("iss")
    if not isinstance(issued_by, str) or not issued_by:
        raise Unauthorized("no iss")
    return issued_by


def verify_request_token(
    token: str, secret: str, request: tuple[str, str, str], now: datetime, base_path: str = ""
) -> dict[str, Any]:
    """Claims of an HS256 token bound to one request, given as (method, raw path, query).

    Raises Unauthorized on another algorithm, a wrong signature, an `exp` absent, past or further away than three
    minutes, or a `qsh` that is not this request's.
    """
    claims = _verified(token, secret)
    _check_time(claims, now)
    method, raw_path, query = request
    expected = query_string_hash(method, raw_path, query, base_path)
    found = claims.get("qsh")
    if not isinstance(found, str) or not hmac.compare_digest(found.encode(), expected.encode()):
        raise Unauthorized("qsh is not that of this request")
    return claims


def _dated(claims: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    issued = int(now.timestamp())
    return {**claims, "iat": issued, "exp": issued + LIFETIME_SECONDS}


def _verified(token: str, secret: str) -> dict[str, Any]:
    try:
        if jwt.get_unverified_header(token).get("alg") != "HS256":
            raise Unauthorized("alg is not HS256")
        # The times are checked by _check_time, against the instant given, not against the host's clock.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        return jwt.decode(token, secret, algorithms=["HS256"], options=options)
    except jwt.PyJWTError as error:
        raise Unauthorized(f"token refused: {error}") from error


def _check_time(claims: Mapping[str, Any], now: datetime) -> None:
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise Unauthorized("no exp")
    remaining = expires - now.timestamp()
    if remaining < -SKEW_SECONDS:
        raise Unauthorized("expired")
    if remaining > LIFETIME_SECONDS + SKEW_SECONDS:
        raise Unauthorized("exp is more than three minutes away")
