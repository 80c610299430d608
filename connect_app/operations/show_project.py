"""Tells how a project stands: its requests, what is to come of them, and how its clocks were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from automation_rules.binding import Mode
from automation_rules.figures_ages import AgeTable, OpenRequest, ages
from automation_rules.figures_clocks import ClockMonth, by_month, clock_end
from automation_rules.figures_coming import ComingStep, StepsByDay, by_day
from automation_rules.policy import Policy
from connect_app.jira.project_reading import OpenIssue, ProjectIssues, read_project
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.recently import Reading
from connect_app.store.agenda import Appointment
from connect_app.store.bindings import BoundProject
from workflows.graph import StatusNames
from workflows.model import Text

DAYS = 14
MONTHS = 6
KEPT_FOR = timedelta(minutes=1)
POINTS_AN_HOUR = 10_000
"""What one project's page may cost of the quota that all sites share (65,000, contract §5.1)."""


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """One step of one request: a reminder, a closure, or None for another look of the rules, which `why` explains."""

    at: datetime
    step: ComingStep | None
    issue_key: str
    summary: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ProjectFigures:
    """A project at a moment; names are in two languages, instants in UTC, days and months in `time_zone`.

    `unknown` counts open requests of which nobody has worked out yet what comes. `late` tells that Jira could not be
    asked and the figures are those of `made_at`.
    """

    project_key: str
    site_url: str
    time_zone: str
    mode: Mode
    made_at: datetime
    late: bool
    ages: AgeTable
    status_names: Mapping[str, Text]
    steps: StepsByDay
    upcoming: tuple[Upcoming, ...]
    unknown: int
    clocks: Mapping[str, tuple[ClockMonth, ...]]
    clock_names: Mapping[str, Text]
    read: ProjectIssues


def show_project(parts: Parts, site: OpenSite, bound: BoundProject) -> ProjectFigures:
    """The figures of now, from requests read a minute ago at most; longer ago where there are many.

    Raises what Jira's client raises when there is nothing to show instead.
    """
    now, project_key = parts.clock.now(), bound.binding.project_key
    zone = site.installation.time_zone or "UTC"
    policy = site.policies.bind(parts.policies, bound.binding)
    known = site.figures.issues.get(
        project_key, now, lambda: read_project(site.client, project_key, days=_days_back(now)), _kept_for
    )
    rows = parts.store.agenda.of_project(site.installation.id, project_key)
    steps = [step for row in rows for step in row.coming or ()]
    return ProjectFigures(
        project_key=project_key,
        site_url=site.installation.display_url or site.installation.base_url,
        time_zone=zone,
        mode=bound.binding.mode,
        made_at=known.made_at,
        late=known.trouble is not None,
        ages=_ages(known.value.open, bound, policy, now),
        status_names={status.id: status.name for status in policy.pack.statuses},
        steps=by_day(steps, now, zone, DAYS),
        upcoming=_upcoming(rows, known.value.open),
        unknown=_unknown(known, rows),
        clocks=_clocks(policy, known.value.clocks, now, zone),
        clock_names={sla.id: sla.name or Text(fr=sla.id, en=sla.id) for sla in policy.document.slas},
        read=known.value,
    )


def _days_back(now: datetime) -> int:
    """Enough for the present month and those before it, whatever their length and the zone."""
    return now.day + (MONTHS - 1) * 31 + 1


def _kept_for(issues: ProjectIssues) -> timedelta:
    return max(KEPT_FOR, timedelta(hours=issues.read / POINTS_AN_HOUR))


def _ages(issues: Iterable[OpenIssue], bound: BoundProject, policy: Policy, now: datetime) -> AgeTable:
    names, known = StatusNames(policy.pack), bound.vocabulary.statuses
    requests = (
        OpenRequest(
            status=known.get(issue.status_id) or names.find(issue.status_name),
            status_name=issue.status_name,
            created=issue.created,
        )
        for issue in issues
    )
    return ages(requests, now, [status.id for status in policy.pack.statuses])


def _upcoming(rows: Iterable[Appointment], issues: Iterable[OpenIssue]) -> tuple[Upcoming, ...]:
    """The next steps by their requests' names, soonest first."""
    named = {issue.id: issue for issue in issues}
    found: list[Upcoming] = []
    for row in rows:
        issue, coming = named.get(row.issue_id), row.coming or ()
        if issue is None:
            continue
        known: list[tuple[datetime, ComingStep | None]] = [(step.at, step) for step in coming]
        if row.due_at is not None and all(step.at != row.due_at for step in coming):
            known.append((row.due_at, None))
        for at, step in known:
            why = row.why if at == row.due_at else ""
            found.append(Upcoming(at=at, step=step, issue_key=issue.key, summary=issue.summary, why=why))
    found.sort(key=lambda one: (one.at, len(one.issue_key), one.issue_key))
    return tuple(found)


def _unknown(known: Reading[ProjectIssues], rows: Iterable[Appointment]) -> int:
    looked_at = {row.issue_id for row in rows if row.coming is not None}
    return sum(issue.id not in looked_at for issue in known.value.open)


def _clocks(
    policy: Policy, published: Iterable[Mapping[str, object]], now: datetime, zone: str
) -> dict[str, tuple[ClockMonth, ...]]:
    ends = [(sla.id, clock_end(clocks.get(sla.id), now)) for clocks in published for sla in policy.document.slas]
    return {
        sla.id: by_month((end for name, end in ends if name == sla.id and end is not None), now, zone, MONTHS)
        for sla in policy.document.slas
    }
