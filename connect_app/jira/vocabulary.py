"""Learns how one project's Jira ids read in a pack's words, so that a renaming in Jira changes nothing later."""

from __future__ import annotations

from automation_rules.binding import Vocabulary
from connect_app.jira.client import JiraClient
from workflows.graph import StatusNames, folded
from workflows.model import FieldKind, Pack

ORGANIZATIONS = "com.atlassian.servicedesk:sd-customer-organizations"
REQUEST_TYPE = "com.atlassian.servicedesk:vp-origin"


def learn(client: JiraClient, project_key: str, pack: Pack) -> Vocabulary:
    """Reads the project's statuses and the site's fields; `NotFound` when the project is unknown or hidden from us.

    Service-management fields are found by their schema, never by name or number (jira-rest.md §c).
    """
    project = client.get(f"rest/api/3/project/{project_key}")
    names = StatusNames(pack)
    statuses: dict[str, str] = {}
    for issue_type in client.get(f"rest/api/3/project/{project_key}/statuses") or ():
        for status in issue_type.get("statuses") or ():
            found = names.find(str(status.get("name") or ""))
            if found is not None:
                statuses[str(status["id"])] = found
    by_schema: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for jira_field in client.get("rest/api/3/field") or ():
        schema = jira_field.get("schema") or {}
        kind = schema.get("custom") or schema.get("system")
        if kind:
            by_schema.setdefault(kind, jira_field["id"])
        by_name.setdefault(folded(str(jira_field.get("name") or "")), jira_field["id"])
    known = {
        f.id: by_schema.get(f.jira_type)
        if f.jira_type
        else by_name.get(folded(f.name.fr)) or by_name.get(folded(f.name.en))
        for f in pack.fields
    }
    if not project.get("components"):
        # Nobody can name a component where the project has none: the field is as good as absent.
        known |= {f.id: None for f in pack.fields if f.kind is FieldKind.COMPONENTS}
    return Vocabulary(
        project_id=str(project["id"]),
        statuses=statuses,
        fields={name: jira_id for name, jira_id in known.items() if jira_id},
        organizations_field=by_schema.get(ORGANIZATIONS),
        request_type_field=by_schema.get(REQUEST_TYPE),
    )


def absent_fields(pack: Pack, vocabulary: Vocabulary) -> frozenset[str]:
    """The pack's fields that the site does not have: what they would say is unknown, not empty."""
    return frozenset(field.id for field in pack.fields) - set(vocabulary.fields)
