"""Somebody with a token, speaking to a site over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from jira_sandbox.host import RunningSite

Json = dict[str, Any]
DESK = "/rest/servicedeskapi"


def adf(text: str) -> Json:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


@dataclass
class Client:
    base_url: str
    email: str
    token: str
    account_id: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        with requests.Session() as http:
            http.trust_env = False
            return http.request(
                method,
                self.base_url + path,
                json=body,
                auth=(self.email, self.token),
                headers={name.replace("_", "-"): value for name, value in headers.items()},
                timeout=10,
                allow_redirects=False,
            )

    def status(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        return self.send(method, path, body, **headers).status_code

    def get(self, path: str, **headers: str) -> Any:
        return self._good("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._good("POST", path, body, **headers)

    def put(self, path: str, body: Any = None) -> Any:
        return self._good("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> Any:
        return self._good("DELETE", path, body)

    def search(self, jql: str, **more: Any) -> list[str]:
        found = self.post("/rest/api/3/search/jql", {"jql": jql, "fields": ["key"], **more})
        return [issue["key"] for issue in found["issues"]]

    def _good(self, method: str, path: str, body: Any, **headers: str) -> Any:
        answer = self.send(method, path, body, **headers)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class SiteUnderTest:
    """A fresh site with a service desk project SUP, and the people a test wants."""

    def __init__(self, running: RunningSite, control: str) -> None:
        self.running = running
        self.control_url = control
        admin = running.admin
        self.admin = Client(running.site.base_url, admin.email, admin.token, admin.account_id)
        self.admin.post(
            "/rest/api/3/project",
            {"key": "SUP", "name": "Support", "projectTypeKey": "service_desk", "leadAccountId": admin.account_id},
        )
        self.agent = self.person("Agnès Agent", roles=["agent"])
        self.customer = self.person("Marie Dupont", accountType="customer", organizations=["FRAM"])

    def person(self, name: str, **more: Any) -> Client:
        made = self.control("POST", f"/sites/{self.name}/people", {"displayName": name, **more})
        return Client(self.running.site.base_url, made["email"], made["token"], made["accountId"])

    @property
    def name(self) -> str:
        return self.running.site.name

    def control(self, method: str, path: str, body: Any = None, *, expect: int | None = None) -> Any:
        with requests.Session() as http:
            http.trust_env = False
            answer = http.request(method, f"{self.control_url}/_sandbox{path}", json=body, timeout=20)
        if expect is not None:
            assert answer.status_code == expect, answer.text
        else:
            assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else None

    def faults(self, **faults: Any) -> None:
        self.control("PUT", f"/sites/{self.name}/faults", faults)

    def advance(self, **duration: float) -> None:
        units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        self.control("POST", "/clock", {"advance": sum(units[unit] * n for unit, n in duration.items())})

    def issue(self, summary: str = "Panne", kind: str = "Incident", **fields: Any) -> str:
        body = {"fields": {"project": {"key": "SUP"}, "issuetype": {"name": kind}, "summary": summary, **fields}}
        key: str = self.admin.post("/rest/api/3/issue", body)["key"]
        return key

    def move(self, key: str, name: str, **more: Any) -> requests.Response:
        offered = self.admin.get(f"/rest/api/3/issue/{key}/transitions")["transitions"]
        number = next(item["id"] for item in offered if item["name"] == name)
        body = {"transition": {"id": number}, **more}
        return self.admin.send("POST", f"/rest/api/3/issue/{key}/transitions", body)

    def fields(self, key: str, *names: str) -> Json:
        found: Json = self.admin.get(f"/rest/api/3/issue/{key}?fields={','.join(names) or '*all'}")["fields"]
        return found
