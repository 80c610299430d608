"""Prints an address that shows one request, one project or the administration outside Jira, for some time."""

from __future__ import annotations

import click

from connect_app.operations.mint_link import link_to_administration, link_to_project, link_to_request
from scripts.command import installation_named, running, site_at

ADMINISTRATION = "admin"


@click.command()
@click.argument("issue", required=False)
@click.option("--project", default=None, metavar="KEY", help="A project's page instead of a request.")
@click.option("--customer", default=None, metavar="ACCOUNT", help="For this customer: what the portal shows.")
@click.option("--days", default=7, show_default=True, help="How long the address opens, 90 at most.")
@click.option("--hours", default=8, show_default=True, help="The same for the administration, 24 at most.")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def main(issue: str | None, project: str | None, customer: str | None, site_url: str | None, **lives: int) -> None:
    """Print an address for ISSUE (SUP-88), --project or `admin`; whoever holds it sees the page: hand it on with care.

    `admin` is the administration of every site, or of the one at --site-url, with its buttons.
    """
    if (issue is None) is (project is None) or (customer is not None and issue in {None, ADMINISTRATION}):
        raise click.UsageError("name one issue, such as SUP-88, a --project or admin; --customer belongs to an issue")
    with running() as runtime:
        if issue == ADMINISTRATION:
            one = None if site_url is None else installation_named(runtime, site_url)
            click.echo(link_to_administration(runtime.parts, one, hours=lives["hours"]))
            return
        site = site_at(runtime, site_url)
        if project is not None:
            click.echo(link_to_project(runtime.parts, site, project, days=lives["days"]))
        elif issue is not None:
            click.echo(link_to_request(runtime.parts, site, issue, days=lives["days"], customer=customer))


if __name__ == "__main__":
    main()
