"""Shows clocks on a terminal: their ledgers of seconds, and where Jira Service Management's differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from connect_app.operations.check_drift import DriftReport


def ledgers(told: dict[str, Any]) -> Group:
    """Every clock of a request: where it stands, each segment of time, the totals, and what is doubtful."""
    return Group(*(part for clock in told["slas"] for part in _ledger(clock)))


def _ledger(clock: dict[str, Any]) -> Iterator[RenderableType]:
    goal = f", goal {clock['goal']} ({clock['priority'] or 'no priority'})" if clock["goal"] else ", no goal"
    standing = f"{clock['name']} ({clock['sla']}): {clock['state']}{goal}, calendar {clock['calendar']}"
    yield Text(f"\n{standing}", style="bold")
    if clock["rule"]:
        yield Text(f"by {clock['rule']}; {_remaining(clock)}")
    if clock["segments"]:
        yield _segments(clock)
    yield from (Text(f"{change['at']}: goal {change['goal']} for {change['priority']}") for change in _goals(clock))
    yield from (Text(f"doubtful, {one['kind']} at {one['at']}: {one['text']}", "yellow") for one in clock["anomalies"])
    yield from (Text(note) for note in clock["notes"])


def _goals(clock: dict[str, Any]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = clock["goal_changes"]
    return changes


def _remaining(clock: dict[str, Any]) -> str:
    parts = [f"{length(clock['elapsed_seconds'])} counted"]
    if clock["remaining_seconds"] is not None:
        parts.append(f"{length(clock['remaining_seconds'])} remaining")
    if clock["breached"]:
        parts.append(f"breached since {clock['breach_time']}")
    elif clock["breach_time"] and clock["stop"] is None:
        parts.append(f"due {clock['breach_time']} if nothing pauses it")
    return ", ".join(parts)


def _segments(clock: dict[str, Any]) -> Table:
    table = Table("From", "To", "Time", "Kind", "Status", "Because", title=clock["time_zone"], title_justify="left")
    for segment in clock["segments"]:
        row = (_wall(segment["start"]), _wall(segment["end"]), length(segment["seconds"]), segment["kind"])
        table.add_row(*map(escape, (*row, segment["status"] or "?", segment["rule"])))
    table.add_section()
    for kind, seconds in clock["totals"].items():
        if seconds:
            table.add_row("", "", length(seconds), kind)
    table.add_row("", "", length(clock["total_seconds"]), "all", style="bold")
    return table


def _wall(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M:%S %z}"


def length(seconds: float) -> str:
    """A duration to the second: `26:05:09`, negative when a goal is overdrawn."""
    minutes, rest = divmod(abs(round(seconds)), 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def drift(report: DriftReport) -> Group:
    """The differences of a project, or that there are none; and what could not be compared."""
    head = f"{report.project}: {report.compared} request(s) compared on {', '.join(report.clocks)}"
    parts: list[RenderableType] = [Text(f"{head}, {len(report.differences)} difference(s)", style="bold")]
    if report.differences:
        table = Table("Request", "Clock", "What", "Relance", "Jira Service Management")
        for one in report.differences:
            table.add_row(*map(escape, (one.issue, one.sla, one.what, one.ours, one.jsm)))
        parts.append(table)
    parts += [Text(f"not compared: {issue}: {why}", style="yellow") for issue, why in report.unread.items()]
    return Group(*parts)
