"""Every platform operation the sandbox knows."""

from __future__ import annotations

from jira_sandbox.rest import (
    about,
    admin_webhooks,
    audience,
    comments,
    configuration,
    fields,
    issues,
    links,
    people,
    projects,
    properties,
    removals,
    schemes,
    screens,
    search,
    statuses,
    tasks,
    transitions,
    webhooks,
    workflows,
    worklogs,
)

COLLECTIONS = [
    about.routes,
    admin_webhooks.routes,
    audience.routes,
    comments.routes,
    configuration.routes,
    fields.routes,
    issues.routes,
    links.routes,
    people.routes,
    projects.routes,
    properties.routes,
    removals.routes,
    schemes.routes,
    screens.routes,
    search.routes,
    statuses.routes,
    tasks.routes,
    transitions.routes,
    webhooks.routes,
    workflows.routes,
    worklogs.routes,
]
"""All collections of the platform API."""
