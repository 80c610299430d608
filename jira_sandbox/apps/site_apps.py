"""The apps of one site: the one object the site talks to about installing, signing and delivering."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jira_sandbox.apps import iframes, jwt
from jira_sandbox.apps.admin_webhooks import AdminWebhooks
from jira_sandbox.apps.delivery import Deliverer, Message
from jira_sandbox.apps.descriptor_webhooks import app_message, descriptor_messages
from jira_sandbox.apps.dispatch import Dispatcher
from jira_sandbox.apps.dynamic_webhooks import DynamicWebhooks
from jira_sandbox.apps.extractions import aliases
from jira_sandbox.apps.faults import WebhookFaults
from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.keys import KeyPair
from jira_sandbox.apps.lifecycle import lifecycle_body, request_hash
from jira_sandbox.apps.modules import find_module, modules_of
from jira_sandbox.apps.records import Records
from jira_sandbox.apps.registry import Registry
from jira_sandbox.apps.shown import ShownModule, Viewer, is_shown, shown_module
from jira_sandbox.apps.subject import IssueProperties, Matches, Subject
from jira_sandbox.apps.translations import Translations
from jira_sandbox.clock import epoch_ms, host_now
from jira_sandbox.happening import Happening, Notices
from jira_sandbox.state.indexed import IndexedPath

_NAMES = uuid.uuid5(uuid.NAMESPACE_DNS, "sandbox.test")


@dataclass(frozen=True)
class AppCaller:
    """The app that made a request: its key, its own user, and its scopes with those they imply."""

    key: str
    account_id: str
    scopes: frozenset[str]


class Apps:
    """The apps of one site. Thread-safe; never calls the site back while holding a lock of its own.

    `now` is the test clock; `app_user` gives the account id of an app's own user, creating it when there is none;
    `matches` answers whether an issue matches a JQL; `retry_scale` multiplies Atlassian's 5 to 15 minutes.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a site lends to its apps
        self,
        site_name: str,
        base_url: str,
        notices: Notices,
        key_pair: KeyPair,
        app_user: Callable[[str, str], str],
        now: Callable[[], datetime],
        matches: Matches,
        retry_scale: float,
        *,
        issue_properties: IssueProperties = lambda _: {},
        time_out: float = 10.0,
    ) -> None:
        self.site_name = site_name
        self.base_url = base_url.rstrip("/")
        self.client_key = str(uuid.uuid5(_NAMES, site_name))
        self.admin_webhooks = AdminWebhooks()
        self.dynamic_webhooks = DynamicWebhooks(now)
        self._now = now
        self._matches = matches
        self._issue_properties = issue_properties
        self._translations = Translations()
        self._numbers = itertools.count(1)
        self._records = Records(now)
        self._deliverer = Deliverer(site_name, self._records.add, retry_scale=retry_scale, time_out=time_out)
        self._dispatcher = Dispatcher(self._deliverer)
        site = (self.base_url, self.client_key)
        self._registry = Registry(site, key_pair, self._deliverer, app_user, self._next_identifier)
        self._closed = False
        notices.subscribe(self._on_happening)

    @property
    def faults(self) -> WebhookFaults:
        """What goes wrong with webhooks on purpose; setting it restarts its seed."""
        return self._dispatcher.faults

    @faults.setter
    def faults(self, faults: WebhookFaults) -> None:
        self._dispatcher.faults = faults

    def install(self, descriptor_url: str) -> dict[str, Any]:
        """Installs or re-installs as Atlassian does; raises DescriptorRefused or InstallRefused."""
        installation = self._registry.install(descriptor_url)
        self._publish_state(installation, "enabled")
        return describe(installation)

    def uninstall(self, key: str) -> None:
        """Uninstalls; raises KeyError when there is no such app."""
        self._registry.uninstall(key)
        self.dynamic_webhooks.delete(key)

    def enable(self, key: str) -> dict[str, Any]:
        """Enables; raises KeyError when there is no such app."""
        installation = self._registry.enable(key)
        self._publish_state(installation, "enabled")
        return describe(installation)

    def disable(self, key: str) -> dict[str, Any]:
        """Disables; raises KeyError when there is no such app."""
        installation = self._registry.get(key)
        self._publish_state(installation, "disabled")
        return describe(self._registry.disable(key))

    def installed(self) -> list[dict[str, Any]]:
        """The installed apps, without their secrets."""
        return [describe(installation) for installation in self._registry.all()]

    def installation(self, key: str) -> Installation:
        """All that is known of one installed app, its secret included; raises KeyError."""
        return self._registry.get(key)

    def authenticate(self, method: str, raw_path: str, query_string: str, token: str) -> AppCaller:
        """The app whose token this is; raises Unauthorized. The path is as sent, never decoded."""
        installation = self._registry.find(jwt.issuer(token))
        if installation is None or not installation.enabled or not installation.signs:
            raise jwt.Unauthorized("iss is not an enabled app of this site")
        request, base_path = (method, raw_path, query_string), urlsplit(self.base_url).path
        jwt.verify_request_token(token, installation.shared_secret, request, host_now(), base_path)
        return AppCaller(installation.key, installation.account_id, installation.descriptor.effective_scopes)

    def context_token(self, key: str, account_id: str | None, context: Mapping[str, Any]) -> str:
        """What AP.context.getToken gives the page of this app; raises KeyError when there is no such app."""
        return iframes.context_token(self._registry.get(key), account_id, context)

    def page_url(
        self, key: str, module: str, params: Mapping[str, str], account_id: str | None, context: Mapping[str, Any]
    ) -> str:
        """The signed iframe URL of a module, by its key; raises KeyError for an unknown app or page."""
        return iframes.page_url(self._registry.get(key), self.base_url, module, params, (account_id, context))

    def shown(self, kinds: Iterable[str], viewer: Viewer) -> list[ShownModule]:
        """The pages of these kinds (jiraIssueContexts, …) that this viewer finds, of all enabled apps."""
        return [
            shown_module(installation, kind, module, self._translations.of(installation, viewer.language))
            for installation in self._registry.all()
            if installation.enabled
            for kind in kinds
            for module in modules_of(installation.descriptor.modules, kind)
            if is_shown(module.get("conditions"), viewer)
        ]

    def module(self, key: str, module_key: str, language: str = "en") -> ShownModule:
        """One page of an enabled app, whoever may find it; raises KeyError."""
        installation = self._registry.get(key)
        found = find_module(installation.descriptor.modules, module_key)
        if found is None or not installation.enabled:
            raise KeyError(module_key)
        return shown_module(installation, *found, self._translations.of(installation, language))

    def jql_aliases(self) -> dict[str, IndexedPath]:
        """The aliases that enabled apps give to parts of issue properties."""
        enabled = (installation for installation in self._registry.all() if installation.enabled)
        return dict(found for installation in enabled for found in aliases(installation.descriptor.modules))

    def add_admin_webhook(
        self, url: str, events: Iterable[str], secret: str | None = None, jql: str | None = None
    ) -> dict[str, Any]:
        """Sets up a webhook as an administrator does; raises ValueError on an unknown event or a wrong URL."""
        return self.admin_webhooks.add(url, events, secret, jql).to_json()

    def post_function(self, key: str, module: str, body: Mapping[str, Any]) -> None:
        """Tells an app that its workflow post function was triggered (contract §2.5), retried as a webhook is.

        Raises KeyError when the app has no post function of that key.
        """
        installation = self._registry.get(key)
        found = find_module(installation.descriptor.modules, module)
        if found is None or found[0] != "jiraWorkflowPostFunctions":
            raise KeyError(module)
        happening = Happening(site=self.site_name, event=f"postfunction:{module}", body=dict(body))
        subject = Subject(happening, self._matches, self._issue_properties)
        url = subject.address(installation.descriptor.address(found[1]["triggered"]["url"]))
        self._send(app_message(key, url, subject.payload(), subject, self._next_identifier(), self._signed))

    def deliveries(self) -> list[dict[str, Any]]:
        """Every attempt to deliver anything, oldest first."""
        return self._records.attempts()

    def attempts(self) -> int:
        """How many times anything was attempted to be delivered."""
        return self._records.count()

    def failed_webhooks(self, key: str, after_ms: int = 0, max_results: int = 100) -> dict[str, Any]:
        """What GET /rest/api/3/webhook/failed answers this app."""
        return self._records.failed(key, after_ms, max_results)

    def in_flight(self) -> int:
        """How many deliveries are held, waiting, being sent or waiting for a retry; 0 means idle."""
        return self._deliverer.pending

    def close(self) -> None:
        """Stops delivering; what is under way ends."""
        self._closed = True
        self._deliverer.close()

    def _on_happening(self, happening: Happening) -> None:
        if self._closed or happening.site != self.site_name:
            return
        subject = Subject(happening, self._matches, self._issue_properties)
        for message in self._messages(subject):
            self._send(message)

    def _send(self, message: Message) -> None:
        lost = self._dispatcher.send(message)
        if lost is not None:
            self._records.add(lost)

    def _messages(self, subject: Subject) -> Iterator[Message]:
        for installation in self._registry.all():
            if installation.enabled:
                yield from self._app_messages(installation, subject)
        yield from self.admin_webhooks.messages(subject, self._next_identifier)

    def _app_messages(self, installation: Installation, subject: Subject) -> Iterator[Message]:
        yield from descriptor_messages(installation, subject, self._next_identifier, self._signed)
        yield from self.dynamic_webhooks.messages(installation, subject, self._next_identifier, self._signed)

    def _publish_state(self, installation: Installation, state: str) -> None:
        """Tells the app's own webhooks, which are not those of the lifecycle, that it was enabled or disabled."""
        body = lifecycle_body(installation, state, self.base_url, with_secret=False)
        event = f"connect_addon_{state}"
        body |= {"timestamp": epoch_ms(self._now()), "webhookEvent": event}
        happening = Happening(site=self.site_name, event=event, body=body)
        subject = Subject(happening, self._matches, self._issue_properties)
        for message in descriptor_messages(installation, subject, self._next_identifier, self._signed):
            self._send(message)

    def _signed(self, key: str, url: str) -> dict[str, str] | None:
        """Fresh headers for one attempt; None once the app is gone or disabled."""
        installation = self._registry.find(key)
        if installation is None or not installation.enabled:
            return None
        if not installation.signs:
            return {}
        claims = {"iss": installation.client_key, "qsh": request_hash(installation, "POST", url)}
        return {"Authorization": f"JWT {jwt.sign_shared(claims, installation.shared_secret, host_now())}"}

    def _next_identifier(self) -> str:
        return str(uuid.uuid5(_NAMES, f"{self.site_name}/{next(self._numbers)}"))


def describe(installation: Installation) -> dict[str, Any]:
    """What the control API shows of an installation: never its secret."""
    return {
        "key": installation.key,
        "name": installation.descriptor.title,
        "clientKey": installation.client_key,
        "baseUrl": installation.descriptor.base_url,
        "descriptorUrl": installation.descriptor_url,
        "accountId": installation.account_id,
        "scopes": list(installation.descriptor.scopes),
        "enabled": installation.enabled,
        "modules": sorted(installation.descriptor.modules),
    }
