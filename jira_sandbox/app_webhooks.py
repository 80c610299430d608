"""Joins the site's REST about webhooks to the apps that keep them."""

from __future__ import annotations

from collections.abc import Iterable

from jira_sandbox.apps import Apps
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views.basics import stamp


class AppWebhooks:
    """A WebhookRegistry over the apps of a site."""

    def __init__(self, site: Site, apps: Apps) -> None:
        self._site = site
        self._apps = apps

    def register(self, app_key: str, url: str, entries: Iterable[Value]) -> list[Json]:
        """One result per entry, in order."""
        return self._apps.dynamic_webhooks.register(self._apps.installation(app_key), url, entries)

    def registered(self, app_key: str) -> list[Json]:
        """The app's webhooks, as GET /webhook lists them."""
        return [
            {
                "id": item.id,
                "url": item.url,
                "jqlFilter": item.details.jqlFilter,
                "events": list(item.details.events),
                "fieldIdsFilter": list(item.details.fieldIdsFilter),
                "issuePropertyKeysFilter": list(item.details.issuePropertyKeysFilter),
                "expirationDate": stamp(self._site, item.expires),
            }
            for item in self._apps.dynamic_webhooks.alive(app_key)
        ]

    def refresh(self, app_key: str, ids: Iterable[int]) -> str:
        """Prolongs webhooks; the new end as Jira writes it."""
        return stamp(self._site, self._apps.dynamic_webhooks.refresh(app_key, ids))

    def delete(self, app_key: str, ids: Iterable[int]) -> None:
        """Removes webhooks."""
        self._apps.dynamic_webhooks.delete(app_key, ids)

    def failed(self, app_key: str, after_ms: int, most: int) -> Json:
        """Failed deliveries, as GET /webhook/failed lists them."""
        return self._apps.failed_webhooks(app_key, after_ms, most)

    def add_admin(self, wanted: Json) -> Json:
        """An administrator's webhook, as the administration screen shows it."""
        hooks = self._apps.admin_webhooks
        made = hooks.add(wanted["url"], wanted["events"], wanted["secret"], wanted["jql"], name=wanted["name"])
        return made.to_json()

    def admin(self) -> list[Json]:
        """The administrator's webhooks."""
        return [webhook.to_json() for webhook in self._apps.admin_webhooks.list()]

    def remove_admin(self, webhook_id: int) -> None:
        """Forgets one."""
        self._apps.admin_webhooks.remove(webhook_id)
