"""Makes and reads links to our pages outside Jira: sealed, expiring, about one request, one project or our own work."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from connect_app.doors.secret_box import SecretBox
from connect_app.errors import Misconfigured, NotAuthentic

_PURPOSE = "relance/link/1:"
"""What is sealed for another purpose (a token, a secret) is no link, though the key is the same."""

LONGEST = 2048
LONGEST_DAYS = 90
LONGEST_OPERATOR_HOURS = 24


class Scope(StrEnum):
    """What a link shows: a request to the team, a request to one customer, a project's next steps to the team.

    An operator's shows the administration of one site, or of all, and changes it: it never opens a page of the others.
    """

    ISSUE = "issue"
    CUSTOMER = "customer"
    PROJECT = "project"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link: whose site, what it is about, and until when (host time, seconds).

    `subject` is an issue's id, or a project's key, and empty for an operator; `account_id` the customer it speaks for,
    for that scope only. An operator's link without an installation is about every site.
    """

    installation_id: str
    scope: Scope
    subject: str
    expires: float
    account_id: str | None = None


class Links:
    """Seals links with the newest key; opens those sealed with any. Whoever holds one needs no password."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def seal(self, link: Link) -> str:
        """The token of a link."""
        return self._box.encrypt(_PURPOSE + json.dumps(asdict(link), sort_keys=True)).decode("ascii")

    def open(self, token: str, *, host_time: float) -> Link:
        """The link of a token; `NotAuthentic` when it is none, was changed, or has expired."""
        if not token or len(token) > LONGEST:
            raise NotAuthentic("no link")
        try:
            said = self._box.decrypt(token.encode("utf-8", "surrogatepass"))
        except Misconfigured:
            raise NotAuthentic("not a link of ours") from None
        if not said.startswith(_PURPOSE):
            raise NotAuthentic("sealed for another purpose")
        fields: dict[str, Any] = json.loads(said.removeprefix(_PURPOSE))
        link = Link(**{**fields, "scope": Scope(fields["scope"])})
        if host_time >= link.expires:
            raise NotAuthentic("the link has expired")
        return link
