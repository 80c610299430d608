"""The sandbox's own simple SLA: a goal, statuses that pause it, statuses that stop it, computed from the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jira_sandbox.state.configuration import Sla
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.site import Site


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """One run of an SLA clock."""

    start: datetime
    stop: datetime | None
    elapsed: timedelta
    goal: timedelta
    breach: datetime | None
    paused: bool

    @property
    def remaining(self) -> timedelta:
        """What is left of the goal; negative when breached."""
        return self.goal - self.elapsed

    @property
    def breached(self) -> bool:
        """Whether more than the goal has been used."""
        return self.elapsed > self.goal


def status_periods(site: Site, issue: Issue) -> list[tuple[datetime, str]]:
    """When an issue entered each of its statuses, oldest first."""
    moves = [
        (history.created, change)
        for history in issue.histories
        for change in history.changes
        if change.field_id == "status"
    ]
    first = moves[0][1].before if moves else issue.status_id
    periods = [(issue.created, first or issue.status_id)]
    periods += [(at, change.after or issue.status_id) for at, change in moves]
    return [(at, status) for at, status in periods if status in site.statuses]


@dataclass(kw_only=True)
class _Clock:
    """An SLA clock being wound through the statuses of an issue."""

    goal: timedelta
    start: datetime | None = None
    elapsed: timedelta = timedelta(0)
    running_since: datetime | None = None
    breach: datetime | None = None

    def settle(self, at: datetime) -> None:
        """Adds what has run until an instant, and notes when the goal was passed."""
        if self.running_since is None:
            return
        if self.breach is None and self.elapsed + (at - self.running_since) > self.goal:
            self.breach = self.running_since + (self.goal - self.elapsed)
        self.elapsed += at - self.running_since
        self.running_since = None

    def begin(self, at: datetime) -> None:
        """Starts a new run."""
        self.start, self.elapsed, self.breach = at, timedelta(0), None

    def cycle(self, *, stop: datetime | None, breach: datetime | None, paused: bool) -> Cycle:
        """The run as it is."""
        start = self.start or stop
        if start is None:
            raise ValueError("The clock has not started.")
        return Cycle(start=start, stop=stop, elapsed=self.elapsed, goal=self.goal, breach=breach, paused=paused)


def cycles(site: Site, issue: Issue, sla: Sla) -> list[Cycle]:
    """The runs of an SLA on an issue, oldest first; the last is ongoing when it has no stop."""
    found: list[Cycle] = []
    clock = _Clock(goal=timedelta(seconds=sla.goal_seconds))
    paused = False
    for number, (at, status) in enumerate(status_periods(site, issue)):
        clock.settle(at)
        starts = status in sla.start_statuses if sla.start_statuses else number == 0 or bool(found)
        if clock.start is None and status not in sla.stop_statuses and starts:
            clock.begin(at)
        if clock.start is None:
            continue
        if status in sla.stop_statuses:
            due = clock.breach or at + (clock.goal - clock.elapsed)
            found.append(clock.cycle(stop=at, breach=due, paused=False))
            clock.start = None
            continue
        paused = status in sla.pause_statuses
        clock.running_since = None if paused else at
    if clock.start is not None:
        now = site.now()
        clock.settle(now)
        due_now = None if paused and clock.breach is None else clock.breach or now + (clock.goal - clock.elapsed)
        found.append(clock.cycle(stop=None, breach=due_now, paused=paused))
    return found
