"""Who may do what: the permissions of a standard service desk project, by role."""

from __future__ import annotations

from jira_sandbox.errors import forbidden, no_issue, not_found
from jira_sandbox.state.configuration import Project
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Organization, Person
from jira_sandbox.state.site import Site

ADMINISTRATORS = "10002"
DESK_TEAM = "10003"
DESK_CUSTOMERS = "10004"
ADDONS = "10005"

GLOBAL_PERMISSIONS = {
    "ADMINISTER": "Administer Jira",
    "SYSTEM_ADMIN": "Administer Jira (system)",
    "BULK_CHANGE": "Make bulk changes",
    "USER_PICKER": "Browse users and groups",
    "CREATE_PROJECT": "Create team-managed projects",
}
_ADMIN_ONLY = {"ADMINISTER_PROJECTS", "DELETE_ISSUES", "DELETE_ALL_COMMENTS", "DELETE_ALL_WORKLOGS"}
PROJECT_PERMISSIONS = {
    "ADD_COMMENTS": "Add Comments",
    "ADMINISTER_PROJECTS": "Administer Projects",
    "ASSIGNABLE_USER": "Assignable User",
    "ASSIGN_ISSUES": "Assign Issues",
    "BROWSE_PROJECTS": "Browse Projects",
    "CLOSE_ISSUES": "Close Issues",
    "CREATE_ATTACHMENTS": "Create Attachments",
    "CREATE_ISSUES": "Create Issues",
    "DELETE_ALL_COMMENTS": "Delete All Comments",
    "DELETE_ALL_WORKLOGS": "Delete All Worklogs",
    "DELETE_ISSUES": "Delete Issues",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "DELETE_OWN_WORKLOGS": "Delete Own Worklogs",
    "EDIT_ALL_COMMENTS": "Edit All Comments",
    "EDIT_ALL_WORKLOGS": "Edit All Worklogs",
    "EDIT_ISSUES": "Edit Issues",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "EDIT_OWN_WORKLOGS": "Edit Own Worklogs",
    "LINK_ISSUES": "Link Issues",
    "MANAGE_WATCHERS": "Manage Watchers",
    "MODIFY_REPORTER": "Modify Reporter",
    "MOVE_ISSUES": "Move Issues",
    "RESOLVE_ISSUES": "Resolve Issues",
    "SCHEDULE_ISSUES": "Schedule Issues",
    "SERVICEDESK_AGENT": "Service Desk Agent",
    "SET_ISSUE_SECURITY": "Set Issue Security",
    "TRANSITION_ISSUES": "Transition Issues",
    "VIEW_DEV_TOOLS": "View Development Tools",
    "VIEW_READONLY_WORKFLOW": "View Read-Only Workflow",
    "VIEW_VOTERS_AND_WATCHERS": "View Voters and Watchers",
    "WORK_ON_ISSUES": "Work On Issues",
}


def has_global(person: Person, permission: str) -> bool:
    """Tells whether a person holds a global permission."""
    if permission in ("USER_PICKER", "BULK_CHANGE"):
        return person.is_agent
    return person.is_admin and permission in GLOBAL_PERMISSIONS


def has_in_project(person: Person, permission: str) -> bool:
    """Tells whether a person holds a project permission (a site's agents are agents of all its desks)."""
    if permission not in PROJECT_PERMISSIONS or not person.is_agent or not person.active:
        return False
    return permission not in _ADMIN_ONLY or person.is_admin or person.is_app


def browses(person: Person, project: Project) -> bool:
    """Tells whether a person may see a project: Browse Projects, in a scheme that does not leave them out."""
    return has_in_project(person, "BROWSE_PROJECTS") and project.key not in person.hidden_projects


def roles_of(site: Site, project: Project, person: Person) -> set[str]:
    """Ids of the project roles a person holds in a project, by their place on the site or by name."""
    roles = {role_id for role_id, actors in project.role_actors.items() if person.account_id in actors}
    if person.is_app:
        return roles | {ADDONS}
    if person.is_admin:
        roles |= {ADMINISTRATORS, DESK_TEAM}
    if person.is_agent:
        roles.add(DESK_TEAM)
    if person.account_id in project.customers or "customer" in person.roles:
        roles.add(DESK_CUSTOMERS)
    return {role_id for role_id in roles if role_id in site.roles}


def browsable_issue(site: Site, person: Person, id_or_key: str) -> Issue:
    """An issue the person may browse on the platform; 404 otherwise, as Jira does not tell the difference."""
    issue = site.issue(id_or_key)
    if not browses(person, site.project_of(issue)):
        raise no_issue()
    return issue


def browsable_project(site: Site, person: Person, id_or_key: str) -> Project:
    """A project the person may browse; 404 otherwise."""
    project = site.project(id_or_key)
    if not browses(person, project):
        raise not_found(f"No project could be found with key '{id_or_key}'.")
    return project


def organizations_of(site: Site, account_id: str) -> list[Organization]:
    """The organisations somebody belongs to."""
    return [organization for organization in site.organizations.values() if account_id in organization.members]


def is_customer_of(site: Site, person: Person, issue: Issue) -> bool:
    """Tells whether a person sees a request as a customer: reporter, participant, or in a shared organisation."""
    if person.account_id == issue.reporter or person.account_id in issue.participants:
        return True
    return any(organization.id in issue.organizations for organization in organizations_of(site, person.account_id))


def visible_request(site: Site, person: Person, id_or_key: str) -> Issue:
    """A request the person may see in JSM; 404 otherwise. Issues without a request type are no requests."""
    issue = site.find_issue(id_or_key)
    if issue is None or issue.request_type_id is None or not (person.is_agent or is_customer_of(site, person, issue)):
        raise not_found("Issue does not exist or you do not have permission to see it.")
    return issue


def require_admin(person: Person) -> None:
    """403 unless the person holds Administer Jira; an app's reach is bounded by its scopes instead."""
    if not (person.is_admin or person.is_app):
        raise forbidden("Only Jira administrators can perform this operation.")


def require(person: Person, permission: str, message: str) -> None:
    """403 unless the person holds a project permission."""
    if not has_in_project(person, permission):
        raise forbidden(message)
