"""Verifies request-bound tokens: webhooks, `enabled` and `disabled`, pages (contract §3.3)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from connect_app.doors.caller import Caller
from connect_app.doors.incoming import IncomingRequest, only_token
from connect_app.doors.qsh import query_string_hash
from connect_app.doors.tenant_tokens import SecretsOf, prove
from connect_app.errors import NotAuthentic


@dataclass(frozen=True)
class RequestTokens:
    """Accepts a token that is good for this method, path and query and no other.

    `audiences` are the names a token may be addressed to: the app's key and its base URL.
    """

    secrets_of: SecretsOf
    audiences: frozenset[str] = frozenset()

    def verify(self, request: IncomingRequest, *, host_time: float) -> Caller:
        """Who is calling; `NotAuthentic` otherwise. The token signs the request line, never the body."""
        proved = prove(only_token(request), secrets_of=self.secrets_of, audiences=self.audiences, host_time=host_time)
        check_bound(proved.qsh, request)
        return proved.caller()


def check_bound(qsh: str, request: IncomingRequest) -> None:
    """`NotAuthentic` unless the hash is that of this request; a context token's literal never is."""
    try:
        expected = query_string_hash(request.method, request.raw_path, request.query_string)
    except ValueError as error:
        raise NotAuthentic(f"query: {error}") from None
    if not hmac.compare_digest(qsh.encode("utf-8", "surrogatepass"), expected.encode()):
        raise NotAuthentic("qsh is of another request")
