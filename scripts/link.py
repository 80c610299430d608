"""Prints an address that shows one request or one project outside Jira, for some days."""

from __future__ import annotations

import click

from connect_app.operations.mint_link import link_to_project, link_to_request
from scripts.command import running, site_at


@click.command()
@click.argument("issue", required=False)
@click.option("--project", default=None, metavar="KEY", help="A project's next steps instead of a request.")
@click.option("--customer", default=None, metavar="ACCOUNT", help="For this customer: the status and an escalation.")
@click.option("--days", default=7, show_default=True, help="How long the address opens, 90 at most.")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def main(issue: str | None, project: str | None, customer: str | None, days: int, site_url: str | None) -> None:
    """Print an address for ISSUE (SUP-88) or --project; whoever holds it sees the page, so hand it on with care."""
    if (issue is None) is (project is None) or (project is not None and customer is not None):
        raise click.UsageError("name one issue, such as SUP-88, or a --project; --customer belongs to an issue")
    with running() as runtime:
        site = site_at(runtime, site_url)
        if project is not None:
            click.echo(link_to_project(runtime.parts, site, project, days=days))
        elif issue is not None:
            click.echo(link_to_request(runtime.parts, site, issue, days=days, customer=customer))


if __name__ == "__main__":
    main()
