"""Every operation the sandbox knows."""

from __future__ import annotations

from jira_sandbox.rest import about, comments, issues, people, projects, properties, search, transitions, worklogs

COLLECTIONS = [
    about.routes,
    comments.routes,
    issues.routes,
    people.routes,
    projects.routes,
    properties.routes,
    search.routes,
    transitions.routes,
    worklogs.routes,
]
"""All collections of the platform API."""
