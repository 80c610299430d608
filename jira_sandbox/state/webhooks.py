"""What the REST of a site asks of whoever keeps the webhooks that apps register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from jira_sandbox.state.shapes import Json, Value


class WebhookRegistry(Protocol):
    """The webhooks apps registered at run time, by app key."""

    def register(self, app_key: str, url: str, entries: Iterable[Value]) -> list[Json]:
        """One result per entry, in order."""

    def registered(self, app_key: str) -> list[Json]:
        """The app's webhooks, as GET /webhook lists them."""

    def refresh(self, app_key: str, ids: Iterable[int]) -> str:
        """Prolongs webhooks; the new end as Jira writes it."""

    def delete(self, app_key: str, ids: Iterable[int]) -> None:
        """Removes webhooks."""

    def failed(self, app_key: str, after_ms: int, most: int) -> Json:
        """Failed deliveries, as GET /webhook/failed lists them."""

    def add_admin(self, wanted: Json) -> Json:
        """Sets up an administrator's webhook: name, url, events, secret, jql; ValueError says what is wrong."""

    def admin(self) -> list[Json]:
        """The administrator's webhooks, without their secrets."""

    def remove_admin(self, webhook_id: int) -> None:
        """Forgets one; KeyError when there is none of this id."""
