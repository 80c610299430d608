"""Workflow schemes: create, read, update, attach, switch."""

from __future__ import annotations

from jira_sandbox.changes import schemes as verbs
from jira_sandbox.errors import bad_request
from jira_sandbox.rest.tasks import see_other
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.configuration import Project, Workflow, WorkflowScheme
from jira_sandbox.state.permissions import require_admin
from jira_sandbox.state.seeding import SYSTEM_SCHEME
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


def _view(call: Call, scheme: WorkflowScheme, *, with_id: bool = True) -> Json:
    workflows = call.site.workflows
    shown: Json = {
        "name": scheme.name,
        "description": scheme.description,
        "defaultWorkflow": workflows[scheme.default_workflow].name,
        "issueTypeMappings": {type_id: workflows[flow].name for type_id, flow in scheme.mappings.items()},
        "draft": False,
        "self": basics.link(call.site, "3", f"workflowscheme/{scheme.id}"),
    }
    return {"id": scheme.id, **shown} if with_id else shown


@routes.on("POST", "/rest/api/3/workflowscheme")
def create(call: Call) -> Answer:
    """Creates a scheme."""
    require_admin(call.person)
    return Answer(status=201, body=_view(call, verbs.create_scheme(call.site, call.json)))


@routes.on("GET", "/rest/api/3/workflowscheme")
def all_schemes(call: Call) -> Answer:
    """Every scheme but the default one."""
    require_admin(call.person)
    found = [item for item in call.site.workflow_schemes.values() if item.id != SYSTEM_SCHEME]
    envelope, shown = page(call, found)
    envelope["values"] = [_view(call, item) for item in shown]
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/3/workflowscheme/project")
def of_projects(call: Call) -> Answer:
    """The schemes of projects; without an id where a project uses the default one."""
    require_admin(call.person)
    wanted = call.many("projectId")
    if not 1 <= len(wanted) <= 100:
        raise bad_request("Between 1 and 100 project ids are required.")
    grouped: dict[int, list[str]] = {}
    for project_id in wanted:
        project = call.site.projects.get(project_id)
        if project is not None and not project.team_managed:
            grouped.setdefault(project.workflow_scheme_id, []).append(project.id)
    values = [
        {
            "projectIds": projects,
            "workflowScheme": _view(call, call.site.workflow_schemes[scheme_id], with_id=scheme_id != SYSTEM_SCHEME),
        }
        for scheme_id, projects in grouped.items()
    ]
    return Answer(body={"values": values})


@routes.on("PUT", "/rest/api/3/workflowscheme/project")
def attach(call: Call) -> Answer:
    """Attaches a scheme to a project without issues."""
    require_admin(call.person)
    verbs.attach(call.site, _project(call), call.json.get("workflowSchemeId"))
    return no_content()


def _project(call: Call) -> Project:
    return call.site.project(str(call.json.get("projectId")))


@routes.on("POST", "/rest/api/3/workflowscheme/project/switch")
def switch(call: Call) -> Answer:
    """Attaches a scheme to a project with issues: 303 to a task."""
    require_admin(call.person)
    scheme = verbs.scheme_by_id(call.site, call.json.get("targetSchemeId"))
    blocks = call.json.get("mappingsByIssueTypeOverride")
    return see_other(call, verbs.switch(call.site, call.actor, _project(call), scheme, blocks))


@routes.on("GET", "/rest/api/3/workflowscheme/{id}")
def get(call: Call) -> Answer:
    """Reads a scheme."""
    require_admin(call.person)
    return Answer(body=_view(call, verbs.scheme_by_id(call.site, call.param("id"))))


@routes.on("PUT", "/rest/api/3/workflowscheme/{id}")
def put(call: Call) -> Answer:
    """Edits an inactive scheme."""
    require_admin(call.person)
    scheme = verbs.scheme_by_id(call.site, call.param("id"))
    verbs.edit_inactive(call.site, scheme, call.json)
    return Answer(body=_view(call, scheme))


@routes.on("DELETE", "/rest/api/3/workflowscheme/{id}")
def delete(call: Call) -> Answer:
    """Deletes an inactive scheme."""
    require_admin(call.person)
    scheme = verbs.scheme_by_id(call.site, call.param("id"))
    if verbs.projects_of(call.site, scheme) or scheme.id == SYSTEM_SCHEME:
        raise bad_request("The workflow scheme is active and cannot be deleted.")
    del call.site.workflow_schemes[scheme.id]
    return no_content()


def _metadata(workflow: Workflow) -> Json:
    return {
        "id": workflow.id,
        "name": workflow.name,
        "description": workflow.description,
        "version": {"id": workflow.version_id, "versionNumber": workflow.version},
    }


def _bulk_view(call: Call, scheme: WorkflowScheme) -> Json:
    grouped: dict[str, list[str]] = {}
    for type_id, workflow_id in scheme.mappings.items():
        grouped.setdefault(workflow_id, []).append(type_id)
    return {
        "id": str(scheme.id),
        "name": scheme.name,
        "description": scheme.description,
        "scope": {"type": "GLOBAL"},
        "version": {"id": scheme.version_id, "versionNumber": scheme.version},
        "defaultWorkflow": _metadata(call.site.workflows[scheme.default_workflow]),
        "workflowsForIssueTypes": [
            {"workflow": _metadata(call.site.workflows[flow]), "issueTypeIds": types} for flow, types in grouped.items()
        ],
    }


@routes.on("POST", "/rest/api/3/workflowscheme/read")
def read(call: Call) -> Answer:
    """Schemes by id or by project."""
    require_admin(call.person)
    ids = [verbs.scheme_by_id(call.site, item).id for item in call.json.get("workflowSchemeIds") or []]
    ids += [call.site.project(str(item)).workflow_scheme_id for item in call.json.get("projectIds") or []]
    return Answer(body=[_bulk_view(call, call.site.workflow_schemes[item]) for item in dict.fromkeys(ids)])


@routes.on("POST", "/rest/api/3/workflowscheme/update")
def update(call: Call) -> Answer:
    """Replaces what a scheme says: 200, or 303 when issues had to move."""
    require_admin(call.person)
    scheme = verbs.scheme_by_id(call.site, call.json.get("id"))
    task = verbs.update_scheme(call.site, call.actor, scheme, call.json)
    return see_other(call, task) if task else Answer(status=200, body={})


@routes.on("POST", "/rest/api/3/workflowscheme/update/mappings")
def required_mappings(call: Call) -> Answer:
    """Which statuses an update would take away from issues."""
    require_admin(call.person)
    site = call.site
    scheme = verbs.scheme_by_id(site, call.json.get("id"))
    default, mappings = verbs.wanted_mappings(site, scheme, call.json)
    lost: dict[str, list[str]] = {}
    pairs: dict[tuple[str, str], list[str]] = {}
    for issue in verbs.issues_in(site, verbs.projects_of(site, scheme)):
        target = mappings.get(issue.type_id, default)
        if issue.status_id in site.workflows[target].status_ids:
            continue
        source = scheme.workflow_for(issue.type_id)
        for found in (lost.setdefault(issue.type_id, []), pairs.setdefault((source, target), [])):
            if issue.status_id not in found:
                found.append(issue.status_id)
    flows = {default, *mappings.values()}
    ids = sorted(
        {item for flow in flows for item in site.workflows[flow].status_ids} | {s for v in lost.values() for s in v}
    )
    return Answer(
        body={
            "statusMappingsByIssueTypes": [{"issueTypeId": k, "statusIds": v} for k, v in lost.items()],
            "statusMappingsByWorkflows": [
                {"sourceWorkflowId": s, "targetWorkflowId": t, "statusIds": v} for (s, t), v in pairs.items()
            ],
            "statuses": [{"id": i, "name": site.statuses[i].name, "category": site.statuses[i].category} for i in ids],
            "statusesPerWorkflow": [
                {
                    "workflowId": flow,
                    "initialStatusId": _initial(site.workflows[flow]),
                    "statuses": site.workflows[flow].status_ids,
                }
                for flow in sorted(flows)
            ],
        }
    )


def _initial(workflow: Workflow) -> str:
    return next(str(item["toStatusReference"]) for item in workflow.transitions if item["type"] == "INITIAL")
