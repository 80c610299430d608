"""The process as a whole: one clock, one key pair, and the sites with their servers and apps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask

from jira_sandbox.app_webhooks import AppWebhooks
from jira_sandbox.apps import Apps, KeyPair, Unauthorized
from jira_sandbox.authentication import Authentication
from jira_sandbox.clock import Clock
from jira_sandbox.contract.law import Law
from jira_sandbox.door import Door
from jira_sandbox.jql import evaluation
from jira_sandbox.jsm import catalogue as jsm_catalogue
from jira_sandbox.rest import catalogue as rest_catalogue
from jira_sandbox.routing import Caller, Router
from jira_sandbox.server import Server, SiteApplication
from jira_sandbox.state.accounts import app_user, open_account
from jira_sandbox.state.languages import Language, translate
from jira_sandbox.state.people import Person
from jira_sandbox.state.seeding import seed
from jira_sandbox.state.site import Site

Pages = Callable[["RunningSite"], Flask]
"""Makes the pages of a site: what its port shows besides REST."""


@dataclass(frozen=True, kw_only=True)
class RunningSite:
    """A site with its port, its apps and its first administrator."""

    site: Site
    apps: Apps
    door: Door
    server: Server
    admin: Person
    application: SiteApplication

    def overview(self) -> dict[str, Any]:
        """What the control API says of a site."""
        site = self.site
        return {
            "name": site.name,
            "baseUrl": site.base_url,
            "clientKey": self.apps.client_key,
            "zone": site.zone.key,
            "locale": site.locale,
            "admin": {
                "accountId": self.admin.account_id,
                "email": self.admin.email,
                "token": self.admin.token,
            },
            "projects": [project.key for project in site.projects.values()],
            "apps": self.apps.installed(),
        }


class Host:
    """Everything that runs in this process."""

    def __init__(self, clock: Clock, law: Law, *, retry_scale: float, pages: Pages) -> None:
        self.clock = clock
        self.law = law
        self.key_pair = KeyPair.generate()
        self.sites: dict[str, RunningSite] = {}
        self._router = Router([*rest_catalogue.COLLECTIONS, *jsm_catalogue.COLLECTIONS])
        self._retry_scale = retry_scale
        self._pages = pages

    def open_site(
        self, name: str, *, zone: str, locale: str = "fr", language: Language = "en", port: int = 0
    ) -> RunningSite:
        """Creates a site on a port of its own; raises KeyError when the name is taken."""
        if name in self.sites:
            raise KeyError(name)
        site = Site(name=name, zone=zone, locale=locale, clock=self.clock)
        site.language = language
        seed(site)
        translate(site)
        admin = open_account(site, f"Admin {name}", "atlassian", roles=["admin"], email=f"admin@{name}.test")
        server = Server(port)
        site.base_url = server.url
        apps = Apps(
            site_name=name,
            base_url=server.url,
            notices=site.notices,
            key_pair=self.key_pair,
            app_user=lambda key, title: _app_user(site, key, title),
            now=self.clock.now,
            matches=lambda jql, issue_id: _matches(site, jql, issue_id),
            retry_scale=self._retry_scale,
            issue_properties=lambda issue_id: _issue_properties(site, issue_id),
        )
        site.webhooks = AppWebhooks(site, apps)
        site.aliases = apps.jql_aliases
        authentication = Authentication(site, lambda *request: _app_caller(site, apps, request))
        door = Door(site, self._router, self.law, authentication)
        application = SiteApplication(door)
        running = RunningSite(site=site, apps=apps, door=door, server=server, admin=admin, application=application)
        application.pages = cache(lambda: self._pages(running))  # made when somebody looks at the first one
        server.serve(application)
        self.sites[name] = running
        return running

    def idle(self) -> bool:
        """Whether nothing is being delivered or waits to be, on any site."""
        return all(running.apps.in_flight() == 0 for running in self.sites.values())

    def attempts(self) -> int:
        """How many deliveries were ever attempted, on all sites."""
        return sum(running.apps.attempts() for running in self.sites.values())

    def close(self) -> None:
        """Stops every site, all at once: each server takes up to half a second to notice."""
        if self.sites:
            with ThreadPoolExecutor(max_workers=len(self.sites), thread_name_prefix="closing") as pool:
                list(pool.map(_close, self.sites.values()))


def _close(running: RunningSite) -> None:
    running.server.close()
    running.apps.close()


def _app_user(site: Site, key: str, title: str) -> str:
    with site.lock:
        return app_user(site, key, title).account_id


def _app_caller(site: Site, apps: Apps, request: tuple[str, str, str, str]) -> Caller | None:
    try:
        caller = apps.authenticate(*request)
    except Unauthorized:
        return None
    return Caller(person=site.people[caller.account_id], app_key=caller.key, scopes=caller.scopes)


def _matches(site: Site, jql: str, issue_id: str) -> bool:
    with site.lock:
        issue = site.find_issue(issue_id)
        return issue is not None and evaluation.matches(site, next(iter(site.people.values())), jql, issue)


def _issue_properties(site: Site, issue_id: str) -> dict[str, Any]:
    with site.lock:
        issue = site.find_issue(issue_id)
        return dict(issue.properties) if issue else {}
