"""Finds the projects of a site that a pack was applied to, by the record each of them keeps."""

from __future__ import annotations

from connect_app.jira.patience import PatientClient
from workflows.site import RECORD


def recorded_packs(jira: PatientClient) -> dict[str, str]:
    """Pack ids by project key, in the order of the keys: as many requests as the list of projects has pages."""
    found: dict[str, str] = {}
    for project in jira.pages("project/search", {"properties": RECORD, "orderBy": "key"}):
        record = (project.get("properties") or {}).get(RECORD)
        if isinstance(record, dict) and record.get("pack"):
            found[str(project["key"])] = str(record["pack"])
    return found
