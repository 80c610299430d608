from __future__ import annotations

import json
import os

from click.testing import CliRunner, Result

from scripts.provision import CHANGES, FAILED, UNSAFE, USAGE, provision
from tests.connect_app.provision.desks import Site


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


def test_a_project_that_does_not_exist_is_told_in_words(site: Site) -> None:
    result = run(site, "plan", "--pack", "managed-operations")
    assert result.exit_code == FAILED
    assert result.stderr.endswith("Check the project's key, and that the administrator may browse it.\n")


def test_a_failure_of_jira_is_told_with_its_remedy_and_running_again_finishes(site: Site) -> None:
    site.project()
    site.faults({"method": "POST", "path": "/workflowscheme$", "times": 1, "status": 500})
    failed = run(site, "apply", "--pack", "managed-operations", "--yes")
    assert failed.exit_code == FAILED
    assert "POST rest/api/3/workflowscheme: 500" in failed.stderr
    assert run(site, "apply", "--pack", "managed-operations", "--yes").exit_code == 0
