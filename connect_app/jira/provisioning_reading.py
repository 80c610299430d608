"""Reads, with an administrator's client, what a site and one of its projects have today."""

from __future__ import annotations

from typing import Any

from connect_app.errors import NotFound
from connect_app.jira.patience import PatientClient
from connect_app.jira.provisioning_payloads import read_category, read_workflow
from workflows.site import (
    RECORD,
    SiteIssueType,
    SiteProject,
    SiteResolution,
    SiteScheme,
    SiteState,
    SiteStatus,
    SiteWorkflow,
)


def read_site(jira: PatientClient, project_key: str) -> SiteState:
    """Everything a plan for this project compares; only global objects, since team-managed projects have their own.

    Raises as `PatientClient.ask`; NotFound when there is no such project.
    """
    return SiteState(
        project=_project(jira, project_key),
        statuses=tuple(_status(s) for s in jira.pages("statuses/search") if _is_global(s)),
        workflows=_workflows(jira),
        schemes=tuple(_scheme(s) for s in jira.pages("workflowscheme")),
        issue_types=tuple(_issue_type(t) for t in jira.get("issuetype") if not t.get("scope")),
        resolutions=tuple(
            SiteResolution(id=str(r["id"]), name=r["name"], description=r.get("description") or "")
            for r in jira.pages("resolution/search")
        ),
        fields=tuple(str(f["name"]) for f in jira.get("field")),
    )


def _is_global(item: dict[str, Any]) -> bool:
    return bool((item.get("scope") or {}).get("type", "GLOBAL") == "GLOBAL")


def _status(status: dict[str, Any]) -> SiteStatus:
    return SiteStatus(
        id=str(status["id"]),
        name=status["name"],
        category=read_category(status["statusCategory"]),
        description=status.get("description") or "",
    )


def _workflows(jira: PatientClient) -> tuple[SiteWorkflow, ...]:
    found = jira.pages("workflows/search", {"expand": "values.transitions"})
    return tuple(read_workflow(workflow) for workflow in found if _is_global(workflow))


def _scheme(scheme: dict[str, Any]) -> SiteScheme:
    return SiteScheme(
        id=str(scheme["id"]),
        name=scheme["name"],
        description=scheme.get("description") or "",
        default_workflow=scheme.get("defaultWorkflow") or "jira",
        mappings={str(k): str(v) for k, v in (scheme.get("issueTypeMappings") or {}).items()},
    )


def _issue_type(issue_type: dict[str, Any]) -> SiteIssueType:
    return SiteIssueType(
        id=str(issue_type["id"]),
        name=issue_type["name"],
        subtask=bool(issue_type.get("subtask")),
        description=issue_type.get("description") or "",
    )


def _project(jira: PatientClient, key: str) -> SiteProject:
    project = jira.get(f"project/{key}")
    project_id = str(project["id"])
    schemes = jira.get("workflowscheme/project", {"projectId": project_id}).get("values") or []
    scheme = next((s["workflowScheme"] for s in schemes if s["workflowScheme"].get("id")), None)
    types = jira.get("issuetypescheme/project", {"projectId": project_id}).get("values") or []
    statuses = {
        str(issue_type["id"]): tuple(str(status["id"]) for status in issue_type["statuses"])
        for issue_type in jira.get(f"project/{key}/statuses")
    }
    return SiteProject(
        id=project_id,
        key=project["key"],
        name=project["name"],
        issue_type_scheme=str(types[0]["issueTypeScheme"]["id"]) if types else "",
        issue_types=tuple(str(t["id"]) for t in project.get("issueTypes") or ()),
        scheme=_scheme(scheme) if scheme else None,
        statuses=statuses,
        issues=_counts(jira, project["key"], statuses),
        record=_record(jira, key),
        team_managed=project.get("style") == "next-gen" or bool(project.get("simplified")),
    )


def _counts(jira: PatientClient, key: str, statuses: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], int]:
    """Issues by type and status; a project or a type without issues costs one request."""
    if not _count(jira, f'project = "{key}"'):
        return {}
    counts: dict[tuple[str, str], int] = {}
    for type_id, status_ids in statuses.items():
        if not _count(jira, f'project = "{key}" AND issuetype = {type_id}'):
            continue
        for status_id in status_ids:
            jql = f'project = "{key}" AND issuetype = {type_id} AND status = {status_id}'
            counts[type_id, status_id] = _count(jira, jql)
    return {place: count for place, count in counts.items() if count}


def _count(jira: PatientClient, jql: str) -> int:
    return int(jira.ask("POST", "search/approximate-count", body={"jql": jql}).body["count"])


def _record(jira: PatientClient, key: str) -> dict[str, Any]:
    try:
        value = jira.get(f"project/{key}/properties/{RECORD}")["value"]
    except NotFound:
        return {}
    return value if isinstance(value, dict) else {}
