from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from connect_app.errors import NotFound, RelanceError, Unauthorized
from connect_app.jira.client import JiraClient, admin_client
from connect_app.jira.patience import Patience
from connect_app.operations.provision import NotConverged, Progress, Provisioning, SiteChanged
from scripts.provision import CHANGES, FAILED, UNSAFE, USAGE, provision
from workflows.catalog import load_catalog
from workflows.changes import Create
from workflows.model import Pack, Text
from workflows.plan import UnsafePlan
from workflows.site import Kind
from workflows.survey import Desired

ROOT = Path(__file__).parents[2]
PACKS = load_catalog().packs
A, C = PACKS["tiered-support"], PACKS["managed-operations"]
BOTH = pytest.mark.parametrize("pack", [A, C], ids=lambda pack: pack.id)
TEMPLATE = "com.atlassian.servicedesk:simplified-external-service-desk"
QUICK = Patience(attempts=5, seconds=0.01)


@dataclass
class Sandbox:
    """A running sandbox; every test makes its own site in it."""

    control: str
    sites: int = 0

    def site(self) -> Site:
        self.sites += 1
        name = f"site{self.sites}"
        answer = requests.post(f"{self.control}/_sandbox/sites", json={"name": name}, timeout=20)
        answer.raise_for_status()
        seen = requests.get(f"{self.control}/_sandbox/sites/{name}", timeout=20).json()
        admin = seen["admin"]
        return Site(self.control, name, seen["baseUrl"], admin["email"], admin["token"])

    def violations(self) -> Any:
        return requests.get(f"{self.control}/_sandbox/violations", timeout=20).json()


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

    def project(self, key: str = "SUP", template: str | None = TEMPLATE) -> str:
        body = {"key": key, "name": f"Project {key}", "projectTypeKey": "service_desk", "assigneeType": "UNASSIGNED"}
        account = self.call("GET", "myself")["accountId"]
        self.call(
            "POST",
            "project",
            {**body, "leadAccountId": account} | ({"projectTemplateKey": template} if template else {}),
        )
        return key

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

    def provisioning(self, pack: Pack, key: str = "SUP", **moves: str) -> Provisioning:
        return Provisioning(self.client, key, Desired(pack=pack, moves=moves), QUICK)

    def provision(self, pack: Pack, key: str = "SUP") -> Provisioning:
        provisioning = self.provisioning(pack, key)
        provisioning.apply(provisioning.plan(), adopt=True, force=True)
        return provisioning

    def faults(self, *rest: dict[str, Any]) -> None:
        url = f"{self.control}/_sandbox/sites/{self.name}/faults"
        requests.put(url, json={"rest": list(rest)} if rest else {}, timeout=20).raise_for_status()

    def writes(self) -> list[tuple[str, str]]:
        """The requests that changed something, in order."""
        log = requests.get(f"{self.control}/_sandbox/sites/{self.name}/requests", timeout=20).json()
        return [(entry["method"], entry["path"]) for entry in log if entry["method"] != "GET"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    ready = tmp_path_factory.mktemp("sandbox") / "ready.json"
    command = [sys.executable, "-m", "jira_sandbox", "--port", "0", "--site", "acme", "--ready-file", str(ready)]
    process = subprocess.Popen(  # noqa: S603 (our own module, our own arguments)
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        for _ in range(600):
            if ready.exists() and ready.read_text():
                break
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            time.sleep(0.05)
        yield Sandbox(json.loads(ready.read_text())["control"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[Site]:
    made = sandbox.site()
    yield made
    made.client.session.close()
    assert sandbox.violations() == []


@BOTH
@pytest.mark.promise("A1", "C2")
def test_an_empty_project_is_provisioned_and_a_second_plan_is_empty(site: Site, pack: Pack) -> None:
    site.project()
    provisioning = site.provisioning(pack)
    planned = provisioning.plan()
    seen: list[Progress] = []
    provisioning.apply(planned, adopt=True, progress=seen.append)
    assert not provisioning.plan()
    assert [progress.change for progress in seen] == list(planned.changes)
    assert [progress.step for progress in seen] == list(range(1, len(planned.changes) + 1))
    before = len(site.writes())
    provisioning.apply(provisioning.plan())
    assert [path for _, path in site.writes()[before:] if "approximate-count" not in path] == []


@BOTH
def test_a_project_with_issues_is_switched_and_every_issue_lands_in_a_status_of_the_pack(
    site: Site, pack: Pack
) -> None:
    site.project()
    kinds = [r.issue_type for r in pack.request_types]
    if pack is A:
        for name in kinds:
            site.call("POST", "issuetype", {"name": name, "type": "standard"})
        types = {t["name"]: str(t["id"]) for t in site.call("GET", "issuetype")}
        project_id = site.call("GET", "project/SUP")["id"]
        scheme = site.call("GET", f"issuetypescheme/project?projectId={project_id}")["values"][0]["issueTypeScheme"][
            "id"
        ]
        site.call("PUT", f"issuetypescheme/{scheme}/issuetype", {"issueTypeIds": [types[name] for name in kinds]})
    issues = [site.issue("SUP", kind, moves) for kind in kinds for moves in range(3)]
    other = site.issue("SUP", "Task", 1)
    before = {issue: site.status(issue) for issue in [*issues, other]}
    provisioning = site.provisioning(pack)
    planned = provisioning.plan()
    with pytest.raises(UnsafePlan, match=f"project SUP holds {len(issues) + 1} issue"):
        provisioning.apply(planned, adopt=True)
    provisioning.apply(planned, adopt=True, force=True)
    assert not provisioning.plan()
    names = {s.jira_name for s in pack.statuses}
    assert {site.status(issue) for issue in issues} <= names
    assert site.status(other) == before[other]


@pytest.mark.promise("C9", "C12", "C26", "C27")
def test_the_provisioned_workflow_is_the_documents(site: Site) -> None:
    site.project()
    site.provision(C)
    issue = site.issue("SUP", "Incident")
    assert site.status(issue) == "Soumise"
    assert "Commencer" in site.transitions(issue)
    moved = site.transitions(issue)["Demander des informations"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": moved}})
    assert site.status(issue) == "En attente du client"
    close = site.transitions(issue)["Fermer"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": close}})
    fields = site.call("GET", f"issue/{issue}?fields=resolution,status")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Fermée", "Réponse apportée")
    reopened = site.transitions(issue)
    assert list(reopened) == ["Rouvrir"]
    site.call("POST", f"issue/{issue}/transitions", {"transition": {"id": reopened["Rouvrir"]}})
    fields = site.call("GET", f"issue/{issue}?fields=resolution,status")["fields"]
    assert (fields["status"]["name"], fields["resolution"]) == ("En cours", None)


@pytest.mark.promise("A6")
def test_an_imputation_sub_task_can_be_made(site: Site) -> None:
    site.project()
    site.provision(A)
    parent = site.issue("SUP", "Support - Assistance Utilisateur")
    fields = {
        "project": {"key": "SUP"},
        "issuetype": {"name": "Imputation"},
        "parent": {"key": parent},
        "summary": "#1 - Panne - Novembre 2026",
    }
    assert site.call("POST", "issue", {"fields": fields})["key"]


def test_two_packs_live_on_one_site_and_share_statuses_by_name(site: Site) -> None:
    site.project("SUP")
    site.project("OPS")
    first = site.provision(A, "SUP")
    second = site.provision(C, "OPS")
    assert not first.plan()
    assert not second.plan()
    names = [s["name"].casefold() for s in site.call("GET", "statuses/search?maxResults=200")["values"]]
    assert len(names) == len(set(names))


def test_the_same_pack_serves_two_projects(site: Site) -> None:
    site.project("SUP")
    site.project("OPS")
    first = site.provision(C, "SUP")
    second = site.provisioning(C, "OPS")
    planned = second.plan()
    assert {c.kind for c in planned.changes if isinstance(c, Create)} == {Kind.SCHEME, Kind.RECORD}
    second.apply(planned)
    assert not first.plan()


def test_an_edited_pack_updates_the_workflow_under_its_issues(site: Site) -> None:
    site.project()
    site.provision(C)
    issue = site.issue("SUP", "Incident")
    site.call(
        "POST", f"issue/{issue}/transitions", {"transition": {"id": site.transitions(issue)["Planifier l'opération"]}}
    )
    data = C.model_dump(by_alias=True, mode="json")
    data["statuses"] = [s for s in data["statuses"] if s["id"] != "planned"]
    kept = [t for t in data["workflows"][0]["transitions"] if t["to"] != "planned"]
    for transition in kept:
        transition["from"] = [old for old in transition["from"] if old != "planned"]
    data["workflows"][0]["transitions"] = kept
    smaller = site.provisioning(Pack.model_validate(data), **{"Opération planifiée": "in-progress"})
    planned = smaller.plan()
    assert [c.symbol for c in planned.changes] == ["~", "-", "~"]
    smaller.apply(planned, force=True)
    assert site.status(issue) == "En cours"
    back = site.provisioning(C)
    back.apply(back.plan(), force=True)
    assert not back.plan()


def test_a_pack_that_gains_a_request_type_updates_the_scheme_in_use(site: Site) -> None:
    site.project()
    data = C.model_dump(by_alias=True, mode="json")
    fewer = Pack.model_validate(data | {"request_types": data["request_types"][:1]})
    site.provision(fewer)
    issue = site.issue("SUP", "Service Request", 1)
    more = site.provisioning(C)
    planned = more.plan()
    assert [c.kind for c in planned.changes] == [Kind.SCHEME, Kind.RECORD]
    more.apply(planned, force=True)
    assert site.status(issue) in {s.jira_name for s in C.statuses}


def test_a_description_changed_in_the_pack_reaches_the_site(site: Site) -> None:
    site.project()
    site.provision(C)
    first = C.statuses[0].model_copy(update={"meaning": Text(fr="Arrivée.", en="Arrived.")})
    other = site.provisioning(C.model_copy(update={"statuses": (first, *C.statuses[1:])}))
    other.apply(other.plan())
    found = site.call("GET", "statuses/search?searchString=Soumise")["values"][0]
    assert found["description"] == "Arrivée. [Relance: managed-operations]"


def test_a_status_of_somebody_else_is_adopted_only_when_asked(site: Site) -> None:
    site.project()
    wanted = [{"name": "EN COURS", "statusCategory": "IN_PROGRESS", "description": "à nous"}]
    site.call("POST", "statuses", {"scope": {"type": "GLOBAL"}, "statuses": wanted})
    provisioning = site.provisioning(C)
    planned = provisioning.plan()
    before = site.writes()
    with pytest.raises(UnsafePlan, match="status “EN COURS”: made by somebody else"):
        provisioning.apply(planned)
    assert [w for w in site.writes()[len(before) :] if "approximate-count" not in w[1]] == []
    provisioning.apply(planned, adopt=True)
    assert not provisioning.plan()
    kept = site.call("GET", "statuses/search?searchString=EN%20COURS")["values"]
    assert [(s["name"], s["description"]) for s in kept] == [("EN COURS", "à nous")]


def test_rules_added_by_hand_survive(site: Site) -> None:
    site.project()
    provisioning = site.provision(C)
    name = C.workflows[0].name
    read = site.call("POST", "workflows", {"workflowNames": [name]})
    workflow = read["workflows"][0]
    start = next(t for t in workflow["transitions"] if t["name"] == "Commencer")
    start["actions"] = [{"ruleKey": "system:change-assignee", "parameters": {"type": "to-current-user"}}]
    workflow["transitions"] = [t for t in workflow["transitions"] if t["name"] != "Rouvrir"]
    document = {k: workflow[k] for k in ("id", "version", "description", "statuses", "transitions")}
    site.call("POST", "workflows/update", {"statuses": read["statuses"], "workflows": [document]})
    planned = provisioning.plan()
    assert planned.changes[0].details == ("transition “Rouvrir” to “En cours” added",)
    provisioning.apply(planned)
    after = site.call("POST", "workflows", {"workflowNames": [name]})["workflows"][0]
    start = next(t for t in after["transitions"] if t["name"] == "Commencer")
    assert [a["ruleKey"] for a in start["actions"]] == ["system:change-assignee"]


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"effect": "timeout_after"}, {"effect": "reset_before"}, {"effect": "reset_after"}]
)
@pytest.mark.parametrize(
    "path",
    [
        "/resolution$",
        "/issuetype$",
        "/issuetypescheme/",
        "/statuses$",
        "/workflows/create$",
        "/workflowscheme$",
        "/workflowscheme/project$",
        "/properties/",
    ],
)
def test_a_failure_at_any_write_is_healed_by_running_again(site: Site, path: str, fault: dict[str, Any]) -> None:
    if fault.get("effect") == "timeout_after":
        site.client = admin_client(site.url, site.email, site.token, timeout=1)
    site.project()
    provisioning = site.provisioning(A)
    planned = provisioning.plan()
    method = "PUT" if path.endswith(("/", "project$")) else "POST"
    site.faults({"method": method, "path": path, "times": 1, **fault})
    with pytest.raises(RelanceError):
        provisioning.apply(planned, adopt=True)
    site.faults()
    provisioning.apply(provisioning.plan(), adopt=True)
    assert not provisioning.plan()
    for listing, values in (("statuses/search?maxResults=200", "values"), ("resolution/search", "values")):
        names = [found["name"].casefold() for found in site.call("GET", listing)[values]]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("fault", [{"status": 429, "retryAfter": 1}, {"status": 503}])
def test_a_busy_jira_is_waited_for(site: Site, fault: dict[str, Any]) -> None:
    site.project()
    site.faults({"path": "/workflows/create$", "times": 1, **fault})
    site.provision(C)


def test_a_site_that_changed_since_the_plan_is_left_alone(site: Site) -> None:
    site.project()
    provisioning = site.provisioning(C)
    planned = provisioning.plan()
    site.call("POST", "resolution", {"name": "Consulting"})
    with pytest.raises(SiteChanged, match=planned.checksum):
        provisioning.apply(planned, adopt=True)
    assert not any(s["name"] == "Soumise" for s in site.call("GET", "statuses/search?maxResults=200")["values"])


def test_what_does_not_converge_says_where(site: Site) -> None:
    site.project()
    provisioning = site.provisioning(C)

    def meddle(progress: Progress) -> None:
        """Somebody renames a status while the last step is under way."""
        if progress.step == progress.steps:
            found = site.call("GET", "statuses/search?searchString=Soumise")["values"][0]
            renamed = {key: found[key] for key in ("id", "statusCategory", "description")} | {"name": "Arrivée"}
            site.call("PUT", "statuses", {"statuses": [renamed]})

    with pytest.raises(NotConverged, match="there is still something to do: status “Soumise”") as caught:
        provisioning.apply(provisioning.plan(), adopt=True, progress=meddle)
    assert caught.value.plan.changes[0].name == "Soumise"


def test_a_project_that_does_not_exist_and_a_token_that_is_wrong_are_told(site: Site) -> None:
    with pytest.raises(NotFound):
        site.provisioning(C, "NOPE").plan()
    site.client = admin_client(site.url, site.email, "wrong")
    with pytest.raises(Unauthorized):
        site.provisioning(C).plan()


def run(site: Site, *arguments: str, token: str | None = None, **environment: str) -> Result:
    common = ["--site-url", site.url, "--project", "SUP"]
    env = {"RELANCE_ADMIN_EMAIL": site.email, "RELANCE_ADMIN_TOKEN": token or site.token, **environment}
    return CliRunner().invoke(provision, [arguments[0], *common, *arguments[1:]], env=env)


def test_the_command_plans_applies_and_verifies(site: Site) -> None:
    site.project()
    pack = ("--pack", "managed-operations")
    planned = run(site, "plan", *pack)
    assert planned.exit_code == CHANGES, planned.output
    assert "+ status             En cours" in planned.stdout
    checksum = planned.stdout.rpartition("Checksum ")[2].strip(" .\n")
    assert run(site, "verify", *pack).exit_code == CHANGES
    wrong = run(site, "apply", *pack, "--checksum", "000000000000", "--yes")
    assert (wrong.exit_code, wrong.stderr) == (UNSAFE, f"this is plan {checksum}, not 000000000000: nothing was done\n")
    refused = CliRunner().invoke(
        provision,
        ["apply", "--site-url", site.url, "--project", "SUP", *pack],
        env={"RELANCE_ADMIN_EMAIL": site.email, "RELANCE_ADMIN_TOKEN": site.token},
        input="n\n",
    )
    assert refused.exit_code == 1
    applied = run(site, "apply", *pack, "--checksum", checksum, "--yes")
    assert applied.exit_code == 0, applied.output
    assert "create status “En cours”" in applied.stdout
    assert applied.stdout.endswith("Done. A second plan is empty.\n")
    assert run(site, "verify", *pack).exit_code == 0
    assert run(site, "apply", *pack).exit_code == 0
    data = json.loads(run(site, "plan", *pack, "--format", "json").stdout)
    assert data["changes"] == []


def test_the_command_explains_what_stops_it(site: Site) -> None:
    site.project()
    site.issue("SUP", "Incident")
    held = run(site, "apply", "--pack", "managed-operations", "--yes")
    assert held.exit_code == UNSAFE
    assert held.stderr == "not carried out: project SUP holds 1 issue(s) and changes workflow; --force allows it\n"
    assert run(site, "plan", "--pack", "managed-operations").exit_code == UNSAFE
    unknown = run(site, "plan", "--pack", "managed-operation")
    assert unknown.exit_code == USAGE
    assert 'no workflow pack "managed-operation" (did you mean "managed-operations"?)' in unknown.stderr
    bad = run(site, "plan", "--pack", "managed-operations", "--move", "Open")
    assert bad.exit_code == USAGE
    assert "submitted, in-progress" in bad.stderr
    login = run(site, "plan", "--pack", "managed-operations", token=site.token[::-1])
    assert login.exit_code == FAILED
    assert login.stderr.startswith("Jira does not accept this e-mail and token: renew the token")
    moved = run(site, "plan", "--pack", "managed-operations", "--move", "Waiting for support=in-progress")
    assert "Waiting for support → En cours" in moved.stdout


def test_the_token_is_asked_for_without_showing_it(site: Site) -> None:
    site.project()
    clean = {name: None for name in ("RELANCE_ADMIN_EMAIL", "RELANCE_ADMIN_TOKEN") if name in os.environ}
    result = CliRunner().invoke(
        provision,
        ["verify", "--site-url", site.url, "--project", "SUP", "--pack", "managed-operations"],
        env=clean,
        input=f"{site.email}\n{site.token}\n",
    )
    assert result.exit_code == CHANGES, result.output
    assert site.token not in result.output
