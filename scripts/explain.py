"""Tells what Relance thinks of a request, why, what it did and what comes next; and how its clocks were counted."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connect_app.operations.check_drift import check_drift
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.explain_sla import explain_sla
from scripts import clock_tables
from scripts.command import FAILED, running, site_at


@click.command()
@click.argument("issue", required=False)
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option(
    "--at", default=None, metavar="INSTANT", help="Another instant, with its offset, if nobody acts until then."
)
@click.option("--sla", "clocks", is_flag=True, help="Every second of every clock of ISSUE: what it was, and why.")
@click.option("--drift", is_flag=True, help="Compare the clocks of a project with Jira Service Management's own.")
@click.option("--project", default=None, metavar="KEY", help="The project of --drift.")
@click.option("--tolerance", default=60, show_default=True, metavar="SECONDS", help="For the times of --drift.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def main(  # noqa: PLR0913 -- one parameter per option of the command
    *,
    issue: str | None,
    site_url: str | None,
    at: str | None,
    clocks: bool,
    drift: bool,
    project: str | None,
    tolerance: int,
    as_json: bool,
) -> None:
    """Explain ISSUE (SUP-88), or with --drift where Jira's own clocks differ from ours (exit code 1 when they do)."""
    if drift:
        if project is None or issue is not None or clocks or at is not None:
            raise click.UsageError("--drift is about a --project, now, and about no single issue")
        _drift(project, site_url, timedelta(seconds=tolerance), as_json=as_json)
        return
    if issue is None or project is not None:
        raise click.UsageError("name one issue, such as SUP-88; --project belongs to --drift")
    instant = _instant(at)
    with running() as runtime:
        explain = explain_sla if clocks else explain_issue
        told = explain(runtime.parts, site_at(runtime, site_url), issue, at=instant)
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    console = Console()
    if clocks:
        console.print(f"[bold]{escape(told['issue'])}[/] {escape(told['status'])}")
        console.print(clock_tables.ledgers(told))
        return
    console.print(
        f"[bold]{escape(told['issue'])}[/] {escape(told['status'])} · mode {told['mode']} · next {told['next_at']}"
    )
    console.print(_decisions(told["decisions"]))
    console.print(_done(told["done"]))


def _instant(at: str | None) -> datetime | None:
    instant = datetime.fromisoformat(at) if at else None
    if instant is not None and instant.tzinfo is None:
        raise click.BadParameter("--at needs an offset, as in 2026-12-01T09:00:00+01:00")
    return instant


def _drift(project: str, site_url: str | None, tolerance: timedelta, *, as_json: bool) -> None:
    with running() as runtime:
        report = check_drift(runtime.parts, site_at(runtime, site_url), project, tolerance=tolerance)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, ensure_ascii=False))
    else:
        Console().print(clock_tables.drift(report))
    if report.differences or report.unread:
        sys.exit(FAILED)


def _decisions(decisions: list[dict[str, Any]]) -> Table:
    table = Table("Rule", "On", "Answer", "Because", "Next", title="What every rule answers", title_justify="left")
    for decision in decisions:
        because = "; ".join([*decision["reasons"], *(f"→ {action}" for action in decision["actions"])])
        row = (decision["rule"], decision["event"], decision["outcome"], because, decision["until"] or "")
        table.add_row(*map(escape, row))
    return table


def _done(entries: list[dict[str, Any]]) -> Table:
    table = Table("When", "Rule", "What", "State", title="What was done", title_justify="left")
    for entry in entries:
        what = f"{entry['summary']}: {entry['error']}" if entry["error"] else entry["summary"]
        table.add_row(*map(escape, (entry["at"], entry["rule"], what, entry["state"])))
    return table


if __name__ == "__main__":
    main()
