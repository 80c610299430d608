"""Transfers a request to another support level, as an agent does by changing its level in Jira."""

from __future__ import annotations

import sys
import uuid

import click

from connect_app.operations.carry_out import Carried
from connect_app.operations.transfer import transfer
from scripts.command import FAILED, running, site_at

_TOLD = {
    Carried.DONE: "given to {level}",
    Carried.TOLD: "would be given to {level}: the project is in dry run",
}


@click.command()
@click.argument("issue")
@click.argument("level")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option("--by", default=None, metavar="ACCOUNT", help="The agent who asks, for the audit.")
def main(issue: str, level: str, site_url: str | None, by: str | None) -> None:
    """Give ISSUE (SUP-88) to LEVEL (n2): its status and imputation stay, its assignee is cleared, the team is told."""
    with running() as runtime:
        site = site_at(runtime, site_url)
        issue_id, carried = transfer(runtime.parts, site, issue, level, by=by)
        if carried not in _TOLD:
            click.echo(
                f"Jira did not accept it ({carried.value}): python -m scripts.explain {issue} says why", err=True
            )
            sys.exit(FAILED)
        runtime.jobs.issue(f"transfer/{uuid.uuid4()}", site.installation.id, issue_id)
        click.echo(f"{issue} {_TOLD[carried].format(level=level)}")


if __name__ == "__main__":
    main()
