"""Service desks, their request types and queues."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, not_found
from jira_sandbox.jql import evaluation
from jira_sandbox.jsm.paging import cut, paged, require_agent
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.configuration import Project, RequestType
from jira_sandbox.state.permissions import require
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import desk
from jira_sandbox.views.issue import issue_view

routes = Routes()
_API = "/rest/servicedeskapi"
_DESK = _API + "/servicedesk/{serviceDeskId}"


def find_desk(call: Call, given: str) -> Project:
    """A desk by its id or by its project's key or id; 404 otherwise."""
    for project in call.site.projects.values():
        if project.desk_id is not None and given in (project.desk_id, project.key, f"projectId:{project.id}"):
            return project
    raise not_found(f"The service desk {given} does not exist or you do not have permission to view it.")


def _desk(call: Call) -> Project:
    return find_desk(call, call.param("serviceDeskId"))


def desk_view(call: Call, project: Project) -> Json:
    """A service desk."""
    return {
        "id": project.desk_id,
        "projectId": project.id,
        "projectName": project.name,
        "projectKey": project.key,
        "projectTypeKey": "service_desk",
        "_links": {"self": desk.desk_link(call.site, f"servicedesk/{project.desk_id}")},
    }


@routes.on("GET", _API + "/info")
def info(call: Call) -> Answer:
    """The version of JSM."""
    return Answer(
        body={
            "version": "sandbox",
            "platformVersion": "1001.0.0",
            "buildDate": desk.date(call.site, call.site.now()),
            "buildChangeSet": "sandbox",
            "isLicensedForUse": True,
            "_links": {"self": desk.desk_link(call.site, "info")},
        }
    )


@routes.on("GET", _API + "/servicedesk")
def all_desks(call: Call) -> Answer:
    """The service desks."""
    desks = [project for project in call.site.projects.values() if project.desk_id]
    return paged(call, [desk_view(call, project) for project in cut(call, desks)], len(desks))


@routes.on("GET", _DESK)
def get_desk(call: Call) -> Answer:
    """Reads a service desk."""
    return Answer(body=desk_view(call, _desk(call)))


@routes.on("GET", _API + "/requesttype")
def all_request_types(call: Call) -> Answer:
    """The request types of every desk."""
    wanted, text = call.many("serviceDeskId"), call.text("searchQuery").casefold()
    found = [
        (project, item)
        for project in call.site.projects.values()
        if project.desk_id and (not wanted or project.desk_id in wanted)
        for item in project.request_types
        if text in item.name.casefold()
    ]
    return paged(call, [desk.request_type(call.site, *pair) for pair in cut(call, found)], len(found))


@routes.on("GET", _DESK + "/requesttype")
def request_types(call: Call) -> Answer:
    """The request types of a desk."""
    project, text, group = _desk(call), call.text("searchQuery").casefold(), call.text("groupId")
    found = [
        item
        for item in project.request_types
        if text in item.name.casefold() and (not group or group in item.group_ids)
    ]
    return paged(call, [desk.request_type(call.site, project, item) for item in cut(call, found)], len(found))


@routes.on("POST", _DESK + "/requesttype")
def create_request_type(call: Call) -> Answer:
    """Creates a request type: in no group, hence not on the portal until an administrator puts it in one."""
    project, body = _desk(call), call.json
    require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer the service desk.")
    name, type_id = str(body.get("name") or "").strip(), str(body.get("issueTypeId"))
    if not name or any(item.name == name for item in project.request_types):
        raise bad_request(f"The request type name '{name}' is empty or in use.")
    if type_id not in {kind.id for kind in call.site.types_of(project) if not kind.subtask}:
        raise bad_request(f"The issue type {type_id} cannot be used for requests.")
    item = RequestType(
        id=call.site.ids.id("requesttype"),
        name=name,
        description=str(body.get("description") or ""),
        help_text=str(body.get("helpText") or ""),
        issue_type_id=type_id,
    )
    project.request_types.append(item)
    return Answer(body=desk.request_type(call.site, project, item))


def request_type_of(project: Project, given: str) -> RequestType:
    """A request type of a desk; 404 otherwise."""
    found = next((item for item in project.request_types if item.id == given), None)
    if found is None:
        raise not_found(f"The request type {given} does not exist in the service desk {project.desk_id}.")
    return found


@routes.on("GET", _DESK + "/requesttype/{requestTypeId}")
def get_request_type(call: Call) -> Answer:
    """Reads a request type; apps may not."""
    project = _desk(call)
    return Answer(body=desk.request_type(call.site, project, request_type_of(project, call.param("requestTypeId"))))


@routes.on("DELETE", _DESK + "/requesttype/{requestTypeId}")
def delete_request_type(call: Call) -> Answer:
    """Deletes a request type."""
    project = _desk(call)
    require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer the service desk.")
    project.request_types.remove(request_type_of(project, call.param("requestTypeId")))
    return no_content()


@routes.on("GET", _DESK + "/requesttype/{requestTypeId}/field")
def request_type_fields(call: Call) -> Answer:
    """The fields of a request type's form."""
    project = _desk(call)
    request_type_of(project, call.param("requestTypeId"))
    fields: list[Json] = [
        {
            "fieldId": name,
            "name": call.site.fields[name].name,
            "description": "",
            "required": name == "summary",
            "defaultValues": [],
            "validValues": [],
            "presetValues": [],
            "visible": True,
            "jiraSchema": call.site.fields[name].schema,
        }
        for name in ("summary", "description")
    ]
    agent = call.person.is_agent
    return Answer(body={"requestTypeFields": fields, "canRaiseOnBehalfOf": agent, "canAddRequestParticipants": True})


@routes.on("GET", _DESK + "/requesttypegroup")
def groups(call: Call) -> Answer:
    """The groups of request types: one."""
    _desk(call)
    return paged(call, [{"id": "1", "name": "General"}], 1)


def _queue_jql(project: Project, jql: str) -> str:
    return f"project = {project.key} AND {jql}"


@routes.on("GET", _DESK + "/queue")
def queues(call: Call) -> Answer:
    """The queues of a desk."""
    require_agent(call)
    project = _desk(call)
    return paged(call, [_queue(call, project, *row) for row in cut(call, project.queues)], len(project.queues))


def _queue(call: Call, project: Project, queue_id: str, name: str, jql: str) -> Json:
    view: Json = {
        "id": queue_id,
        "name": name,
        "jql": _queue_jql(project, jql),
        "fields": ["issuekey", "summary", "status", "assignee"],
        "_links": {"self": desk.desk_link(call.site, f"servicedesk/{project.desk_id}/queue/{queue_id}")},
    }
    if call.flag("includeCount"):
        view["issueCount"] = len(evaluation.search(call.site, call.person, view["jql"], call.site.issues.values()))
    return view


def _row(call: Call) -> tuple[str, str, str]:
    for row in _desk(call).queues:
        if row[0] == call.param("queueId"):
            return row
    raise not_found(f"The queue {call.param('queueId')} does not exist.")


@routes.on("GET", _DESK + "/queue/{queueId}")
def queue(call: Call) -> Answer:
    """Reads a queue."""
    require_agent(call)
    return Answer(body=_queue(call, _desk(call), *_row(call)))


@routes.on("GET", _DESK + "/queue/{queueId}/issue")
def queue_issues(call: Call) -> Answer:
    """The issues of a queue."""
    require_agent(call)
    jql = _queue_jql(_desk(call), _row(call)[2])
    found = evaluation.search(call.site, call.person, jql, call.site.indexed())
    wanted = ("summary", "status", "assignee", "issuetype", "created", "reporter", "duedate")
    views = [issue_view(call.site, issue, version="2", wanted=wanted) for issue in cut(call, found)]
    return paged(call, views, len(found))
