"""Takes away issue types and resolutions, as administrators may: what issues have goes to another first."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, conflict, not_found
from jira_sandbox.rest.tasks import see_other
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.configuration import Task
from jira_sandbox.state.permissions import require_admin

routes = Routes()


@routes.on("DELETE", "/rest/api/3/resolution/{id}")
def delete_resolution(call: Call) -> Answer:
    """Deletes a resolution; issues that have it get the other one. 303 to a task."""
    require_admin(call.person)
    gone, other = call.param("id"), call.text("replaceWith")
    if gone not in call.site.resolutions:
        raise not_found("The resolution does not exist.")
    if other not in call.site.resolutions or other == gone:
        raise bad_request("The replacement resolution does not exist.")
    for issue in call.site.issues.values():
        if issue.resolution_id == gone:
            issue.resolution_id = other
    del call.site.resolutions[gone]
    task = Task(
        id=call.site.ids.id("task"),
        owner=call.person.account_id,
        description="Delete resolution",
        submitted=call.site.now(),
    )
    call.site.tasks[task.id] = task
    return see_other(call, task)


@routes.on("DELETE", "/rest/api/3/issuetype/{id}")
def delete_issue_type(call: Call) -> Answer:
    """Deletes an issue type that no issue has, out of every scheme."""
    require_admin(call.person)
    gone = call.param("id")
    if gone not in call.site.issue_types:
        raise not_found("The issue type does not exist.")
    if any(issue.type_id == gone for issue in call.site.issues.values()):
        raise conflict("The issue type is used by issues: an alternative issue type is needed.")
    for scheme in call.site.issue_type_schemes.values():
        scheme.type_ids = [kept for kept in scheme.type_ids if kept != gone]
    for workflows in call.site.workflow_schemes.values():
        workflows.mappings.pop(gone, None)
    del call.site.issue_types[gone]
    return no_content()
