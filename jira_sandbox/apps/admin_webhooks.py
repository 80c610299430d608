"""The webhooks an administrator sets up by hand: no token, but a signature of the raw body (contract §3.10)."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from jira_sandbox.apps.delivery import Message
from jira_sandbox.apps.events import KNOWN_EVENTS
from jira_sandbox.apps.subject import Subject


def hub_signature(secret: str, body: bytes) -> str:
    """The X-Hub-Signature of a body: method=hexadecimal HMAC."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class AdminWebhook:
    """One webhook of the administration screen."""

    id: int
    url: str
    events: frozenset[str]
    secret: str | None = field(default=None, repr=False)
    jql: str | None = None
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the administrator sees of it: never the secret."""
        seen = {"id": self.id, "name": self.name, "url": self.url, "events": sorted(self.events), "jql": self.jql}
        return {**seen, "signed": self.secret is not None}


class AdminWebhooks:
    """The administrator's webhooks of one site."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._webhooks: dict[int, AdminWebhook] = {}
        self._last_id = 0

    def add(
        self, url: str, events: Iterable[str], secret: str | None, jql: str | None, *, name: str = ""
    ) -> AdminWebhook:
        """Registers; raises ValueError on an unknown event or a URL that is not http or https."""
        wanted = frozenset(events)
        if unknown := sorted(wanted - KNOWN_EVENTS):
            raise ValueError(f"unknown events: {', '.join(unknown)}")
        if not wanted:
            raise ValueError("at least one event is needed")
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError(f"{url!r} is not an http or https URL")
        with self._lock:
            self._last_id += 1
            webhook = AdminWebhook(id=self._last_id, url=url, events=wanted, secret=secret or None, jql=jql, name=name)
            self._webhooks[webhook.id] = webhook
        return webhook

    def remove(self, webhook_id: int) -> None:
        """Forgets; raises KeyError when there is none of this id."""
        with self._lock:
            del self._webhooks[webhook_id]

    def list(self) -> tuple[AdminWebhook, ...]:
        """All of them, in the order of creation."""
        with self._lock:
            return tuple(self._webhooks.values())

    def messages(self, subject: Subject, next_identifier: Callable[[], str]) -> Iterator[Message]:
        """What the administrator's receivers are to be told."""
        happening = subject.happening
        for webhook in self.list():
            if happening.event not in webhook.events or not self._passes(webhook, subject):
                continue
            body = subject.payload()
            yield Message(
                identifier=next_identifier(),
                url=subject.address(webhook.url),
                event=happening.event,
                body=body,
                authorise=partial(self._headers, webhook, body),
                flow=happening.flow,
                trace=happening.trace,
                issue_id=happening.issue_id,
            )

    def _headers(self, webhook: AdminWebhook, body: bytes) -> dict[str, str] | None:
        """The headers of one attempt; None once the webhook is deleted, so that it is not tried again."""
        if webhook not in self.list():
            return None
        return {"X-Hub-Signature": hub_signature(webhook.secret, body)} if webhook.secret else {}

    @staticmethod
    def _passes(webhook: AdminWebhook, subject: Subject) -> bool:
        """Unlike an app's filter, the administrator's JQL holds for every event that names an issue."""
        issue_id = subject.happening.issue_id
        return not webhook.jql or issue_id is None or subject.holds(webhook.jql, issue_id)
