"""The webhooks an app registers at run time through REST, which expire after thirty days (contract §2.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jira_sandbox.apps.delivery import Message
from jira_sandbox.apps.descriptor_webhooks import Headers, app_message
from jira_sandbox.apps.events import DYNAMIC_EVENTS
from jira_sandbox.apps.filters import filter_problem
from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.subject import Subject

LIFE = timedelta(days=30)
MOST_PER_APP = 100


class DynamicDetails(BaseModel):
    """One entry of `webhooks` in the registration."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    events: tuple[str, ...] = Field(min_length=1)
    jqlFilter: str  # noqa: N815 - the field's name in Atlassian's document
    fieldIdsFilter: tuple[str, ...] = ()  # noqa: N815 - the field's name in Atlassian's document
    issuePropertyKeysFilter: tuple[str, ...] = ()  # noqa: N815 - the field's name in Atlassian's document


@dataclass(frozen=True, kw_only=True)
class DynamicWebhook:
    """A registered webhook and the instant of the test clock at which it ends."""

    id: int
    app_key: str
    url: str
    details: DynamicDetails
    expires: datetime

    def wants(self, subject: Subject, now: datetime) -> bool:
        """Whether it is still alive and this event passes its filters."""
        happening, details = subject.happening, self.details
        if now >= self.expires or happening.event not in details.events:
            return False
        if details.fieldIdsFilter and happening.event == "jira:issue_updated":
            items = (happening.body.get("changelog") or {}).get("items", ())
            if not {item.get("fieldId", item.get("field")) for item in items} & set(details.fieldIdsFilter):
                return False
        about_property = happening.event.startswith("issue_property_") and details.issuePropertyKeysFilter
        if about_property and (happening.body.get("property") or {}).get("key") not in about_property:
            return False
        return subject.passes(details.jqlFilter)


class DynamicWebhooks:
    """The dynamic webhooks of one site."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._webhooks: dict[int, DynamicWebhook] = {}
        self._last_id = 999

    def register(self, installation: Installation, url: str, entries: Iterable[Any]) -> list[dict[str, Any]]:
        """One result per entry, in order: {"createdWebhookId"} or {"errors"}; nothing here fails as a whole."""
        return [self._register_one(installation, url, entry) for entry in entries]

    def alive(self, app_key: str) -> list[DynamicWebhook]:
        """Those of one app that have not expired."""
        now = self._now()
        with self._lock:
            return [each for each in self._webhooks.values() if each.app_key == app_key and now < each.expires]

    def refresh(self, app_key: str, ids: Iterable[int]) -> datetime:
        """Gives the app's webhooks thirty more days from now; the new end."""
        expires = self._now() + LIFE
        with self._lock:
            for webhook_id in ids:
                webhook = self._webhooks.get(webhook_id)
                if webhook is not None and webhook.app_key == app_key:
                    self._webhooks[webhook_id] = replace(webhook, expires=expires)
        return expires

    def delete(self, app_key: str, ids: Iterable[int] | None = None) -> None:
        """Deletes the given webhooks of the app, or all; ids of others are ignored, as Jira does."""
        with self._lock:
            wanted = set(self._webhooks) if ids is None else set(ids)
            gone = [each for each in wanted if each in self._webhooks and self._webhooks[each].app_key == app_key]
            for webhook_id in gone:
                del self._webhooks[webhook_id]

    def messages(
        self, installation: Installation, subject: Subject, next_identifier: Callable[[], str], signed: Headers
    ) -> Iterator[Message]:
        """One message per URL, naming in `matchedWebhookIds` every webhook it answers to."""
        now = self._now()
        by_url: dict[str, list[int]] = {}
        for webhook in self.alive(installation.key):
            if webhook.wants(subject, now):
                by_url.setdefault(webhook.url, []).append(webhook.id)
        for url, ids in by_url.items():
            payload = subject.payload(matchedWebhookIds=ids)
            yield app_message(installation.key, url, payload, subject, next_identifier(), signed, dynamic=True)

    def _register_one(self, installation: Installation, url: str, entry: Any) -> dict[str, Any]:
        try:
            details = DynamicDetails.model_validate(entry)
        except ValidationError as error:
            return {"errors": [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]}
        errors = self._problems(installation, url, details)
        if errors:
            return {"errors": errors}
        with self._lock:
            self._last_id += 1
            webhook = DynamicWebhook(
                id=self._last_id, app_key=installation.key, url=url, details=details, expires=self._now() + LIFE
            )
            self._webhooks[webhook.id] = webhook
        return {"createdWebhookId": webhook.id}

    def _problems(self, installation: Installation, url: str, details: DynamicDetails) -> list[str]:
        found = [f"The event {each} is not supported." for each in details.events if each not in DYNAMIC_EVENTS]
        origin = installation.descriptor.base_url.rstrip("/")
        if url != origin and not url.startswith((f"{origin}/", f"{origin}?")):
            found.append("The URL must be under the app's base URL.")
        if details.jqlFilter.strip() and (problem := filter_problem(details.jqlFilter)):
            found.append(f"The jqlFilter is invalid: {problem}")
        if len(self.alive(installation.key)) >= MOST_PER_APP:
            found.append(f"An app may have {MOST_PER_APP} dynamic webhooks at most.")
        return found
