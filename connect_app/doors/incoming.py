"""Describes a request that wants to come in, and finds the one token it carries."""

from __future__ import annotations

from dataclasses import dataclass, field

from connect_app.errors import NotAuthentic


@dataclass(frozen=True, kw_only=True)
class IncomingRequest:
    """What the doors look at, and nothing else of the request.

    `raw_path` is the path as sent, relative to the app's base URL; `query_string` is as sent, without its `?`;
    `jwt_parameters` are the values of every `jwt` parameter in it.
    """

    method: str
    raw_path: str
    query_string: str = field(default="", repr=False)
    authorization: str | None = field(default=None, repr=False)
    jwt_parameters: tuple[str, ...] = field(default=(), repr=False)


def header_token(request: IncomingRequest, *, scheme: str = "JWT") -> str:
    """The token of the `Authorization` header, the only place allowed; `NotAuthentic` otherwise."""
    if request.jwt_parameters:
        raise NotAuthentic("a token in the address where only the header is read")
    return _from_header(request, scheme)


def only_token(request: IncomingRequest) -> str:
    """The token of the header or of the address; `NotAuthentic` when there is none, or more than one."""
    if request.authorization is None and len(request.jwt_parameters) == 1:
        return request.jwt_parameters[0]
    return header_token(request)


def _from_header(request: IncomingRequest, scheme: str) -> str:
    if request.authorization is None:
        raise NotAuthentic("no token")
    said, _, token = request.authorization.partition(" ")
    if said.lower() != scheme.lower() or not token or "," in token:
        raise NotAuthentic(f"not one {scheme} token")
    return token.strip()
