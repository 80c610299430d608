"""The commands of an administrator besides plan and apply of one project, over HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from scripts.provision import CHANGES, FAILED, UNSAFE, USAGE, provision
from tests.connect_app.provision.desks import Sandbox, Site

PACK = ("--pack", "managed-operations")


def run(site: Site, *arguments: str, **environment: str) -> Result:
    env = {"RELANCE_ADMIN_EMAIL": site.email, "RELANCE_ADMIN_TOKEN": site.token, "RELANCE_SITE_URL": site.url}
    env["RELANCE_ADMIN_POLL_SECONDS"] = "0.01"
    return CliRunner().invoke(provision, arguments, env=env | environment)


def control(site: Site, method: str, path: str, body: Any = None) -> Any:
    answer = requests.request(method, f"{site.control}/_sandbox/sites/{site.name}/{path}", json=body, timeout=20)
    answer.raise_for_status()
    return answer.json()


def config(site: Site) -> dict[str, Any]:
    """What an administrator sees of a site's workflows, statuses and schemes."""
    flows = site.call("GET", "workflows/search?maxResults=50&expand=values.transitions")["values"]
    return {
        "workflows": [[flow["name"], flow["version"], flow["transitions"]] for flow in flows],
        "statuses": site.call("GET", "statuses/search?maxResults=200")["values"],
        "schemes": site.call("GET", "workflowscheme?maxResults=50")["values"],
        "resolutions": site.call("GET", "resolution/search")["values"],
    }


def test_one_plan_serves_several_projects_and_is_applied_from_its_file(site: Site, tmp_path: Path) -> None:
    for key in ("SUP", "OPS"):
        site.project(key)
    file = tmp_path / "plan.json"
    planned = run(site, "plan", "--for", "managed-operations=SUP,OPS", "--out", str(file))
    assert planned.exit_code == CHANGES, planned.output
    whole = json.loads(file.read_text("utf-8"))
    assert [plan["project"] for plan in whole["plans"]] == ["SUP", "OPS"]
    assert f"2 projects. Checksum {whole['checksum']}." in planned.stdout
    applied = run(site, "apply", str(file), "--yes")
    assert applied.exit_code == 0, applied.output
    assert applied.stdout.count("create status “En cours”") == 1
    verified = run(site, "verify", "--all")
    assert verified.exit_code == 0, verified.output
    assert verified.stdout.count("Nothing to do") == 2
    again = run(site, "apply", str(file), "--yes")
    assert (again.exit_code, "nothing was done" in again.stderr) == (UNSAFE, True)


def test_a_failure_says_what_is_done_and_what_to_do(site: Site) -> None:
    for key in ("SUP", "OPS"):
        site.project(key)
    site.faults({"method": "PUT", "path": "/OPS/properties/", "times": 1, "status": 500})
    both = ("--for", "managed-operations=SUP,OPS")
    failed = run(site, "apply", *both, "--yes")
    assert failed.exit_code == FAILED
    assert "Done before: SUP.\nStopped at: create record of “OPS”." in failed.stderr
    assert "running the same command again goes on" in failed.stderr
    assert run(site, "apply", *both, "--yes").exit_code == 0


def test_a_foreign_project_becomes_a_pack_that_a_plan_finds_unchanged(site: Site, tmp_path: Path) -> None:
    site.project()
    site.issue("SUP", "Incident", 2)
    before, file = config(site), tmp_path / "sup.yaml"
    dumped = run(site, "dump", "--project", "SUP", "--out", str(file))
    assert dumped.exit_code == 0, dumped.output
    target = ("--project", "SUP", "--pack-file", str(file))
    planned = run(site, "plan", *target, "--format", "json")
    kinds = {change["do"] for change in json.loads(planned.stdout)["changes"] if change["kind"] != "record"}
    assert kinds == {"adopt"}, planned.stdout
    adopted = run(site, "apply", *target, "--adopt", "--yes")
    assert adopted.exit_code == 0, adopted.output
    assert run(site, "plan", *target).exit_code == 0
    assert config(site) == before
    assert run(site, "diff", str(file), "--project", "SUP").stdout == "no difference\n"


def test_a_project_of_ours_becomes_the_pack_it_was_made_from(site: Site, tmp_path: Path) -> None:
    site.project()
    made = run(site, "apply", "--pack", "tiered-support", "--project", "SUP", "--yes")
    assert made.exit_code == 0, made.stderr
    file = tmp_path / "again.yaml"
    assert run(site, "dump", "--project", "SUP", "--out", str(file)).exit_code == 0
    planned = run(site, "plan", "--project", "SUP", "--pack-file", str(file))
    assert planned.exit_code == 0, planned.output
    assert run(site, "diff", "tiered-support", "--project", "SUP").stdout == "no difference\n"
    file.write_text(file.read_text("utf-8").replace("Mettre en attente un instant", "Suspendre"), "utf-8")
    differs = run(site, "diff", "tiered-support", str(file))
    assert differs.exit_code == CHANGES
    assert "transition “Suspendre” to “Un instant” added" in differs.stdout
    drawn = run(site, "plan", "--project", "SUP", "--pack-file", str(file), "--format", "markdown").stdout
    assert re.search(r"Before:.*: - Mettre en attente un instant\n.*After:.*: \+ Suspendre\n", drawn, re.DOTALL)


def test_destroying_takes_away_what_is_ours_and_nothing_else(site: Site) -> None:
    site.project()
    before = config(site)
    assert run(site, "apply", *PACK, "--project", "SUP", "--yes").exit_code == 0
    issue = site.issue("SUP", "Incident", 1)
    target = ("--project", "SUP", *PACK)
    held = run(site, "destroy", *target, "--yes")
    assert held.exit_code == UNSAFE
    assert "1 issue(s) of SUP use these workflows; --force allows it" in held.stderr
    assert "say which with --to" in run(site, "destroy", *target, "--yes", "--force").stderr
    scheme = before["schemes"][0]["name"]
    refused = CliRunner().invoke(
        provision,
        ["destroy", "--site-url", site.url, *target, "--to", scheme, "--force"],
        env={"RELANCE_ADMIN_EMAIL": site.email, "RELANCE_ADMIN_TOKEN": site.token},
        input="n\n",
    )
    assert "- workflow           Opérations gérées - Demande" in refused.stdout
    assert refused.exit_code == 1
    gone = run(site, "destroy", *target, "--to", scheme, "--force", "--yes")
    assert gone.exit_code == 0, gone.output
    assert gone.stdout.endswith("Done. Nothing of it is left.\n")
    assert config(site) == before
    assert site.status(issue) == "In Progress"
    assert run(site, "destroy", *target, "--yes").exit_code == 0


def test_what_another_project_uses_stays(site: Site) -> None:
    for key in ("SUP", "OPS"):
        site.project(key)
    shown = run(site, "apply", "--for", "managed-operations=SUP,OPS", "--yes", FORCE_COLOR="1", COLUMNS="120")
    assert shown.exit_code == 0, shown.output
    assert "create workflow “Opérations gérées - Demande”" in shown.stderr  # on a terminal the steps are a bar
    assert "[1/" not in shown.stdout
    assert run(site, "destroy", "--project", "SUP", *PACK, "--yes").exit_code == 0
    kept = run(site, "verify", "--project", "OPS", *PACK)
    assert kept.exit_code == 0, kept.output


@pytest.mark.promise("C13", "C16")
def test_the_checklist_has_this_sites_values_in_the_administrators_language(site: Site, tmp_path: Path) -> None:
    site.project()
    file = tmp_path / "todo.md"
    hook = ("--webhook-url", "https://relance.example/hooks/1")
    applied = run(site, "apply", *PACK, "--project", "SUP", "--yes", "--checklist", str(file), *hook)
    assert applied.exit_code == 0, applied.output
    text = file.read_text("utf-8")
    assert "S'arrête : `“Opération planifiée”, “En attente du client”, “Fermée”`" in text
    assert "- [ ] **À traiter** (absent)" in text
    queues = re.findall(r"- \[ \] \*\*(.+?)\*\* .*\n  - JQL : `(.+)`", text)
    control(site, "PUT", "desks/SUP", {"queues": [{"name": n, "jql": q} for n, q in queues], "grouped": ["Incident"]})
    control(site, "PUT", "slas", [{"name": "SLA de réponse", "goalSeconds": 3600}])
    control(site, "POST", "admin-webhooks", {"url": hook[1], "events": ["comment_created"], "secret": "s"})
    page = run(site, "checklist", *PACK, "--project", "SUP", *hook).stdout
    assert "- [x] **À traiter** (fait)" in page
    assert "- [x] **SLA de réponse** (fait)" in page
    assert "- [x] **Relance** (fait)" in page
    queues[0] = (queues[0][0], "assignee IS EMPTY")
    control(site, "PUT", "desks/SUP", {"queues": [{"name": n, "jql": q} for n, q in queues]})
    told = run(site, "verify", *PACK, "--project", "SUP", "--locale", "fr", "--strict")
    assert told.exit_code == CHANGES
    assert "by hand: Files d'attente “À traiter”: différent : project = SUP AND assignee IS EMPTY" in told.stdout
    assert run(site, "verify", *PACK, "--project", "SUP").exit_code == 0
    assert "## Queues" in run(site, "checklist", *PACK, "--project", "SUP", "--locale", "en").stdout


def test_an_account_that_may_not_is_told_before_anything_is_read(site: Site, sandbox: Sandbox) -> None:
    del sandbox
    site.project()
    agent = control(site, "POST", "people", {"displayName": "Agnès Agent", "roles": ["agent"]})
    as_agent = {"RELANCE_ADMIN_EMAIL": agent["email"], "RELANCE_ADMIN_TOKEN": agent["token"]}
    weak = run(site, "plan", *PACK, "--project", "SUP", **as_agent)
    assert weak.exit_code == FAILED
    assert weak.stderr == (
        "Agnès Agent is no Jira administrator of this site\n"
        "Use the token of an account with the global permission “Administer Jira”.\n"
    )
    control(site, "PUT", f"people/{agent['accountId']}", {"lockedOut": True})
    locked = run(site, "plan", *PACK, "--project", "SUP", **as_agent)
    assert locked.exit_code == FAILED
    assert "log in once in a browser (Jira wants a CAPTCHA), then renew the token" in locked.stderr
    site.faults({"path": "/myself$", "status": 302, "location": "https://elsewhere.test/", "times": 1})
    moved = run(site, "plan", *PACK, "--project", "SUP")
    assert moved.exit_code == FAILED
    assert "the site answers from https://elsewhere.test now\nGive that address as --site-url" in moved.stderr


def test_an_address_where_no_jira_answers_is_told_at_once(site: Site) -> None:
    told = run(site, "plan", *PACK, "--project", "SUP", RELANCE_SITE_URL="http://127.0.0.1:9")
    assert told.exit_code == FAILED
    assert told.stderr.startswith("Jira does not answer at http://127.0.0.1:9: ")
    assert told.stderr.endswith("Check the site's address and the network, then run the same command again.\n")


def test_a_team_managed_project_is_refused_in_words(site: Site) -> None:
    site.project(template="com.atlassian.servicedesk:next-gen-it-service-desk")
    refused = run(site, "apply", *PACK, "--project", "SUP", "--yes", "--force", "--adopt")
    assert refused.exit_code == UNSAFE
    assert "project SUP is team-managed" in refused.stderr
    assert "team-managed" in run(site, "dump", "--project", "SUP").stderr
    assert site.call("GET", "statuses/search?searchString=Soumise")["total"] == 0


def test_names_that_differ_by_accent_only_are_refused(site: Site) -> None:
    site.project()
    for name in ("Fermée", "FERMEE"):
        status = {"name": name, "statusCategory": "DONE", "description": ""}
        site.call("POST", "statuses", {"scope": {"type": "GLOBAL"}, "statuses": [status]})
    refused = run(site, "apply", *PACK, "--project", "SUP", "--yes", "--adopt")
    assert refused.exit_code == UNSAFE
    assert "“Fermée” and “FERMEE”, which people read as one name: rename or remove all but one" in refused.stderr


def test_a_site_in_another_language_is_told_instead_of_given_twins(sandbox: Sandbox) -> None:
    site = sandbox.site(language="fr")
    site.project()
    refused = run(site, "apply", *PACK, "--project", "SUP", "--yes", "--adopt")
    assert refused.exit_code == UNSAFE
    assert "the pack's issue type “Service Request” is “Demande de service” on this site" in refused.stderr
    site.client.session.close()


def test_issues_go_where_a_name_of_the_pack_says(site: Site) -> None:
    site.project()
    site.issue("SUP", "Incident")
    planned = run(site, "plan", *PACK, "--project", "SUP", "--map", "Waiting for support=en attente du CLIENT")
    assert "1 issue(s) of type Incident: Waiting for support → En attente du client" in planned.stdout


def test_wrong_usage_is_told_before_anybody_logs_in(site: Site, tmp_path: Path) -> None:
    twice = tmp_path / "twice.yaml"
    twice.write_text("kind: workflow-pack\nid: one\nid: two\n", "utf-8")
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", "utf-8")
    for arguments, words in (
        (("plan",), "say which project"),
        (("plan", "--project", "SUP"), "--project needs --pack"),
        (("plan", "--for", "SUP"), "is not of the form PACK=KEY,KEY"),
        (("plan", *PACK, "--project", "SUP", "--project", "SUP"), "SUP is named twice"),
        (("plan", "--pack-file", str(twice), "--project", "SUP"), 'the key "id" is given twice, first on line 2'),
        (("apply", str(wrong)), "not a plan written by “plan --out”"),
        (("diff", "managed-operations"), "say what to compare with"),
        (("diff", "managed-operations", "--project", "SUP", "--site-url", ""), "--project needs --site-url"),
        (
            ("plan", *PACK, "--project", "SUP", "--site-url", "http://acme.atlassian.net"),
            "does not start with https://",
        ),
        (("plan", *PACK, "--project", "SUP", "--site-url", "https://a.test/browse/X"), "such as https://a.test"),
        (("destroy", "--pack", "nope", "--project", "SUP"), "one of client-support"),
        (("destroy", *PACK, "--project", "SUP", "--map", "X"), "is not of the form OLD=NEW"),
    ):
        told = run(site, *arguments)
        assert (told.exit_code, words in told.stderr) == (USAGE, True), told.output
