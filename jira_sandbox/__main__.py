"""Runs the sandbox: a control server and one server per site, all on loopback, until interrupted."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import click

from jira_sandbox.clock import Clock, parse_instant
from jira_sandbox.contract.documents import find
from jira_sandbox.contract.law import Law
from jira_sandbox.control.application import control_application, describe
from jira_sandbox.host import Host
from jira_sandbox.server import Server
from jira_sandbox.site_pages import site_pages

START = "2026-11-02T09:00:00+01:00"


@click.command()
@click.option("--port", default=8050, show_default=True, help="Port of the control server; 0 takes a free one.")
@click.option(
    "--site",
    "sites",
    multiple=True,
    help="A site to open, as name or name:port; repeat it. More can be opened through the control API.",
)
@click.option("--zone", default="Europe/Paris", show_default=True, help="Time zone of the sites.")
@click.option("--locale", default="fr", show_default=True, help="Language of the sites' people.")
@click.option("--start", default=START, show_default=True, help="What the test clock shows at first.")
@click.option("--frozen/--moving", default=True, show_default=True, help="Whether the test clock stands still.")
@click.option("--contracts", type=click.Path(path_type=Path), help="Folder of Atlassian's OpenAPI documents.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Where to write the addresses when ready.")
@click.option("--retry-scale", default=0.0001, show_default=True, help="Share of Atlassian's 5 to 15 minutes.")
def main(**options: object) -> None:
    """A stateful Jira Cloud and JSM on loopback."""
    run(**options)  # type: ignore[arg-type] # click has checked them


def run(  # noqa: PLR0913 - one per option of the command line
    *,
    port: int,
    sites: tuple[str, ...],
    zone: str,
    locale: str,
    start: str,
    frozen: bool,
    contracts: Path | None,
    ready_file: Path | None,
    retry_scale: float,
) -> None:
    """Opens everything, says where, and waits for SIGINT or SIGTERM."""
    law = Law(find(contracts))
    click.echo(law.sentence)
    host = Host(Clock(parse_instant(start), frozen=frozen), law, retry_scale=retry_scale, pages=site_pages)
    control = Server(port)
    for wanted in sites:
        name, _, site_port = wanted.partition(":")
        host.open_site(name, zone=zone, locale=locale, port=int(site_port or 0))
    control.serve(control_application(host, control.url))
    ready = json.dumps(describe(host, control.url), ensure_ascii=False)
    if ready_file is not None:
        partial = ready_file.with_suffix(ready_file.suffix + ".partial")
        partial.write_text(ready, encoding="utf-8")
        partial.replace(ready_file)
    click.echo(ready)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    host.close()
    control.close()


if __name__ == "__main__":
    main()
