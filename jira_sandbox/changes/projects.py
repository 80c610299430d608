"""Creates projects: a service desk comes with the workflow, types, screen and desk Jira gives it."""

from __future__ import annotations

import re

from jira_sandbox.changes import announce
from jira_sandbox.errors import bad_request
from jira_sandbox.state.configuration import (
    IssueTypeScheme,
    Project,
    RequestType,
    Screen,
    Status,
    Tab,
    Workflow,
    WorkflowScheme,
)
from jira_sandbox.state.languages import in_language
from jira_sandbox.state.people import Actor
from jira_sandbox.state.permissions import ADMINISTRATORS
from jira_sandbox.state.seeding import DEFAULT_SCREEN, EDIT_FIELDS, SYSTEM_SCHEME, transition
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site

_DESK_STATUSES = (
    ("Waiting for support", "IN_PROGRESS"),
    ("In progress", "IN_PROGRESS"),
    ("Waiting for customer", "IN_PROGRESS"),
    ("Pending", "IN_PROGRESS"),
    ("Escalated", "IN_PROGRESS"),
    ("Resolved", "DONE"),
    ("Closed", "DONE"),
    ("Canceled", "DONE"),
)
_REQUEST_TYPES = (("Report a system problem", "Incident"), ("Get IT help", "Service Request"))

_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}")


def create_project(site: Site, actor: Actor, body: Json) -> Project:
    """Creates a project; 400 on a bad or taken key or name."""
    key, name = str(body.get("key", "")), str(body.get("name", ""))
    lead = str(body.get("leadAccountId") or actor.person.account_id)
    _refuse_wrong(site, body, key, name, lead)
    desk = body.get("projectTypeKey") == "service_desk" or "servicedesk" in str(body.get("projectTemplateKey", ""))
    project = Project(
        id=site.ids.id("project"),
        key=key,
        name=name,
        lead=lead,
        description=str(body.get("description", "")),
        type_key="service_desk" if desk else "business" if body.get("projectTypeKey") == "business" else "software",
        assignee_type=body.get("assigneeType") or "UNASSIGNED",
        workflow_scheme_id=SYSTEM_SCHEME,
        issue_type_scheme_id="10000",
        screen_id=DEFAULT_SCREEN,
        team_managed=":next-gen-" in str(body.get("projectTemplateKey", "")),
    )
    project.role_actors[ADMINISTRATORS] = [lead]
    site.projects[project.id] = project
    if desk:
        _as_desk(site, project)
    if body.get("workflowScheme"):
        project.workflow_scheme_id = int(body["workflowScheme"])
    if body.get("issueTypeScheme"):
        project.issue_type_scheme_id = str(body["issueTypeScheme"])
    announce.project_event(site, project, actor, "project_created")
    return project


def change_project(site: Site, actor: Actor, project: Project, body: Json) -> None:
    """Gives a project another name or key: its id stays, its issues follow, and their old keys still find them."""
    key, name = str(body.get("key") or project.key), str(body.get("name") or project.name)
    other = site.project_by_key(key)
    if not _KEY.fullmatch(key) or (other is not None and other is not project):
        raise bad_request(projectKey=f"'{key}' is no key a project can be given.")
    if any(one.name == name for one in site.projects.values() if one is not project):
        raise bad_request(projectName="A project with that name already exists.")
    project.key, project.name = key, name
    for issue in site.issues.values():
        if issue.project_id == project.id:
            site.rename_issue(issue, f"{key}-{issue.number}")
    announce.project_event(site, project, actor, "project_updated")


def _refuse_wrong(site: Site, body: Json, key: str, name: str, lead: str) -> None:
    problems: dict[str, str] = {}
    if not _KEY.fullmatch(key):
        problems["projectKey"] = (
            "Project keys must start with an uppercase letter, followed by uppercase letters or digits."
        )
    if site.project_by_key(key):
        problems["projectKey"] = f"Project '{site.project_by_key(key)}' uses this project key."
    if not name or any(project.name == name for project in site.projects.values()):
        problems["projectName"] = (
            "A project with that name already exists." if name else "You must specify a valid project name."
        )
    if lead not in site.people:
        problems["projectLead"] = "You must specify a valid project lead."
    if body.get("workflowScheme") and body.get("projectTemplateKey"):
        problems["projectTemplateKey"] = "workflowScheme cannot be given with projectTemplateKey."
    if problems:
        raise bad_request(**problems)


def _as_desk(site: Site, project: Project) -> None:
    project.desk_id = site.ids.id("servicedesk")
    project.workflow_scheme_id = _desk_scheme(site, project).id
    types = _types(site)
    scheme = IssueTypeScheme(
        id=site.ids.id("issuetypescheme"),
        name=f"{project.key}: Jira Service Management Issue Type Scheme",
        type_ids=[types[name] for name in ("Incident", "Service Request", "Task", "Sub-task")],
        default_type=types["Service Request"],
    )
    site.issue_type_schemes[scheme.id] = scheme
    project.issue_type_scheme_id = scheme.id
    extra = [
        item.id for item in site.fields.values() if item.custom and _on_desk_screen(str(item.schema.get("custom")))
    ]
    screen = Screen(
        id=site.ids.number("screen"),
        name=f"{project.key}: Jira Service Management Screen",
        tabs=[Tab(id=site.ids.number("screentab"), name="Fields", fields=[*EDIT_FIELDS, *extra])],
    )
    site.screens[screen.id] = screen
    project.screen_id = screen.id
    for name, kind in _REQUEST_TYPES:
        project.request_types.append(
            RequestType(
                id=site.ids.id("requesttype"),
                name=name,
                description="",
                help_text="",
                issue_type_id=types[kind],
                group_ids=["1"],
            )
        )


def _types(site: Site) -> dict[str, str]:
    """The ids of Jira's own issue types by their English names, whatever the site calls them."""
    names = {kind.name: kind.id for kind in site.issue_types.values()}
    return {name: names[in_language(site, name)] for name in ("Incident", "Service Request", "Task", "Sub-task")}


def _on_desk_screen(custom: str) -> bool:
    return custom.startswith("com.atlassian.servicedesk:") and not custom.endswith(("sd-sla-field", "sd-approvals"))


def _desk_scheme(site: Site, project: Project) -> WorkflowScheme:
    workflow = _desk_workflow(site, project)
    types = _types(site)
    scheme = WorkflowScheme(
        id=site.ids.number("workflowscheme"),
        name=f"{project.key}: Jira Service Management Workflow Scheme",
        default_workflow=site.workflow_schemes[SYSTEM_SCHEME].default_workflow,
        mappings={types["Incident"]: workflow.id, types["Service Request"]: workflow.id},
        version_id=site.ids.uuid("version"),
    )
    site.workflow_schemes[scheme.id] = scheme
    return scheme


def status_named(site: Site, name: str, category: str) -> Status:
    """The status of that name, made when there is none: statuses are global by name."""
    found = next((item for item in site.statuses.values() if item.name.casefold() == name.casefold()), None)
    if found is None:
        found = Status(id=site.ids.id("status"), name=name, category=category)  # type: ignore[arg-type] # from the callers' literals
        site.statuses[found.id] = found
    return found


def _desk_workflow(site: Site, project: Project) -> Workflow:
    ids = {name: status_named(site, in_language(site, name), category).id for name, category in _DESK_STATUSES}
    done: Json = {
        "ruleKey": "system:update-field",
        "parameters": {"field": "resolution", "value": "10000", "mode": "replace"},
    }
    cleared: Json = {
        "ruleKey": "system:update-field",
        "parameters": {"field": "resolution", "value": "", "mode": "replace"},
    }
    waiting, working, customer = ids["Waiting for support"], ids["In progress"], ids["Waiting for customer"]
    open_ones = (waiting, working, customer, ids["Pending"], ids["Escalated"])
    workflow = Workflow(
        id=site.ids.uuid("workflow"),
        name=f"{project.key}: Jira Service Management default workflow",
        version_id=site.ids.uuid("version"),
        statuses=[{"statusReference": status_id, "properties": {}} for status_id in ids.values()],
        transitions=[
            transition("1", "Create Issue", waiting, kind="INITIAL"),
            transition("11", "In progress", working, sources=(waiting, customer, ids["Pending"], ids["Escalated"])),
            transition("21", "Respond to customer", customer, sources=(waiting, working, ids["Pending"])),
            transition("31", "Respond to support", waiting, sources=(customer, working), portal=True),
            transition("41", "Pending", ids["Pending"], sources=(waiting, working)),
            transition("51", "Escalate this issue", ids["Escalated"], sources=(waiting, working), portal=True),
            transition("61", "Resolve this issue", ids["Resolved"], sources=open_ones, actions=[done]),
            transition("71", "Cancel request", ids["Canceled"], sources=open_ones, actions=[done], portal=True),
            transition("81", "Close", ids["Closed"], sources=(ids["Resolved"],)),
            transition("91", "Back to in progress", working, sources=(ids["Resolved"],), actions=[cleared]),
        ],
        created=site.now(),
        updated=site.now(),
    )
    site.workflows[workflow.id] = workflow
    return workflow
