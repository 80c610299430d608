"""A Jira site of the house that came in by the second door: a service account's token and a signed webhook."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import requests

from connect_app.doors.installation import Credentials, Installation
from connect_app.operations.add_site import AddedSite, Hook, Wish, add_site
from connect_app.operations.mint_link import link_to_request
from connect_app.operations.open_site import OpenSite
from connect_app.operations.remove_site import remove_site
from connect_app.operations.rotate_site import rotate_secret
from connect_app.runtime import Runtime
from scripts.desk.control import Member
from scripts.desk.desk import Home, Site
from scripts.desk.people import Ticket

WEBHOOKS = "rest/webhooks/1.0/webhook"


class TokenSite(Site):
    """The same site, with everything its administrator does by hand done."""

    def __init__(self, house: Home, name: str, runtime: Runtime, *, zone: str = "Europe/Paris") -> None:
        self._runtime = runtime
        self._webhooks: list[str] = []
        super().__init__(house, name, zone=zone)

    def come_in(self) -> None:
        """Opens a service account, adds the site, and creates the webhook that this asks for."""
        self.service: Member = self.control.add_person(
            self.name, "Relance", kind="atlassian", roles=["admin"], organizations=[]
        )
        self.add()

    def add(self) -> AddedSite:
        """Adds the site with the service account's present token."""
        login = Credentials(email=self.service.email, token=self.service.token)
        added = add_site(self._runtime.parts, Wish(address=self.url, credentials=login))
        self.client_key = added.installation.client_key
        self.create_webhook(added.hook)
        return added

    def renews_secret(self) -> None:
        """Types a new secret into the webhook, which Jira only lets one do by making it anew."""
        hook = rotate_secret(self._runtime.parts, self.installation)
        self.delete_webhooks()
        self.create_webhook(hook)

    def create_webhook(self, hook: Hook) -> None:
        """Does in the administration screen what `site add` printed."""
        body = {
            "name": "Relance",
            "url": hook.url,
            "events": list(hook.events),
            "filters": {"issue-related-events-section": hook.jql},
            "secret": hook.secret,
        }
        made = self.admin.jira.request("POST", WEBHOOKS, body=body).body
        self._webhooks.append(str(made["self"]).rpartition("/")[2])

    def delete_webhooks(self) -> None:
        """Deletes them in the administration screen."""
        while self._webhooks:
            self.admin.jira.request("DELETE", f"{WEBHOOKS}/{self._webhooks.pop()}")

    def moved_to(self, runtime: Runtime) -> Runtime:
        """Lets Relance in again on another database, new or a copy; returns the one before."""
        before, self._runtime = self._runtime, runtime
        if runtime.store.installations.by_client_key(self.client_key) is None:
            self.delete_webhooks()
            self.add()
        return before

    @property
    def installation(self) -> Installation:
        """The site as Relance knows it."""
        found = self._runtime.store.installations.by_client_key(self.client_key)
        if found is None:
            raise LookupError(f"{self.name} was not added")
        return found

    def escalates(self, ticket: Ticket, account_id: str, reason: str) -> int:
        """By the page of a link made for them: there is no panel on the portal."""
        address = link_to_request(self._runtime.parts, self._open(), ticket.key, days=1, customer=account_id)
        return requests.post(address, data={"reason": reason}, timeout=20, allow_redirects=False).status_code

    def reasons(self, ticket: Ticket, account_id: str) -> str:
        """What the page of a link for the team says; whoever holds it, it says the same."""
        del account_id
        address = link_to_request(self._runtime.parts, self._open(), ticket.key, days=1)
        return html.unescape(requests.get(address, timeout=20, allow_redirects=False).text)

    def _open(self) -> OpenSite:
        site = self._runtime.parts.sites.open(self.installation.id)
        if site is None:
            raise LookupError(f"{self.name} is not open")
        return site

    def wrote(self, part: Mapping[str, Any]) -> bool:
        """Whether the author is the service account, which nobody else uses here."""
        return bool(part["author"]["accountId"] == self.service.account_id)

    def called(self, request: Mapping[str, Any]) -> bool:
        """Whether a request was made with the service account's login."""
        return bool(request["principal"] == self.service.email)

    def token(self, **change: object) -> None:
        """Changes the service account's token or rights, as an administrator of the organisation may."""
        self.control.call("PUT", f"/sites/{self.name}/people/{self.service.account_id}", change)

    def uninstall(self) -> None:
        """Sends Relance away."""
        self.delete_webhooks()
        remove_site(self._runtime.parts, self.installation)
