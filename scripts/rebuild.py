"""Makes a lost database anew from what Jira keeps."""

from __future__ import annotations

import sys
import uuid

import click

from connect_app.operations.rebuild_site import Rebuilt, found_in_jira, rebuild_site
from scripts.command import FAILED, installation_at, running


@click.command()
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option(
    "--project", "projects", multiple=True, metavar="KEY", help="Default: every project that keeps a binding."
)
@click.option("--all", "everything", is_flag=True, help="Also requests done long ago, for the audit: reads them all.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def main(site_url: str | None, projects: tuple[str, ...], *, everything: bool, yes: bool) -> None:
    """Bind the projects again as they were, and record what was done to each request, by its marks in Jira."""
    with running() as runtime:
        installation = installation_at(runtime, site_url)
        found = [
            one for one in found_in_jira(runtime.parts, installation.id) if not projects or one.project_key in projects
        ]
        for one in found:
            click.echo(f"{one.project_key}: {_kept(one)}")
        if not found:
            click.echo("no project of this site keeps a binding: bind each with scripts.bind, then run this again")
        if not yes:
            click.confirm(f"Rebuild what we know of {installation.base_url}?", abort=True, err=True)
        rebuilt = list(rebuild_site(runtime.parts, installation.id, projects=projects, everything=everything))
        for one in rebuilt:
            click.echo(f"{one.project_key}: {_done(one)}")
        runtime.jobs.sweep(f"sweep/rebuilt/{uuid.uuid4()}", installation.id)
        if any(one.mode is None or one.unread for one in rebuilt):
            sys.exit(FAILED)


def _kept(one: Rebuilt) -> str:
    told = f"{one.pack} ({one.mode.value})" if one.mode is not None else one.why
    return f"{told}, known here" if one.known else told


def _done(one: Rebuilt) -> str:
    if one.mode is None:
        return f"not bound: {one.why}; bind it with scripts.bind, then run this again"
    unread = f"; not read: {', '.join(one.unread)}" if one.unread else ""
    return f"{one.pack} ({one.mode.value}), {one.issues} request(s) read, {one.marks} action(s) found{unread}"


if __name__ == "__main__":
    main()
