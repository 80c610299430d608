"""Priorities, resolutions, issue types and their schemes, and what a create screen asks for."""

from __future__ import annotations

import re

from jira_sandbox.errors import bad_request, conflict, not_found
from jira_sandbox.rest.issues import field_meta
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.configuration import IssueType, IssueTypeScheme, Named
from jira_sandbox.state.permissions import browsable_project, require_admin
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()

_PRIORITY_AVATARS = tuple(str(number) for number in range(10291, 10301))


@routes.on("GET", "/rest/api/{v}/priority")
def priorities(call: Call) -> Answer:
    """The priorities, highest first."""
    return Answer(body=[_priority(call, item) for item in call.site.priorities.values()])


def _priority(call: Call, item: Named) -> Json:
    return basics.priority(call.site, item, call.version) | {"description": item.description, "statusColor": "#707070"}


@routes.on("GET", "/rest/api/{v}/priority/search")
def search_priorities(call: Call) -> Answer:
    """The priorities, in pages."""
    wanted, name = call.many("id"), call.text("priorityName").casefold()
    found = [p for p in call.site.priorities.values() if (not wanted or p.id in wanted) and name in p.name.casefold()]
    envelope, shown = page(call, found)
    envelope["values"] = [_priority(call, item) | {"isDefault": item.is_default} for item in shown]
    return Answer(body=envelope)


def _new_named(call: Call, items: dict[str, Named], kind: str) -> Answer:
    require_admin(call.person)
    name = str(call.json.get("name") or "").strip()
    if not 1 <= len(name) <= 60 or any(item.name.casefold() == name.casefold() for item in items.values()):
        raise bad_request(f"The {kind} name '{name}' is empty, too long or in use.")
    new = call.site.ids.id(kind)
    items[new] = Named(id=new, name=name, description=str(call.json.get("description") or ""))
    return Answer(status=201, body={"id": new})


@routes.on("POST", "/rest/api/3/priority")
def create_priority(call: Call) -> Answer:
    """Creates a priority; it needs a colour and one of Jira's pictures."""
    require_admin(call.person)
    if not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", str(call.json.get("statusColor"))):
        raise bad_request("The status color must be hexadecimal.")
    if str(call.json.get("avatarId")) not in _PRIORITY_AVATARS:
        raise bad_request("Either the iconUrl or avatarId must be defined.")
    return _new_named(call, call.site.priorities, "priority")


@routes.on("GET", "/rest/api/{v}/avatar/{type}/system")
def system_avatars(call: Call) -> Answer:
    """Jira's own pictures, of priorities only here."""
    require_admin(call.person)
    known = _PRIORITY_AVATARS if call.param("type") == "priority" else ()
    return Answer(body={"system": [{"id": item, "isSystemAvatar": True} for item in known]})


@routes.on("GET", "/rest/api/{v}/resolution")
def resolutions(call: Call) -> Answer:
    """The resolutions."""
    return Answer(body=[basics.resolution(call.site, item, call.version) for item in call.site.resolutions.values()])


@routes.on("GET", "/rest/api/{v}/resolution/search")
def search_resolutions(call: Call) -> Answer:
    """The resolutions, in pages."""
    wanted = call.many("id")
    found = [item for item in call.site.resolutions.values() if not wanted or item.id in wanted]
    envelope, shown = page(call, found)
    envelope["values"] = [
        basics.resolution(call.site, item, call.version) | {"isDefault": item.is_default} for item in shown
    ]
    return Answer(body=envelope)


@routes.on("POST", "/rest/api/3/resolution")
def create_resolution(call: Call) -> Answer:
    """Creates a resolution."""
    return _new_named(call, call.site.resolutions, "resolution")


@routes.on("PUT", "/rest/api/3/resolution/{id}")
def update_resolution(call: Call) -> Answer:
    """Renames a resolution."""
    require_admin(call.person)
    found = call.site.resolutions.get(call.param("id"))
    if found is None:
        raise not_found("The resolution does not exist.")
    found.name = str(call.json["name"])
    found.description = str(call.json.get("description") or found.description)
    return no_content()


@routes.on("GET", "/rest/api/{v}/issuetype")
def issue_types(call: Call) -> Answer:
    """The issue types of the site."""
    return Answer(body=[basics.issue_type(call.site, item, call.version) for item in call.site.issue_types.values()])


@routes.on("POST", "/rest/api/{v}/issuetype")
def create_issue_type(call: Call) -> Answer:
    """Creates an issue type or a sub-task type; 409 when the name is in use."""
    require_admin(call.person)
    name = str(call.json.get("name") or "").strip()
    if not 1 <= len(name) <= 60:
        raise bad_request("The issue type name must have 1 to 60 characters.")
    if any(item.name.casefold() == name.casefold() for item in call.site.issue_types.values()):
        raise conflict(f"The issue type name '{name}' is in use.")
    subtask = call.json.get("type") == "subtask" or call.json.get("hierarchyLevel") == -1
    new = IssueType(
        id=call.site.ids.id("issuetype"),
        name=name,
        description=str(call.json.get("description") or ""),
        subtask=subtask,
    )
    call.site.issue_types[new.id] = new
    call.site.issue_type_schemes["10000"].type_ids.append(new.id)
    return Answer(status=201, body=basics.issue_type(call.site, new, call.version))


@routes.on("GET", "/rest/api/{v}/issuetype/{id}")
def get_issue_type(call: Call) -> Answer:
    """Reads an issue type."""
    found = call.site.issue_types.get(call.param("id"))
    if found is None:
        raise not_found("The issue type does not exist.")
    return Answer(body=basics.issue_type(call.site, found, call.version))


def _scheme_view(scheme: IssueTypeScheme) -> Json:
    view: Json = {"id": scheme.id, "name": scheme.name, "description": "", "isDefault": scheme.is_default}
    if scheme.default_type:
        view["defaultIssueTypeId"] = scheme.default_type
    return view


@routes.on("GET", "/rest/api/{v}/issuetypescheme")
def type_schemes(call: Call) -> Answer:
    """The issue type schemes."""
    require_admin(call.person)
    wanted, text = call.many("id"), call.text("queryString").casefold()
    schemes = call.site.issue_type_schemes.values()
    found = [item for item in schemes if (not wanted or item.id in wanted) and text in item.name.casefold()]
    envelope, shown = page(call, found)
    envelope["values"] = [_scheme_view(item) for item in shown]
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/{v}/issuetypescheme/mapping")
def type_scheme_items(call: Call) -> Answer:
    """Which issue types each scheme has."""
    require_admin(call.person)
    wanted = call.many("issueTypeSchemeId")
    found = [
        {"issueTypeSchemeId": scheme.id, "issueTypeId": type_id}
        for scheme in call.site.issue_type_schemes.values()
        if not wanted or scheme.id in wanted
        for type_id in scheme.type_ids
    ]
    envelope, shown = page(call, found)
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/{v}/issuetypescheme/project")
def type_schemes_of_projects(call: Call) -> Answer:
    """The issue type schemes of projects."""
    require_admin(call.person)
    wanted, grouped = call.many("projectId"), dict[str, list[str]]()
    for project_id in wanted:
        if project_id in call.site.projects:
            grouped.setdefault(call.site.projects[project_id].issue_type_scheme_id, []).append(project_id)
    found = [
        {"issueTypeScheme": _scheme_view(call.site.issue_type_schemes[scheme_id]), "projectIds": projects}
        for scheme_id, projects in grouped.items()
    ]
    envelope, shown = page(call, found)
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("PUT", "/rest/api/{v}/issuetypescheme/{issueTypeSchemeId}/issuetype")
def add_types(call: Call) -> Answer:
    """Adds issue types to a scheme; 400 when one is there already or unknown."""
    require_admin(call.person)
    scheme = call.site.issue_type_schemes.get(call.param("issueTypeSchemeId"))
    if scheme is None:
        raise not_found("The issue type scheme does not exist.")
    wanted = [str(item) for item in call.json.get("issueTypeIds") or []]
    for type_id in wanted:
        if type_id not in call.site.issue_types or type_id in scheme.type_ids:
            raise bad_request(f"The issue type {type_id} does not exist or is already in the scheme.")
    scheme.type_ids += wanted
    return no_content()


_META = "/rest/api/{v}/issue/createmeta/{projectIdOrKey}/issuetypes"


@routes.on("GET", _META)
def create_meta_types(call: Call) -> Answer:
    """The issue types somebody can create in a project."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    types = [basics.issue_type(call.site, kind, call.version) for kind in call.site.types_of(project)]
    return Answer(body={"issueTypes": types, "startAt": 0, "maxResults": 50, "total": len(types)})


@routes.on("GET", _META + "/{issueTypeId}")
def create_meta_fields(call: Call) -> Answer:
    """The fields of the create screen."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    kind = next((item for item in call.site.types_of(project) if item.id == call.param("issueTypeId")), None)
    if kind is None:
        raise not_found("The issue type is not available in the project.")
    required = {"summary", "issuetype", "project"} | ({"parent"} if kind.subtask else set())
    names = ["project", *call.site.screens[project.screen_id].fields]
    metas = [
        field_meta(call, name, required=name in required) | {"fieldId": name}
        for name in names
        if name in call.site.fields
    ]
    return Answer(body={"fields": metas, "startAt": 0, "maxResults": 50, "total": len(metas)})
