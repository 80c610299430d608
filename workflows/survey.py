"""Compares one pack with one site and project, kind by kind: the changes to make, the conflicts, what to know."""

from __future__ import annotations

from typing import Any

from workflows.comparison import Comparison, Desired, found_type, scheme_name, wanted_types
from workflows.survey_fields import compare_fields, compare_screens
from workflows.survey_objects import compare_issue_types, compare_priorities, compare_resolutions, compare_statuses
from workflows.survey_project import (
    compare_leftovers,
    compare_record,
    compare_request_types,
    compare_scheme,
    wanted_record,
    wanted_scheme,
)
from workflows.survey_workflows import compare_workflows

_STEPS = (
    compare_resolutions,
    compare_priorities,
    compare_issue_types,
    compare_fields,
    compare_screens,
    compare_statuses,
    compare_workflows,
    compare_scheme,
    compare_request_types,
    compare_leftovers,
    compare_record,
)
"""What is compared, in the order in which its changes can be made."""


class Survey(Comparison):
    """One comparison, from the first object to the last."""

    def run(self) -> None:
        """Makes the whole comparison."""
        if self.project.team_managed:
            told = f"project {self.project.key} is team-managed: its workflows are its team's"
            self.conflict(f"{told}; use a company-managed one")
            return
        if self.pack.enforcement.agents and not self.project.desk:
            told = f"project {self.project.key} is no service project: nobody is an agent there"
            self.conflict(f"{told}; use one, or write enforcement: {{agents: false}} in the pack")
            return
        for compare in _STEPS:
            compare(self)

    def wanted_scheme(self) -> tuple[str, dict[str, str]]:
        """The default workflow and the issue types' workflows of the project's scheme."""
        return wanted_scheme(self)

    def wanted_record(self) -> dict[str, Any]:
        """What the project's property is to say."""
        return wanted_record(self)


__all__ = ["Desired", "Survey", "found_type", "scheme_name", "wanted_types"]
