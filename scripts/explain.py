"""Tells what Relance thinks of a request, why, what it did and what comes next."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connect_app.operations.explain_issue import explain_issue
from scripts.command import running, site_at


@click.command()
@click.argument("issue")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option(
    "--at", default=None, metavar="INSTANT", help="Another instant, with its offset, if nobody acts until then."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def main(*, issue: str, site_url: str | None, at: str | None, as_json: bool) -> None:
    """Explain ISSUE (SUP-88)."""
    instant = datetime.fromisoformat(at) if at else None
    if instant is not None and instant.tzinfo is None:
        raise click.BadParameter("--at needs an offset, as in 2026-12-01T09:00:00+01:00")
    with running() as runtime:
        told = explain_issue(runtime.parts, site_at(runtime, site_url), issue, at=instant)
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    console = Console()
    console.print(
        f"[bold]{escape(told['issue'])}[/] {escape(told['status'])} · mode {told['mode']} · next {told['next_at']}"
    )
    console.print(_decisions(told["decisions"]))
    console.print(_done(told["done"]))


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
