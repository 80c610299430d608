"""Verifies context tokens, which a page of ours got from Jira's bridge (contract §3.5)."""

from __future__ import annotations

from dataclasses import dataclass

from connect_app.doors.caller import Caller
from connect_app.doors.incoming import IncomingRequest, header_token
from connect_app.doors.tenant_tokens import SecretsOf, prove
from connect_app.errors import NotAuthentic

CONTEXT_QSH = "context-qsh"
"""The literal by which Jira says that the token is bound to a page, not to a request."""


@dataclass(frozen=True)
class ContextTokens:
    """Accepts only tokens with the literal hash, and only in the header.

    A token bound to a request lives in addresses, hence in logs: it opens no API.
    """

    secrets_of: SecretsOf
    audiences: frozenset[str] = frozenset()

    def verify(self, request: IncomingRequest, *, host_time: float) -> Caller:
        """Who is calling and from which page; `NotAuthentic` otherwise."""
        proved = prove(header_token(request), secrets_of=self.secrets_of, audiences=self.audiences, host_time=host_time)
        if proved.qsh != CONTEXT_QSH:
            raise NotAuthentic("not a context token")
        return proved.caller()
