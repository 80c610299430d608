"""Tells the story in the terminal, step by step, and keeps the list of promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from connect_app.store.ledger import EntryState, LedgerEntry


class PromiseBroken(AssertionError):
    """A promise was not kept; the message names it and says what was seen instead."""


@dataclass(frozen=True)
class Promise:
    """One promise of the documents, by its ids in the requirements."""

    ids: str
    sentence: str


@dataclass
class Telling:
    """The story so far."""

    zone: ZoneInfo
    console: Console = field(default_factory=Console)
    kept: list[Promise] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.rule(f"[bold]{escape(title)}", align="left")

    def act(self, now: datetime, who: str, what: str) -> None:
        """Somebody does something."""
        self.console.print(f"[cyan]{self._when(now)}[/]  [bold]{escape(who)}[/] {escape(what)}")

    def decided(self, entries: Iterable[LedgerEntry]) -> None:
        """What Relance did, and why."""
        for entry in entries:
            if entry.state is not EntryState.DONE:
                continue
            because = f" — because {'; '.join(entry.reasons)}" if entry.reasons else ""
            self.console.print(f"{'':18}[green]Relance[/] {escape(entry.summary)}[dim]{escape(because)}[/]")

    def shows(self, what: str) -> None:
        """What Jira shows now."""
        lines = [line for line in what.splitlines() if line.strip()]
        for number, line in enumerate(lines):
            label = "Jira" if number == 0 else "    "
            self.console.print(f"{'':18}[yellow]{label}[/] {escape(line)}")

    def keep(self, promise: Promise, *, kept: bool, seen: str) -> None:
        """Checks a promise; `PromiseBroken` when it is not kept."""
        if not kept:
            raise PromiseBroken(f"{promise.ids}: {promise.sentence} — seen instead: {seen}")
        self.kept.append(promise)
        self.console.print(f"{'':18}[bold green]✓[/] {escape(promise.sentence)} [dim]({promise.ids})[/]")

    def summary(self) -> None:
        """The promises that were kept."""
        table = Table(title="Promises kept", title_justify="left")
        table.add_column("Documents")
        table.add_column("Promise")
        for promise in self.kept:
            table.add_row(promise.ids, escape(promise.sentence))
        self.console.print()
        self.console.print(table)

    @contextmanager
    def waiting(self, what: str, steps: int | None = None) -> Iterator[Progress]:
        """A progress bar while something takes time."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn())
        disabled = not self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=disabled) as progress:
            progress.add_task(what, total=steps)
            yield progress

    def _when(self, now: datetime) -> str:
        return now.astimezone(self.zone).strftime("%a %d %b %H:%M")
