"""Runs a benchmark by name: `python -m scripts.bench sla`."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.bench import agenda as selecting
from scripts.bench import drain as draining
from scripts.bench import idle as waiting
from scripts.bench import panel as opening
from scripts.bench import project as looking
from scripts.bench import provision as provisioning
from scripts.bench import webhooks as accepting
from scripts.bench.sla import report
from workflows.catalog import load_catalog


@click.group()
def bench() -> None:
    """Measure this machine; nothing is written. Results worth keeping go to docs/performance.md by hand."""


@bench.command()
@click.option(
    "--peers",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A virtual environment, outside the checkout, with other packages for working time.",
)
@click.option("--requests", default=100_000, show_default=True, help="How many requests to recompute in one go.")
def sla(peers: Path | None, requests: int) -> None:
    """Working time over growing spans, beside other packages, and measures of long histories."""
    for line in report(peers, requests):
        click.echo(line)


@bench.command()
@click.option("--pack", default="managed-operations", show_default=True, metavar="ID")
def provision(pack: str) -> None:
    """Requests and seconds of a plan on a site of 200 statuses and 100 workflows, as its projects grow in number."""
    for line in provisioning.report(load_catalog().pack(pack)):
        click.echo(line)


@bench.command()
@click.option("--requests", default=1000, show_default=True, help="How many requests the site has.")
def panel(requests: int) -> None:
    """Calls and milliseconds of the agents' panel on a large site."""
    for line in opening.report(requests):
        click.echo(line)


@bench.command()
@click.option("--requests", default=1000, show_default=True, help="How many requests are open.")
def project(requests: int) -> None:
    """Calls and milliseconds of the project page of a large desk."""
    for line in looking.report(requests):
        click.echo(line)


@bench.command()
@click.option("--rows", default=1_000_000, show_default=True, help="How many requests are open.")
def agenda(rows: int) -> None:
    """The minute tick's look at an agenda of a million open requests, a thousand of them due."""
    for line in selecting.report(rows):
        click.echo(line)


@bench.command()
@click.option("--sites", default=8, show_default=True, help="How many sites send webhooks.")
@click.option("--requests", default=100, show_default=True, help="How many requests of each site they are about.")
def jobs(sites: int, requests: int) -> None:
    """Jobs drained per second by one worker, with real rules on the local Jira."""
    for line in draining.report(sites, requests):
        click.echo(line)


@bench.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long the idle worker is watched.")
@click.option("--starts", default=3, show_default=True, help="How often each process is started.")
def idle(seconds: float, starts: int) -> None:
    """Cold starts, and what an idle worker costs."""
    for line in waiting.report(seconds, starts):
        click.echo(line)


@bench.command()
@click.option(
    "--reference",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder, outside the checkout, where npm installed atlassian-connect-express, sequelize, sqlite3, pg.",
)
@click.option("--seconds", default=accepting.SECONDS, show_default=True, help="How long each round lasts.")
def webhooks(reference: Path | None, seconds: float) -> None:
    """Signed webhooks accepted durably per second by one process, on SQLite and on PostgreSQL."""
    for line in accepting.report(reference, seconds=seconds):
        click.echo(line)


if __name__ == "__main__":
    bench()
