"""Reads, with an administrator's client, what a site and one of its projects have today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from connect_app.errors import NotFound
from connect_app.jira.patience import PatientClient
from connect_app.jira.provisioning_fields import read_fields, read_project_screens, read_screens
from connect_app.jira.provisioning_payloads import read_category, read_workflow
from workflows.blueprint import made_fields
from workflows.graph import folded
from workflows.model import Pack
from workflows.site import (
    RECORD,
    Kind,
    SiteIssueType,
    SitePriority,
    SiteProject,
    SiteRequestType,
    SiteResolution,
    SiteScheme,
    SiteState,
    SiteStatus,
    SiteWorkflow,
)

APP_ROLE = "atlassian-addons-project-access"
"""The project role every Connect app holds; its name is the same in every language."""

_TOUCHED: Mapping[Kind, tuple[str, ...]] = {
    Kind.RESOLUTION: ("resolutions",),
    Kind.PRIORITY: ("priorities",),
    Kind.ISSUE_TYPE: ("issue_types",),
    Kind.ISSUE_TYPE_SCHEME: ("project",),
    Kind.FIELD: ("fields",),
    Kind.OPTIONS: ("fields",),
    Kind.PROJECT_SCREENS: ("project_screens",),
    Kind.SCREEN: ("screens",),
    Kind.STATUS: ("statuses",),
    Kind.WORKFLOW: ("workflows",),
    Kind.SCHEME: ("schemes",),
    Kind.PROJECT: ("project",),
    Kind.REQUEST_TYPE: ("request_types",),
    Kind.RECORD: ("project",),
}
"""Which parts of a site a change of each kind makes worth reading again."""


class SiteReader:
    """Reads one project's site, whole or only what a change touched; what the pack has no use for is not asked.

    Every method raises as `PatientClient.ask`; NotFound when there is no such project.
    """

    def __init__(self, jira: PatientClient, project_key: str, pack: Pack) -> None:
        self.jira = jira
        self.key = project_key
        self.pack = pack

    def whole(self) -> SiteState:
        """Everything a plan for this project compares; only global objects: team-managed projects have their own."""
        state = SiteState(project=self._project())
        if state.project.team_managed:
            return state
        parts = dict.fromkeys(part for parts in _TOUCHED.values() for part in parts if part != "project")
        state = self._read(state, parts)
        counts = _counts(self.jira, state.project.key, state.project.statuses)
        roles = self.jira.get("role") if self.pack.enforcement.agents or self.pack.enforcement.levels else ()
        return replace(
            state,
            project=replace(state.project, issues=counts),
            groups=self._groups(),
            app_role=next((str(role["id"]) for role in roles if role.get("name") == APP_ROLE), ""),
        )

    def again(self, state: SiteState, changed: Iterable[Kind]) -> SiteState:
        """The site after changes of these kinds; issues are not counted again, for a plan has said where they go."""
        return self._read(state, dict.fromkeys(part for kind in changed for part in _TOUCHED[kind]))

    def _read(self, state: SiteState, parts: Iterable[str]) -> SiteState:
        readers: dict[str, Callable[[SiteState], SiteState]] = {
            "project": lambda s: replace(s, project=self._renewed(s.project)),
            "statuses": lambda s: replace(s, statuses=self._statuses()),
            "workflows": lambda s: replace(s, workflows=_workflows(self.jira)),
            "schemes": lambda s: replace(s, schemes=tuple(_scheme(one) for one in self.jira.pages("workflowscheme"))),
            "issue_types": lambda s: replace(s, issue_types=self._issue_types()),
            "resolutions": lambda s: replace(s, resolutions=self._resolutions()),
            "priorities": lambda s: replace(s, priorities=self._priorities()),
            "fields": lambda s: replace(s, fields=read_fields(self.jira, self.pack, s.project.id)),
            "screens": lambda s: replace(s, screens=read_screens(self.jira)),
            "project_screens": lambda s: replace(s, project=replace(s.project, screens=self._project_screens(s))),
            "request_types": lambda s: replace(s, project=self._with_desk(s.project)),
        }
        for part in parts:
            state = readers[part](state)
        return state

    def _renewed(self, before: SiteProject) -> SiteProject:
        kept = {name: getattr(before, name) for name in ("issues", "screens", "desk", "request_types")}
        return replace(self._project(), **kept)

    def _statuses(self) -> tuple[SiteStatus, ...]:
        return tuple(_status(s) for s in self.jira.pages("statuses/search") if _is_global(s))

    def _issue_types(self) -> tuple[SiteIssueType, ...]:
        return tuple(_issue_type(t) for t in self.jira.get("issuetype") if not t.get("scope"))

    def _resolutions(self) -> tuple[SiteResolution, ...]:
        return tuple(
            SiteResolution(id=str(r["id"]), name=r["name"], description=r.get("description") or "")
            for r in self.jira.pages("resolution/search")
        )

    def _priorities(self) -> tuple[SitePriority, ...]:
        found = self.jira.pages("priority/search") if self.pack.priorities else ()
        return tuple(
            SitePriority(id=str(p["id"]), name=p["name"], description=p.get("description") or "") for p in found
        )

    def _project_screens(self, state: SiteState) -> Any:
        return read_project_screens(self.jira, state.project) if made_fields(self.pack) else ()

    def _groups(self) -> dict[str, str]:
        names = [level.name.fr for level in self.pack.levels] if self.pack.enforcement.levels else []
        found = self.jira.pages("group/bulk", {"groupName": names}) if names else ()
        return {folded(str(group["name"])): str(group["groupId"]) for group in found}

    def _with_desk(self, project: SiteProject) -> SiteProject:
        """The project with its service desk, known to the desk's API by the project's key, and its request types."""
        if not project.desk:
            return project
        found = self.jira.desk_pages(f"servicedesk/{project.key}/requesttype")
        return replace(
            project,
            request_types=tuple(
                SiteRequestType(
                    id=str(one["id"]),
                    name=str(one["name"]),
                    issue_type=str(one.get("issueTypeId") or ""),
                    grouped=bool(one.get("groupIds")),
                )
                for one in found
            ),
        )

    def _project(self) -> SiteProject:
        return _project(self.jira, self.key)


def read_site(jira: PatientClient, project_key: str, pack: Pack) -> SiteState:
    """Everything a plan for this project compares. Raises as `SiteReader.whole`."""
    return SiteReader(jira, project_key, pack).whole()


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
        record=_record(jira, key),
        team_managed=project.get("style") == "next-gen" or bool(project.get("simplified")),
        desk=str(project["key"]) if project.get("projectTypeKey") == "service_desk" else "",
    )


def _counts(jira: PatientClient, key: str, statuses: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str], int]:
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
