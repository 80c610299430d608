"""Shows what failed or is held, and revives or releases it."""

from __future__ import annotations

import sys
import uuid

import click

from connect_app.operations.sweep_site import sweep_site
from scripts.command import FAILED, installation_at, running


@click.group()
def main() -> None:
    """Jobs that failed, closures that are held, and sweeps by hand."""


@main.command("list")
def list_failed() -> None:
    """Show the jobs that failed for good, newest first."""
    with running() as runtime:
        failed = runtime.jobs.failed()
        click.echo(f"{runtime.jobs.waiting()} job(s) waiting, {len(failed)} failed")
        for job in failed:
            click.echo(f"{job.workflow_id}  {job.name}  {job.error}")


@main.command()
@click.argument("workflow_id")
def revive(workflow_id: str) -> None:
    """Run a failed job again."""
    with running() as runtime:
        runtime.jobs.revive(workflow_id)
        click.echo(f"{workflow_id} is on the queue again")


@main.command()
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def holds(site_url: str | None) -> None:
    """Show the closures that wait for a release."""
    with running() as runtime:
        installation = installation_at(runtime, site_url)
        for bound in runtime.store.bindings.of_installation(installation.id):
            hold = runtime.store.holds.of_project(installation.id, bound.binding.project_key)
            if hold is not None and hold.plan["closures"]:
                state = "released" if hold.released_at else "held"
                click.echo(f"{hold.project_key}  {hold.checksum}  {state} since {hold.held_at.isoformat()}")
                for closure in hold.plan["closures"]:
                    click.echo(f"    {closure}")


@main.command()
@click.argument("checksum")
@click.option("--project", required=True, metavar="KEY")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def release(checksum: str, project: str, site_url: str | None) -> None:
    """Release exactly the held closures with CHECKSUM."""
    with running() as runtime:
        installation = installation_at(runtime, site_url)
        if not runtime.store.holds.release(installation.id, project, checksum, at=runtime.clock.now()):
            click.echo(f"no plan {checksum} is held for {project}", err=True)
            sys.exit(FAILED)
        runtime.jobs.sweep(f"sweep/released/{uuid.uuid4()}", installation.id)
        click.echo(f"released: {project} is swept now")


@main.command()
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def sweep(site_url: str | None) -> None:
    """Show what a sweep finds; nothing is carried out."""
    with running() as runtime:
        for found in sweep_site(runtime.parts, installation_at(runtime, site_url).id):
            held = f", held as {found.held}" if found.held else ""
            click.echo(f"{found.project_key}: {len(found.issues)} to read, {len(found.closures)} to close{held}")


if __name__ == "__main__":
    main()
