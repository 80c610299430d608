"""Signs and reads JSON web tokens: the algorithm is ours to choose, the time is an argument."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connect_app.errors import NotAuthentic

LEEWAY_SECONDS = 30.0
"""How far the sender's clock may be from ours."""

LARGEST_TOKEN = 8192
"""Longer than any token of Jira's, and short enough that nested JSON cannot exhaust the interpreter for long."""

# PyJWT reads the machine's clock; the time is an argument here, so the claims are checked below, all of them.
_SIGNATURE_ONLY: Any = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True)
class UntrustedToken:
    """What a token says before anybody has checked that it is true."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def sign(claims: Mapping[str, Any], secret: str) -> str:
    """A token of these claims signed with HS256."""
    return jwt.encode(dict(claims), secret, algorithm="HS256")


def read_untrusted(text: str, *, algorithm: str) -> UntrustedToken:
    """Takes a token apart without believing it; `NotAuthentic` unless it announces exactly this algorithm."""
    if len(text) > LARGEST_TOKEN:
        raise NotAuthentic("token too long")
    try:
        told = jwt.decode_complete(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise NotAuthentic(f"unreadable token: {type(error).__name__}") from None
    if told["header"].get("alg") != algorithm:
        raise NotAuthentic(f"algorithm is not {algorithm}")
    return UntrustedToken(text, told["header"], told["payload"])


def verified_claims(
    token: UntrustedToken, key: str | RSAPublicKey, *, algorithm: str, host_time: float
) -> Mapping[str, Any]:
    """The claims of a token whose signature and dates are right.

    `host_time` is in seconds since the epoch. `exp` is required; `nbf` and `iat` are checked when present.
    `NotAuthentic` otherwise.
    """
    try:
        claims: Mapping[str, Any] = jwt.decode(token.text, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise NotAuthentic(f"signature: {type(error).__name__}") from None
    _check_dates(claims, host_time)
    return claims


def _check_dates(claims: Mapping[str, Any], host_time: float) -> None:
    expires = _seconds(claims, "exp")
    if expires is None:
        raise NotAuthentic("no exp")
    if expires + LEEWAY_SECONDS <= host_time:
        raise NotAuthentic("expired")
    not_before = _seconds(claims, "nbf")
    if not_before is not None and not_before - LEEWAY_SECONDS > host_time:
        raise NotAuthentic("not valid yet")
    issued = _seconds(claims, "iat")
    if issued is not None and issued - LEEWAY_SECONDS > host_time:
        raise NotAuthentic("issued in the future")


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAuthentic(f"{name} is not a number")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise NotAuthentic(f"{name} is out of range")
    return seconds
