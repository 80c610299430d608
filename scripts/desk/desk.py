"""Opens a support desk in the house: a site, a provisioned project, the app installed and bound, and its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import requests

from automation_rules.binding import Binding, Mode
from connect_app.operations.bind_project import bind_project
from connect_app.operations.provision import Progress, Provisioning
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings
from scripts.desk.control import Control, Member
from scripts.desk.people import Administrator, Agent, Customer, Ticket
from workflows.catalog import load_catalog
from workflows.survey import Desired


class Home(Protocol):
    """Where an app lives beside a sandbox."""

    @property
    def control(self) -> Control:
        """The sandbox."""
        ...

    @property
    def base_url(self) -> str:
        """The app's address."""
        ...

    @property
    def settings(self) -> Settings:
        """The app's settings."""
        ...


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a desk is to be: its project, pack, language, mode and the parameters of its policy.

    Without `panel_comment`, the internal comment that stands for a panel is switched off: stories tell other comments.
    """

    project: str
    pack: str
    name: str = "Support"
    locale: str = "fr"
    mode: Mode = Mode.ON
    parameters: dict[str, Any] = field(default_factory=dict)
    panel_comment: bool = False


@dataclass(frozen=True)
class _Browser:
    """Somebody's browser with one of our pages open in Jira."""

    base_url: str
    token: str

    def get(self, path: str) -> requests.Response:
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> requests.Response:
        headers = {"Authorization": f"JWT {self.token}"}
        address = f"{self.base_url}{path}"
        return requests.request(method, address, json=body, headers=headers, timeout=20, allow_redirects=False)


class Site:
    """One Jira site of the house that let Relance in."""

    def __init__(self, house: Home, name: str, *, zone: str = "Europe/Paris") -> None:
        self.house = house
        self.name = name
        self.control = house.control
        opened = house.control.open_site(name, zone=zone)
        self.url: str = opened["baseUrl"]
        self.client_key: str = opened["clientKey"]
        admin = opened["admin"]
        self.admin = Administrator(self.url, Member(admin["accountId"], admin["email"], admin["token"], "Alice"))
        self.come_in()

    def come_in(self) -> None:
        """Lets Relance in: here by its app, installed as Atlassian does."""
        self.control.install(self.name, f"{self.house.base_url}/atlassian-connect.json")

    def renews_secret(self) -> None:
        """Makes a new secret for what the site sends us: here by installing the app again."""
        self.come_in()

    def escalates(self, ticket: Ticket, account_id: str, reason: str) -> int:
        """Somebody escalates a request from where they see it; the HTTP status: here by the portal's panel."""
        return self._as(ticket, account_id).post("/api/portal/escalate", {"reason": reason}).status_code

    def reasons(self, ticket: Ticket, account_id: str) -> str:
        """The reasons that somebody is told of Relance's decisions about a request, each on its line."""
        decisions = self._as(ticket, account_id).get("/api/panel/issue").json()["decisions"]
        return "\n".join(reason for decision in decisions for reason in decision["reasons"])

    def _as(self, ticket: Ticket, account_id: str) -> _Browser:
        path = f"/sites/{self.name}/apps/{self.house.settings.app_key}/context-token"
        token = self.control.call("POST", path, {"accountId": account_id, "issueKey": ticket.key})["token"]
        return _Browser(self.house.base_url, token)

    def wrote(self, part: Mapping[str, Any]) -> bool:
        """Whether a comment or a history entry has Relance for its author."""
        return bool(part["author"]["accountType"] == "app")

    def called(self, request: Mapping[str, Any]) -> bool:
        """Whether a request in the sandbox's log is Relance's."""
        return bool(request["principal"] == "app")

    def customer(self, name: str, *organizations: str) -> Customer:
        """Somebody who asks for help."""
        member = self.control.add_person(
            self.name, name, kind="customer", roles=["customer"], organizations=list(organizations)
        )
        return Customer(self.url, member)

    def agent(self, name: str) -> Agent:
        """Somebody who helps."""
        member = self.control.add_person(self.name, name, kind="atlassian", roles=["agent"], organizations=[])
        return Agent(self.url, member)

    def uninstall(self) -> None:
        """Sends the app away."""
        self.control.uninstall(self.name, self.house.settings.app_key)


class Desk:
    """One project of a site that follows a pack."""

    def __init__(self, site: Site, choice: Choice, *, people: Mapping[str, tuple[str, ...]]) -> None:
        self.site = site
        self.choice = choice
        self.people = people

    def provision(self, progress: Any = lambda _: None) -> int:
        """Makes the project and brings it to the pack, as an administrator does; returns the steps it took."""
        self.site.admin.creates_project(self.choice.project, self.choice.name)
        desired = Desired(pack=load_catalog().pack(self.choice.pack))
        provisioning = Provisioning(self.site.admin.jira, self.choice.project, desired)
        planned = provisioning.plan()
        steps: list[Progress] = []

        def told(step: Progress) -> None:
            steps.append(step)
            progress(step)

        provisioning.apply(planned, progress=told)
        return len(steps)

    def bind(self, runtime: Runtime, *, enabled_at: datetime | None = None) -> None:
        """Makes the app keep the pack's promises in the project from now on."""
        installation = runtime.store.installations.by_client_key(self.site.client_key)
        if installation is None:
            raise LookupError(f"the app is not installed on {self.site.name}")
        switch = {"panel-comment": "on" if self.choice.panel_comment else "off"}
        binding = Binding(
            project_key=self.choice.project,
            pack=self.choice.pack,
            locale=self.choice.locale,
            mode=self.choice.mode,
            enabled_at=enabled_at or runtime.clock.now(),
            people=self.people,
            parameters={**switch, **self.choice.parameters},
        )
        bind_project(runtime.parts, installation.id, binding)

    def status(self, ticket: Ticket) -> str:
        """The name of the status a request is in."""
        name: str = self.site.admin.read(ticket, "status")["fields"]["status"]["name"]
        return name


def runtime_of(house: Home) -> Runtime:
    """A runtime beside the app's own processes, on the same database, for commands."""
    return build_runtime(house.settings)
