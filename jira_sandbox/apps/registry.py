"""Which apps are installed on a site, and how they come, change and go (contract §3.1, §3.9)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from jira_sandbox.apps.delivery import Deliverer, Message
from jira_sandbox.apps.descriptor import fetch_descriptor
from jira_sandbox.apps.installation import Installation, fresh_secret
from jira_sandbox.apps.keys import KeyPair
from jira_sandbox.apps.lifecycle import LifecycleEvent, lifecycle_message


class InstallRefused(Exception):
    """The app did not accept its installation, which was rolled back."""


class Registry:
    """The installed apps of one site. Lifecycle calls are made one at a time, never under the lock readers need."""

    def __init__(
        self,
        site: tuple[str, str],
        key_pair: KeyPair,
        deliverer: Deliverer,
        app_user: Callable[[str, str], str],
        next_identifier: Callable[[], str],
    ) -> None:
        self.site_url, self.client_key = site
        self._key_pair = key_pair
        self._deliverer = deliverer
        self._app_user = app_user
        self._next_identifier = next_identifier
        self._installed: dict[str, Installation] = {}
        self._reading = threading.Lock()
        self._changing = threading.RLock()

    def find(self, key: str) -> Installation | None:
        """The installation of this app, enabled or not."""
        with self._reading:
            return self._installed.get(key)

    def get(self, key: str) -> Installation:
        """The installation of this app; raises KeyError when there is none."""
        with self._reading:
            return self._installed[key]

    def all(self) -> tuple[Installation, ...]:
        """Every installation, in the order of first installation."""
        with self._reading:
            return tuple(self._installed.values())

    def install(self, descriptor_url: str) -> Installation:
        """Installs or re-installs; raises DescriptorRefused or InstallRefused, and then changes nothing."""
        with self._changing:
            descriptor = fetch_descriptor(descriptor_url)
            previous = self.find(descriptor.key)
            installation = Installation(
                descriptor=descriptor,
                descriptor_url=descriptor_url,
                client_key=self.client_key,
                shared_secret=fresh_secret(),
                account_id=previous.account_id if previous else "",
            )
            self._announce_installed(installation)
            # The app's user comes before `enabled`, whose handler may already ask who it is.
            account_id = self._app_user(descriptor.key, descriptor.title)
            installation = replace(installation, account_id=account_id)
            self._keep(installation)
            self._tell(installation, "enabled")
            return installation

    def enable(self, key: str) -> Installation:
        """Enables a disabled app and tells it."""
        return self._switch(key, enabled=True)

    def disable(self, key: str) -> Installation:
        """Disables an app and tells it; from then on it hears nothing and its requests are refused."""
        return self._switch(key, enabled=False)

    def uninstall(self, key: str) -> None:
        """Tells `disabled`, then `uninstalled`; whatever the app answers, its secret is void from now."""
        with self._changing:
            installation = self.get(key)
            if installation.enabled:
                self._switch(key, enabled=False)
            with self._reading:
                del self._installed[key]
            self._tell(installation, "uninstalled")

    def _switch(self, key: str, *, enabled: bool) -> Installation:
        with self._changing:
            installation = self.get(key)
            if installation.enabled == enabled:
                return installation
            changed = replace(installation, enabled=enabled)
            self._keep(changed)
            self._tell(changed, "enabled" if enabled else "disabled")
            return changed

    def _keep(self, installation: Installation) -> None:
        with self._reading:
            self._installed[installation.key] = installation

    def _announce_installed(self, installation: Installation) -> None:
        message = self._message(installation, "installed")
        if message is None:
            return
        outcome = self._deliverer.attempt_now(message)
        if outcome.status not in (200, 204):
            answer = outcome.error or f"answered {outcome.status}"
            raise InstallRefused(f"{message.url} {answer}; 200 or 204 is needed")

    def _tell(self, installation: Installation, event: LifecycleEvent) -> None:
        message = self._message(installation, event)
        if message is None:
            return
        outcome = self._deliverer.attempt_now(message)
        if outcome.to_retry:
            self._deliverer.submit(message, delay=self._deliverer.retry_seconds(), attempt=1)

    def _message(self, installation: Installation, event: LifecycleEvent) -> Message | None:
        return lifecycle_message(installation, event, self.site_url, self._key_pair, self._next_identifier())
