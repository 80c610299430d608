"""Shows the steps of a provisioning command as they are taken, and where it stopped when it does not finish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from connect_app.errors import RelanceError
from connect_app.operations.provision import Progress
from connect_app.operations.provision_projects import Target


class Steps:
    """What was done so far: a bar on a terminal, one line per step elsewhere."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._last: Progress | None = None
        self._done: list[str] = []

    def step(self, progress: Progress) -> None:
        """Notes the step about to be taken."""
        self._last = progress
        words = f"{progress.change.verb} {progress.change.noun}"
        if self._bar is None:
            click.echo(f"[{progress.step}/{progress.steps}] {words}")
            return
        task, done = self._bar.task_ids[0], progress.step - 1
        self._bar.update(task, total=progress.steps, completed=done, description=words, refresh=True)

    def finished(self, target: Target) -> None:
        """Notes that a project is done."""
        self._last = None
        self._done.append(target.project)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Shows the steps taken inside; an error is told with what is done and stays done."""
        console = Console(stderr=True)
        try:
            if not console.is_terminal:
                yield
                return
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            with Bar(*columns, TimeElapsedColumn(), console=console, transient=True) as self._bar:
                self._bar.add_task("", total=None)
                yield
        except RelanceError:
            self._tell_where()
            raise

    def _tell_where(self) -> None:
        if self._done:
            click.echo(f"Done before: {', '.join(self._done)}.", err=True)
        if self._last is not None:
            step = self._last
            stays = f"{step.step - 1} of {step.steps} steps are done and stay; running the same command again goes on"
            click.echo(f"Stopped at: {step.change.verb} {step.change.noun}. {stays}.", err=True)
