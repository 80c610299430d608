"""Workflow schemes: which issue type follows which workflow, and what changing that asks of the issues."""

from __future__ import annotations

from collections.abc import Iterable

from jira_sandbox.changes.workflows import background, required_moves
from jira_sandbox.errors import bad_request, conflict, not_found
from jira_sandbox.state.configuration import Project, Task, Workflow, WorkflowScheme
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Actor
from jira_sandbox.state.seeding import SYSTEM_SCHEME
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def scheme_by_id(site: Site, given: object) -> WorkflowScheme:
    """A scheme by id; 404 otherwise."""
    text = str(given)
    scheme = site.workflow_schemes.get(int(text)) if text.isdigit() else None
    if scheme is None:
        raise not_found(f"The workflow scheme {given} does not exist.")
    return scheme


def workflow_named(site: Site, name: object) -> Workflow:
    """A workflow by name; 400 otherwise."""
    for workflow in site.workflows.values():
        if workflow.name == name:
            return workflow
    raise bad_request(f"The workflow '{name}' does not exist.")


def projects_of(site: Site, scheme: WorkflowScheme) -> list[Project]:
    """The projects a scheme is attached to."""
    return [project for project in site.projects.values() if project.workflow_scheme_id == scheme.id]


def create_scheme(site: Site, body: Json) -> WorkflowScheme:
    """Creates a scheme from workflow names and issue type ids; 400 when the name is taken."""
    name = str(body.get("name") or "")
    if not name or any(item.name == name for item in site.workflow_schemes.values()):
        raise bad_request("A workflow scheme with this name already exists." if name else "The name is required.")
    default = workflow_named(site, body.get("defaultWorkflow") or "jira")
    mappings = _mappings(site, body.get("issueTypeMappings") or {})
    scheme = WorkflowScheme(
        id=site.ids.number("workflowscheme"),
        name=name,
        description=str(body.get("description") or ""),
        default_workflow=default.id,
        mappings=mappings,
        version_id=site.ids.uuid("version"),
    )
    site.workflow_schemes[scheme.id] = scheme
    return scheme


def _mappings(site: Site, given: Json) -> dict[str, str]:
    for type_id in given:
        if type_id not in site.issue_types:
            raise bad_request(f"The issue type {type_id} does not exist.")
    return {type_id: workflow_named(site, name).id for type_id, name in given.items()}


def edit_inactive(site: Site, scheme: WorkflowScheme, body: Json) -> None:
    """Edits a scheme no project uses; 400 for an active one (drafts are not simulated)."""
    if projects_of(site, scheme):
        raise bad_request("The workflow scheme is active: use POST /rest/api/3/workflowscheme/update.")
    if body.get("defaultWorkflow"):
        scheme.default_workflow = workflow_named(site, body["defaultWorkflow"]).id
    if "issueTypeMappings" in body:
        scheme.mappings = _mappings(site, body["issueTypeMappings"] or {})
    scheme.name = body.get("name") or scheme.name
    scheme.description = body.get("description") or scheme.description
    _bump(site, scheme)


def _bump(site: Site, scheme: WorkflowScheme) -> None:
    scheme.version += 1
    scheme.version_id = site.ids.uuid("version")


def wanted_mappings(site: Site, scheme: WorkflowScheme, body: Json) -> tuple[str, dict[str, str]]:
    """The default workflow and the mappings an update asks for, by workflow id."""
    default = body.get("defaultWorkflowId") or scheme.default_workflow
    mappings = {
        str(type_id): str(block["workflowId"])
        for block in body.get("workflowsForIssueTypes") or []
        for type_id in block["issueTypeIds"]
    }
    for workflow_id in (default, *mappings.values()):
        if workflow_id not in site.workflows:
            raise bad_request(f"The workflow {workflow_id} does not exist.")
    for type_id in mappings:
        if type_id not in site.issue_types:
            raise bad_request(f"The issue type {type_id} does not exist.")
    return str(default), mappings


def issues_in(site: Site, projects: Iterable[Project]) -> list[Issue]:
    """The issues of some projects."""
    ids = {project.id for project in projects}
    return [issue for issue in site.issues.values() if issue.project_id in ids]


def update_scheme(site: Site, actor: Actor, scheme: WorkflowScheme, body: Json) -> Task | None:
    """Replaces what a scheme says; a task when issues had to move."""
    version = body.get("version") or {}
    if (version.get("id"), version.get("versionNumber")) != (scheme.version_id, scheme.version):
        raise conflict("The workflow scheme has changed since it was read.")
    default, mappings = wanted_mappings(site, scheme, body)
    old = WorkflowScheme(id=0, name="", default_workflow=scheme.default_workflow, mappings=dict(scheme.mappings))
    by_type = _by_type(body.get("statusMappingsByIssueTypeOverride"))
    by_workflow = {
        (block["oldWorkflowId"], block["newWorkflowId"], item["oldStatusId"]): item["newStatusId"]
        for block in body.get("statusMappingsByWorkflows") or []
        for item in block["statusMappings"]
    }

    def target(issue: Issue) -> str | None:
        key = (old.workflow_for(issue.type_id), mappings.get(issue.type_id, default), issue.status_id)
        return by_type.get((issue.type_id, issue.status_id)) or by_workflow.get(key)

    moves = required_moves(
        site,
        issues_in(site, projects_of(site, scheme)),
        lambda issue: set(site.workflows[mappings.get(issue.type_id, default)].status_ids),
        target,
    )
    scheme.default_workflow, scheme.mappings = default, mappings
    scheme.name = body.get("name") or scheme.name
    scheme.description = body.get("description") or ""
    _bump(site, scheme)
    return background(site, actor, "Workflow scheme update", moves) if moves else None


def _by_type(blocks: list[Json] | None) -> dict[tuple[str, str], str]:
    return {
        (str(block.get("issueTypeId")), str(item["oldStatusId"])): str(item["newStatusId"])
        for block in blocks or []
        for item in block.get("statusMappings") or []
    }


def attach(site: Site, project: Project, scheme_id: object) -> None:
    """Attaches a scheme to a project without issues; 400 when it has some."""
    if issues_in(site, [project]):
        raise bad_request("The project has issues: use POST /rest/api/3/workflowscheme/project/switch.")
    project.workflow_scheme_id = SYSTEM_SCHEME if scheme_id is None else scheme_by_id(site, scheme_id).id


def switch(site: Site, actor: Actor, project: Project, scheme: WorkflowScheme, blocks: list[Json] | None) -> Task:
    """Attaches a scheme to a project and moves its issues: always a task."""
    by_type = _by_type(blocks)
    moves = required_moves(
        site,
        issues_in(site, [project]),
        lambda issue: set(site.workflows[scheme.workflow_for(issue.type_id)].status_ids),
        lambda issue: by_type.get((issue.type_id, issue.status_id)),
    )
    project.workflow_scheme_id = scheme.id
    return background(site, actor, "Switch workflow scheme", moves)
