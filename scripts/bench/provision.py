"""Measures what a plan asks of Jira on a large site: requests and seconds, as the site's projects grow in number."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from connect_app.jira.client import JiraClient, admin_client
from connect_app.operations.provision_projects import ProvisioningOfMany, Target
from workflows.model import Pack
from workflows.survey import Desired

STATUSES, WORKFLOWS = 200, 100
PROJECTS = (1, 25, 100)
PLANNED = (1, 5, 25)
_TEMPLATE = "com.atlassian.servicedesk:simplified-external-service-desk"
_START_SECONDS = 30


@dataclass
class _Site:
    """A sandbox site of the wanted size, and its administrator's client, which counts."""

    client: JiraClient
    account: str
    sent: int = 0

    def __post_init__(self) -> None:
        self.client.session.hooks["response"].append(self._count)

    def _count(self, *_: Any, **__: Any) -> None:
        self.sent += 1

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.request(method, f"rest/api/3/{path}", body=body).body


def report(pack: Pack) -> Iterator[str]:
    """The table, line by line; takes half a minute and leaves nothing behind."""
    with _site() as site:
        _fill(site)
        yield f"a site of {STATUSES} statuses and {WORKFLOWS} workflows, without issues; pack {pack.id}"
        made = 0
        for wanted in PROJECTS:
            for number in range(made, wanted):
                _project(site, f"P{number:03}")
            made = wanted
            yield _line(f"{wanted} project(s) on the site, one planned", site, pack, ["P000"])
        for count in PLANNED[1:]:
            keys = [f"P{number:03}" for number in range(count)]
            yield _line(f"{made} projects on the site, {count} planned at once", site, pack, keys)


def _line(what: str, site: _Site, pack: Pack, keys: Sequence[str]) -> str:
    targets = tuple(Target(project=key, desired=Desired(pack=pack)) for key in keys)
    before, start = site.sent, time.perf_counter()
    ProvisioningOfMany(site.client, targets).plan()
    return f"{what}: {site.sent - before} requests, {time.perf_counter() - start:.1f} s"


@contextmanager
def _site() -> Iterator[_Site]:
    """A local Jira of its own process, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        command = [sys.executable, "-m", "jira_sandbox", "--port", "0", "--site", "large", "--ready-file", str(ready)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not (ready.exists() and ready.read_text("utf-8")) and time.monotonic() < deadline:
                time.sleep(0.05)
            control = json.loads(ready.read_text("utf-8"))["control"]
            seen = requests.get(f"{control}/_sandbox/sites/large", timeout=20).json()
            admin = seen["admin"]
            client = admin_client(seen["baseUrl"], admin["email"], admin["token"])
            yield _Site(client, admin["accountId"])
            client.session.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def _fill(site: _Site) -> None:
    made: list[dict[str, Any]] = []
    for start in range(0, STATUSES, 50):
        statuses = [
            {"name": f"Status {n:03}", "statusCategory": "IN_PROGRESS", "description": ""}
            for n in range(start, start + 50)
        ]
        made += site.call("POST", "statuses", {"scope": {"type": "GLOBAL"}, "statuses": statuses})
    for number in range(WORKFLOWS):
        first, second = made[2 * number], made[2 * number + 1]
        site.call("POST", "workflows/create", _workflow(f"Workflow {number:03}", first, second))


def _workflow(name: str, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    used = [
        {"id": s["id"], "statusReference": s["id"], "name": s["name"], "statusCategory": s["statusCategory"]}
        for s in (first, second)
    ]
    common: dict[str, Any] = {"properties": {}, "actions": [], "validators": [], "triggers": []}
    transitions = [
        {"id": "1", "type": "INITIAL", "name": "Create", "toStatusReference": first["id"], "links": [], **common},
        {"id": "11", "type": "GLOBAL", "name": "Go", "toStatusReference": second["id"], "links": [], **common},
    ]
    placed = [{"statusReference": s["id"], "properties": {}} for s in used]
    workflow = {"name": name, "description": "", "statuses": placed, "transitions": transitions}
    return {"scope": {"type": "GLOBAL"}, "statuses": used, "workflows": [workflow]}


def _project(site: _Site, key: str) -> None:
    body = {"key": key, "name": f"Project {key}", "projectTypeKey": "service_desk", "projectTemplateKey": _TEMPLATE}
    site.call("POST", "project", {**body, "leadAccountId": site.account})
