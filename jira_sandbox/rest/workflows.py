"""Workflows: the bulk operations, for administrators' tokens only."""

from __future__ import annotations

from collections.abc import Iterable

from jira_sandbox.changes import workflows as verbs
from jira_sandbox.changes.workflow_design import design_problems
from jira_sandbox.changes.workflow_rules import SYSTEM_RULES
from jira_sandbox.errors import bad_request, not_found
from jira_sandbox.rest import statuses
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.configuration import Task, Workflow
from jira_sandbox.state.permissions import require_admin
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site
from jira_sandbox.views import basics

routes = Routes()


def view(workflow: Workflow, *, transitions: bool = True) -> Json:
    """A workflow in the words of the bulk operations."""
    shown: Json = {
        "id": workflow.id,
        "name": workflow.name,
        "description": workflow.description,
        "isEditable": workflow.editable,
        "scope": {"type": "GLOBAL"},
        "version": {"id": workflow.version_id, "versionNumber": workflow.version},
        "statuses": workflow.statuses,
        "created": basics.utc_stamp(workflow.created),
        "updated": basics.utc_stamp(workflow.updated),
        "taskId": None,
    }
    if workflow.start:
        shown["startPointLayout"] = workflow.start
    if transitions:
        shown["transitions"] = workflow.transitions
    return shown


def _statuses(site: Site, workflows: Iterable[Workflow]) -> list[Json]:
    ids = dict.fromkeys(item for workflow in workflows for item in workflow.status_ids)
    return [statuses.view(site.statuses[item]) | {"statusReference": item} for item in ids]


def _answer(call: Call, workflows: list[Workflow], task: Task | None = None) -> Answer:
    body: Json = {
        "statuses": _statuses(call.site, workflows),
        "workflows": [view(item) for item in workflows],
    }
    if task is not None:
        body["taskId"] = task.id
    return Answer(body=body)


@routes.on("POST", "/rest/api/3/workflows/create")
def create(call: Call) -> Answer:
    """Creates workflows with their statuses."""
    require_admin(call.person)
    _global_only(call.json)
    return _answer(call, verbs.create_workflows(call.site, call.json))


def _global_only(body: Json) -> None:
    if (body.get("scope") or {}).get("type", "GLOBAL") != "GLOBAL":
        raise bad_request("The sandbox has company-managed projects only: the scope must be GLOBAL.")


@routes.on("POST", "/rest/api/3/workflows/create/validation")
def validate_create(call: Call) -> Answer:
    """What is wrong with a create payload; changes nothing."""
    return _validate(call, creating=True)


@routes.on("POST", "/rest/api/3/workflows/update/validation")
def validate_update(call: Call) -> Answer:
    """What is wrong with an update payload; changes nothing."""
    return _validate(call, creating=False)


def _validate(call: Call, *, creating: bool) -> Answer:
    require_admin(call.person)
    payload = call.json.get("payload") or {}
    levels = (call.json.get("validationOptions") or {}).get("levels") or ["ERROR", "WARNING"]
    workflows = payload.get("workflows") or []
    found = design_problems(call.site, payload.get("statuses") or [], workflows, creating=creating)
    return Answer(body={"errors": [item for item in found if item["level"] in levels]})


@routes.on("POST", "/rest/api/3/workflows/update")
def update(call: Call) -> Answer:
    """Replaces workflows."""
    require_admin(call.person)
    workflows, task = verbs.update_workflows(call.site, call.actor, call.json)
    return _answer(call, workflows, task)


@routes.on("POST", "/rest/api/3/workflows")
def read(call: Call) -> Answer:
    """Workflows by name, id, or project and issue type; one unknown name makes the whole request 404."""
    require_admin(call.person)
    body, site = call.json, call.site
    found: dict[str, Workflow] = {}
    for name in body.get("workflowNames") or []:
        match = next((item for item in site.workflows.values() if item.name == name), None)
        if match is None:
            raise not_found(f"The workflow '{name}' was not found.")
        found[match.id] = match
    for workflow_id in body.get("workflowIds") or []:
        if workflow_id not in site.workflows:
            raise not_found(f"The workflow {workflow_id} was not found.")
        found[workflow_id] = site.workflows[workflow_id]
    for pair in body.get("projectAndIssueTypes") or []:
        workflow = site.workflow_for(site.project(str(pair["projectId"])), str(pair["issueTypeId"]))
        found[workflow.id] = workflow
    if not found:
        raise bad_request("Workflow names, ids, or projects with issue types are required.")
    return _answer(call, list(found.values()))


def _active(site: Site) -> set[str]:
    schemes = [site.workflow_schemes[project.workflow_scheme_id] for project in site.projects.values()]
    return {flow for scheme in schemes for flow in (scheme.default_workflow, *scheme.mappings.values())}


@routes.on("GET", "/rest/api/3/workflows/search")
def search(call: Call) -> Answer:
    """Workflows whose name contains a text; transitions only when expanded."""
    require_admin(call.person)
    text, active = call.text("queryString").casefold(), _active(call.site)
    wanted = call.query.get("isActive")
    found = [
        item
        for item in sorted(call.site.workflows.values(), key=lambda each: each.name.casefold())
        if text in item.name.casefold()
        and (wanted is None or (item.id in active) == call.flag("isActive"))
        and call.text("scope", "GLOBAL") == "GLOBAL"
    ]
    envelope, shown = page(call, found)
    transitions = "values.transitions" in call.text("expand")
    envelope["values"] = [view(item, transitions=transitions) for item in shown]
    envelope["statuses"] = _statuses(call.site, shown)
    envelope["self"] = basics.link(call.site, "3", "workflows/search")
    if not envelope["isLast"]:
        following = envelope["startAt"] + len(shown)
        envelope["nextPage"] = basics.link(call.site, "3", f"workflows/search?startAt={following}")
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/3/workflows/capabilities")
def capabilities(call: Call) -> Answer:
    """The rules a workflow may have."""
    require_admin(call.person)
    rules = [
        {
            "ruleKey": key,
            "ruleType": kind,
            "name": name,
            "description": name,
            "incompatibleRuleKeys": [],
            "isAvailableForInitialTransition": kind in ("Function", "Validator"),
            "isVisible": True,
        }
        for key, (kind, name, _) in SYSTEM_RULES.items()
    ]
    return Answer(
        body={
            "editorScope": "GLOBAL",
            "projectTypes": ["software", "service_desk", "business"],
            "systemRules": rules,
            "connectRules": [],
            "forgeRules": [],
            "triggerRules": [],
        }
    )


@routes.on("DELETE", "/rest/api/3/workflow/{entityId}")
def delete(call: Call) -> Answer:
    """Deletes a workflow no scheme uses."""
    require_admin(call.person)
    workflow = call.site.workflows.get(call.param("entityId"))
    if workflow is None:
        raise not_found("The workflow was not found.")
    schemes = call.site.workflow_schemes.values()
    if not workflow.editable or any(workflow.id in (s.default_workflow, *s.mappings.values()) for s in schemes):
        raise bad_request(f"The workflow '{workflow.name}' is used by a scheme and cannot be deleted.")
    del call.site.workflows[workflow.id]
    return no_content()
