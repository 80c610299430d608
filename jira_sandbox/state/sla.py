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


def cycles(site: Site, issue: Issue, sla: Sla) -> list[Cycle]:
    """The runs of an SLA on an issue, oldest first; the last is ongoing when it has no stop."""
    found: list[Cycle] = []
    start: datetime | None = None
    elapsed = timedelta(0)
    running_since: datetime | None = None
    paused = False
    breach: datetime | None = None
    goal = timedelta(seconds=sla.goal_seconds)

    def settle(at: datetime) -> None:
        nonlocal elapsed, breach, running_since
        if running_since is not None:
            if breach is None and elapsed + (at - running_since) > goal:
                breach = running_since + (goal - elapsed)
            elapsed += at - running_since
            running_since = None

    for number, (at, status) in enumerate(status_periods(site, issue)):
        settle(at)
        starts = status in sla.start_statuses if sla.start_statuses else number == 0 or bool(found)
        if start is None and status not in sla.stop_statuses and starts:
            start, elapsed, breach = at, timedelta(0), None
        if start is None:
            continue
        if status in sla.stop_statuses:
            found.append(
                Cycle(
                    start=start,
                    stop=at,
                    elapsed=elapsed,
                    goal=goal,
                    breach=breach or at + (goal - elapsed),
                    paused=False,
                )
            )
            start = None
            continue
        paused = status in sla.pause_statuses
        running_since = None if paused else at
    if start is not None:
        settle(site.now())
        due = None if paused and breach is None else breach or site.now() + (goal - elapsed)
        found.append(Cycle(start=start, stop=None, elapsed=elapsed, goal=goal, breach=due, paused=paused))
    return found
