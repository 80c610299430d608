"""Plans, applies and verifies workflow packs on projects, as a Jira administrator."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from connect_app.errors import Misconfigured
from connect_app.operations.provision_projects import Planned, ProvisioningOfMany, refuse_unsafe, whole_checksum
from scripts.provision_checklist import by_hand, checklist, checklist_options, write_checklists
from scripts.provision_destroy import destroy
from scripts.provision_documents import diff, dump
from scripts.provision_failures import CHANGES, FAILED, UNSAFE, USAGE, explained, stop
from scripts.provision_plan_file import plan_text, read_plan
from scripts.provision_progress import Steps
from scripts.provision_targets import Login, known_packs, login, site_option, target_options, wanted
from workflows.plan import Plan
from workflows.render import as_json, as_markdown, as_text
from workflows.render_diagram import change_diagrams

__all__ = ["CHANGES", "FAILED", "UNSAFE", "USAGE", "provision"]


def _with_diagrams(planned: Planned) -> str:
    """Markdown for a merge request: the table, then each workflow that changes before and after."""
    diagrams = change_diagrams(planned.plan, planned.state)
    return as_markdown(planned.plan) + (f"\n{diagrams}\n" if diagrams else "")


def _plain(write: Callable[[Plan], str]) -> Callable[[Planned], str]:
    return lambda planned: write(planned.plan)


_FORMATS: dict[str, Callable[[Planned], str]] = {
    "text": _plain(as_text),
    "markdown": _with_diagrams,
    "mermaid": lambda planned: change_diagrams(planned.plan, planned.state),
}


@click.group()
def provision() -> None:
    """Bring Jira projects to workflow packs, with an administrator's e-mail and API token.

    Both come from RELANCE_ADMIN_EMAIL and RELANCE_ADMIN_TOKEN, or are asked for; they are never arguments. Exit codes:
    0 nothing left to do, 1 failed, 2 wrong usage or YAML, 3 there are changes to make, 4 not safe as asked.
    """


@provision.command("plan")
@site_option
@target_options
@checklist_options
@click.option("--format", "shape", type=click.Choice([*_FORMATS, "json"]), default="text", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan for “apply FILE”.")
def make_plan(site_url: str, shape: str, out: Path | None, **options: Any) -> None:
    """Show what would be done; changes nothing."""
    with explained():
        packs = known_packs(options["catalog"], options["pack_file"])
        site = login(site_url)
        planned = ProvisioningOfMany(site.client, wanted(packs, options, site), site.patience).plan()
        _show(planned, shape, site)
        if out is not None:
            out.write_text(plan_text(site.url, planned), "utf-8")
        write_checklists(planned, site, options)
        refusals = [reason for p in planned for reason in p.refusals()]
        for reason in refusals:
            click.echo(f"not as it is: {reason}", err=True)
        sys.exit(UNSAFE if refusals else CHANGES if any(p.plan for p in planned) else 0)


@provision.command()
@click.argument("plan_file", required=False, metavar="[PLAN]", type=click.Path(exists=True, path_type=Path))
@site_option
@target_options
@checklist_options
@click.option("--adopt", is_flag=True, help="Take under management what has the right name and was made by others.")
@click.option("--force", is_flag=True, help="Allow deletions, and a change of workflow under existing issues.")
@click.option("--checksum", help="Of the plan that was reviewed: stop when it is no longer this one.")
@click.option("--yes", is_flag=True, help="Do not ask before acting.")
def apply(site_url: str, plan_file: Path | None, *, adopt: bool, force: bool, **options: Any) -> None:
    """Make the plan, show it, carry it out, and prove that nothing is left to do.

    With PLAN, a file written by “plan --out”, it must still be that plan.
    """
    with explained():
        packs = known_packs(options["catalog"], options["pack_file"])
        reviewed = read_plan(plan_file) if plan_file else None
        if reviewed and reviewed.site.rstrip("/") != site_url.rstrip("/"):
            raise Misconfigured(f"the plan is for {reviewed.site}, not for {site_url}")
        site = login(site_url)
        targets = reviewed.to_targets(packs) if reviewed else wanted(packs, options, site)
        work = ProvisioningOfMany(site.client, targets, site.patience)
        planned = work.plan()
        _show(planned, "text", site)
        checksum = whole_checksum([p.plan for p in planned])
        expected = reviewed.checksum if reviewed else options["checksum"]
        if expected not in {None, checksum}:
            stop(UNSAFE, f"this is plan {checksum}, not {expected}: nothing was done")
        refuse_unsafe(planned, adopt=adopt, force=force)
        if any(p.plan for p in planned):
            if not options["yes"]:
                click.confirm("Carry it out?", abort=True)
            steps = Steps()
            with steps.shown():
                work.apply(planned, adopt=adopt, force=force, progress=steps.step, finished=steps.finished)
            click.echo("Done. A second plan is empty.")
        write_checklists(planned, site, options)


@provision.command()
@site_option
@target_options
@checklist_options
@click.option("--strict", is_flag=True, help="What is done by hand and can be read back must be right as well.")
def verify(site_url: str, *, strict: bool, **options: Any) -> None:
    """Say whether the site is as the catalog says, and how far what is done by hand can be read back."""
    with explained():
        packs = known_packs(options["catalog"], options["pack_file"])
        site = login(site_url)
        planned = ProvisioningOfMany(site.client, wanted(packs, options, site), site.patience).plan()
        _show(planned, "text", site)
        lines = [line for p in planned for line in by_hand(p, site, options)]
        for line in lines:
            click.echo(f"by hand: {line}")
        sys.exit(CHANGES if any(p.plan for p in planned) or (strict and lines) else 0)


def _show(planned: Sequence[Planned], shape: str, site: Login) -> None:
    """The plans in one of the formats; JSON is one plan's own, or the whole file's when there are several."""
    if shape == "json":
        click.echo(
            as_json(planned[0].plan) if len(planned) == 1 else json.dumps(json.loads(plan_text(site.url, planned)))
        )
        return
    for one in planned:
        click.echo(_FORMATS[shape](one))
    if len(planned) > 1 and shape == "text":
        click.echo(f"{len(planned)} projects. Checksum {whole_checksum([p.plan for p in planned])}.")


for _command in (dump, diff, destroy, checklist):
    provision.add_command(_command)


if __name__ == "__main__":
    provision()
