"""Speaks to the sandbox's control API: the test clock, sites, people, faults, and whether all is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

Json = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """Somebody of a site, with the API token that lets us act as them."""

    account_id: str
    email: str
    token: str
    name: str


class Control:
    """One running sandbox; `members` are the people it was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.members: list[Member] = []
        self._http = requests.Session()
        self._http.trust_env = False

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """One control request; raises `requests.HTTPError` with the sandbox's words when it is refused."""
        answer = self._http.request(method, f"{self.url}/_sandbox{path}", json=body, timeout=60, allow_redirects=False)
        if answer.status_code >= 400:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code} {answer.text[:500]}", response=answer)
        return answer.json() if answer.content else None

    def now(self) -> datetime:
        """The instant of the test clock, in UTC."""
        return datetime.fromisoformat(self.call("GET", "/clock")["now"]).astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        """Moves the test clock forward."""
        return datetime.fromisoformat(self.call("POST", "/clock", {"advance": by.total_seconds()})["now"])

    def to(self, instant: datetime) -> datetime:
        """Moves the test clock forward to an instant."""
        return datetime.fromisoformat(self.call("POST", "/clock", {"to": instant.isoformat()})["now"])

    def open_site(self, name: str, *, zone: str = "Europe/Paris", locale: str = "fr") -> Json:
        """A new Jira site: its address, its client key and its administrator."""
        site: Json = self.call("POST", "/sites", {"name": name, "zone": zone, "locale": locale})
        return site

    def add_person(self, site: str, name: str, *, kind: str, roles: list[str], organizations: list[str]) -> Member:
        """Somebody new on a site; `kind` is Jira's accountType, `roles` among admin, agent, customer."""
        body: Json = {"displayName": name, "accountType": kind, "roles": roles, "organizations": organizations}
        made = self.call("POST", f"/sites/{site}/people", body)
        self.members.append(Member(made["accountId"], made["email"], made["token"], name))
        return self.members[-1]

    def install(self, site: str, descriptor_url: str) -> Json:
        """Installs an app on a site, as Atlassian does: descriptor fetched, tokens signed."""
        installed: Json = self.call("POST", f"/sites/{site}/apps", {"descriptorUrl": descriptor_url})
        return installed

    def uninstall(self, site: str, app_key: str) -> None:
        """Uninstalls an app."""
        self.call("DELETE", f"/sites/{site}/apps/{app_key}")

    def faults(self, site: str, faults: Json) -> None:
        """Sets what goes wrong on a site; an empty object sets everything right."""
        self.call("PUT", f"/sites/{site}/faults", faults)

    def deliveries(self, site: str) -> list[Json]:
        """Every attempt at a webhook."""
        found: list[Json] = self.call("GET", f"/sites/{site}/deliveries")
        return found

    def requests(self, site: str) -> list[Json]:
        """Every REST call received."""
        found: list[Json] = self.call("GET", f"/sites/{site}/requests")
        return found

    def snapshot(self, site: str) -> Json:
        """Everything in a site, for comparing two runs."""
        found: Json = self.call("GET", f"/sites/{site}/snapshot")
        return found

    def violations(self) -> list[Json]:
        """Requests and answers that broke Atlassian's OpenAPI files."""
        found: list[Json] = self.call("GET", "/violations")
        return found

    def attempts(self) -> int:
        """How many deliveries were ever attempted, on all sites."""
        return int(self.call("GET", "/attempts")["attempts"])

    def idle(self, timeout: float = 10.0) -> bool:
        """Waits until no delivery is under way or waiting."""
        return bool(self.call("GET", f"/idle?timeout={timeout}")["idle"])
