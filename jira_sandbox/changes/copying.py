"""Gives a site the configuration of another one, as if an administrator had made each thing again."""

from __future__ import annotations

import copy

from jira_sandbox.errors import Refusal
from jira_sandbox.state.people import Person
from jira_sandbox.state.permissions import ADMINISTRATORS
from jira_sandbox.state.site import Site

CONFIGURATION = (
    "statuses",
    "workflows",
    "workflow_schemes",
    "resolutions",
    "priorities",
    "roles",
    "issue_types",
    "issue_type_schemes",
    "fields",
    "screens",
    "link_types",
    "projects",
)
"""What a site's administrators make; its people and their work are not among it."""


def copy_configuration(site: Site, other: Site, administrator: Person) -> None:
    """Replaces what the administrators of `site` made by what those of `other` made, projects without their people.

    Both sites' locks are held by the caller. Refuses (409) a site that has issues.
    """
    if site.issues:
        raise Refusal(409, [f"The site '{site.name}' has issues."])
    vars(site).update(copy.deepcopy({name: getattr(other, name) for name in CONFIGURATION}))
    site.ids.follow(other.ids)
    for project in site.projects.values():
        project.lead = administrator.account_id
        project.role_actors = {ADMINISTRATORS: [administrator.account_id]}
        project.customers, project.organizations = [], []
