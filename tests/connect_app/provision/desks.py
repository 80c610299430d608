"""Sites of a running sandbox, with projects and issues, as their administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from connect_app.jira.client import JiraClient, admin_client
from connect_app.jira.patience import Patience
from connect_app.operations.provision import Provisioning
from workflows.catalog import load_catalog
from workflows.model import Pack
from workflows.survey import Desired

PACKS = load_catalog().packs
A, C = PACKS["tiered-support"], PACKS["managed-operations"]
TEMPLATE = "com.atlassian.servicedesk:simplified-external-service-desk"
QUICK = Patience(attempts=5, seconds=0.01)


@dataclass
class Sandbox:
    """A running sandbox; every test makes its own site in it."""

    control: str
    sites: int = 0

    def site(self, **wanted: str) -> Site:
        self.sites += 1
        name = f"site{self.sites}"
        answer = requests.post(f"{self.control}/_sandbox/sites", json={"name": name, **wanted}, timeout=20)
        answer.raise_for_status()
        seen = requests.get(f"{self.control}/_sandbox/sites/{name}", timeout=20).json()
        admin = seen["admin"]
        return Site(self.control, name, seen["baseUrl"], admin["email"], admin["token"])

    def violations(self) -> Any:
        return requests.get(f"{self.control}/_sandbox/violations", timeout=20).json()


@dataclass
class Someone:
    """Somebody on a site, with a token of their own."""

    client: JiraClient
    account_id: str

    def transitions(self, issue: str) -> dict[str, str]:
        found = self.client.get(f"rest/api/3/issue/{issue}/transitions")["transitions"]
        return {transition["name"]: transition["id"] for transition in found}

    def offered(self, issue: str) -> set[str]:
        return set(self.transitions(issue))

    def move(self, issue: str, name: str, fields: dict[str, Any] | None = None) -> None:
        body = {"transition": {"id": self.transitions(issue)[name]}} | ({"fields": fields} if fields else {})
        self.client.request("POST", f"rest/api/3/issue/{issue}/transitions", body=body)

    def edit(self, issue: str, fields: dict[str, Any]) -> None:
        self.client.request("PUT", f"rest/api/3/issue/{issue}", body={"fields": fields})


@dataclass
class Site:
    """One site, and its administrator."""

    control: str
    name: str
    url: str
    email: str
    token: str

    def __post_init__(self) -> None:
        self.client: JiraClient = admin_client(self.url, self.email, self.token)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.request(method, f"rest/api/3/{path}", body=body).body

    @property
    def admin(self) -> Someone:
        return Someone(self.client, self.call("GET", "myself")["accountId"])

    def person(self, name: str, role: str = "agent") -> Someone:
        kind = "customer" if role == "customer" else "atlassian"
        body = {"displayName": name, "accountType": kind, "roles": [role], "organizations": []}
        answer = requests.post(f"{self.control}/_sandbox/sites/{self.name}/people", json=body, timeout=20)
        answer.raise_for_status()
        made = answer.json()
        return Someone(admin_client(self.url, made["email"], made["token"]), made["accountId"])

    def field(self, name: str) -> str:
        return next(str(field["id"]) for field in self.call("GET", "field") if field["name"] == name)

    def subtask(self, parent: str, issue_type: str) -> str:
        fields = {"issuetype": {"name": issue_type}, "parent": {"key": parent}, "summary": "Part"}
        body = {"fields": fields | {"project": {"key": parent.partition("-")[0]}}}
        return str(self.call("POST", "issue", body)["key"])

    def project(self, key: str = "SUP", template: str | None = TEMPLATE) -> str:
        body = {"key": key, "name": f"Project {key}", "projectTypeKey": "service_desk", "assigneeType": "UNASSIGNED"}
        account = self.call("GET", "myself")["accountId"]
        self.call(
            "POST",
            "project",
            {**body, "leadAccountId": account} | ({"projectTemplateKey": template} if template else {}),
        )
        return key

    def offer_types(self, names: list[str], key: str = "SUP") -> None:
        """Has a project offer issue types before it is provisioned, as desks with a past do."""
        project = self.call("GET", f"project/{key}")
        present = {t["name"] for t in project["issueTypes"]}
        for name in names:
            if name not in {t["name"] for t in self.call("GET", "issuetype")}:
                self.call("POST", "issuetype", {"name": name, "type": "standard"})
        ids = {t["name"]: str(t["id"]) for t in self.call("GET", "issuetype")}
        schemes = self.call("GET", f"issuetypescheme/project?projectId={project['id']}")["values"]
        absent = [ids[name] for name in names if name not in present]
        if absent:
            path = f"issuetypescheme/{schemes[0]['issueTypeScheme']['id']}/issuetype"
            self.call("PUT", path, {"issueTypeIds": absent})

    def issue(self, key: str, issue_type: str, transitions: int = 0) -> str:
        fields = {"project": {"key": key}, "issuetype": {"name": issue_type}, "summary": "Panne"}
        issue = str(self.call("POST", "issue", {"fields": fields})["key"])
        for _ in range(transitions):
            first = self.call("GET", f"issue/{issue}/transitions")["transitions"][0]
            self.call("POST", f"issue/{issue}/transitions", {"transition": {"id": first["id"]}})
        return issue

    def status(self, issue: str) -> str:
        return str(self.call("GET", f"issue/{issue}?fields=status")["fields"]["status"]["name"])

    def transitions(self, issue: str) -> dict[str, str]:
        found = self.call("GET", f"issue/{issue}/transitions")["transitions"]
        return {transition["name"]: transition["id"] for transition in found}

    def move(self, issue: str, name: str, fields: dict[str, Any] | None = None) -> None:
        """Takes a transition as the administrator; custom fields by name, `me` for a person."""
        ids = {field["name"]: field["id"] for field in self.call("GET", "field")}
        me = {"accountId": self.call("GET", "myself")["accountId"]}
        given = {ids[field]: me if value == "me" else value for field, value in (fields or {}).items()}
        body = {"transition": {"id": self.transitions(issue)[name]}} | ({"fields": given} if given else {})
        self.call("POST", f"issue/{issue}/transitions", body)

    def provisioning(self, pack: Pack, key: str = "SUP", **moves: str) -> Provisioning:
        return Provisioning(self.client, key, Desired(pack=pack, moves=moves), QUICK)

    def provision(self, pack: Pack, key: str = "SUP") -> Provisioning:
        provisioning = self.provisioning(pack, key)
        provisioning.apply(provisioning.plan(), adopt=True, force=True)
        return provisioning

    def faults(self, *rest: dict[str, Any]) -> None:
        url = f"{self.control}/_sandbox/sites/{self.name}/faults"
        requests.put(url, json={"rest": list(rest)} if rest else {}, timeout=20).raise_for_status()

    def search_lag(self, seconds: float) -> None:
        url = f"{self.control}/_sandbox/sites/{self.name}/faults"
        requests.put(url, json={"searchLag": seconds}, timeout=20).raise_for_status()

    def writes(self) -> list[tuple[str, str]]:
        """The requests that changed something, in order."""
        log = requests.get(f"{self.control}/_sandbox/sites/{self.name}/requests", timeout=20).json()
        return [(entry["method"], entry["path"]) for entry in log if entry["method"] != "GET"]
