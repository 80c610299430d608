"""Holds what was read lately for the pages of a site's projects."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation_rules.figures_time import MonthTime
from connect_app.jira.project_reading import ProjectIssues, Standing
from connect_app.operations.recently import Recently


@dataclass(frozen=True)
class RecentFigures:
    """The requests of projects, their time by month, and who may see them."""

    issues: Recently[ProjectIssues] = field(default_factory=Recently)
    times: Recently[MonthTime] = field(default_factory=Recently)
    standings: Recently[Standing] = field(default_factory=Recently)
