"""Shows what failed or is held, and revives or releases it."""

from __future__ import annotations

import sys
import uuid

import click

from connect_app.operations.points import POOL, pool_share, read_points
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
            when = f"{job.failed_at:%Y-%m-%d %H:%M} UTC  " if job.failed_at else ""
            click.echo(f"{job.workflow_id}  {when}{job.name}  {job.error}\n    {job.remedy}")


@main.command()
@click.argument("workflow_id")
def revive(workflow_id: str) -> None:
    """Run a failed job again."""
    with running() as runtime:
        if not runtime.jobs.revive(workflow_id):
            click.echo(f"no job {workflow_id} has failed; `list` shows those that have", err=True)
            sys.exit(FAILED)
        click.echo(f"{workflow_id} is on the queue again")


@main.command()
def points() -> None:
    """Show what each site costs in Jira's hourly points: this hour, the dearest of a day, and the hours to come."""
    with running() as runtime:
        sites = read_points(runtime.parts)
        for site in sites:
            counted = "" if site.counted else "  (a user's token: not counted by Jira)"
            click.echo(
                f"{site.base_url}  this hour {site.spent} in {site.calls} call(s), dearest hour {site.dearest}, "
                f"predicted {site.predicted}/h: sweeps {site.sweeps}, webhooks {site.webhooks}, pages {site.pages}"
                f"{counted}"
            )
        click.echo(f"{pool_share(sites):.1%} of the {POOL} points an hour that all sites of the app share")


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
