"""Entity properties of issues and projects, and an app's own properties."""

from __future__ import annotations

import json

from jira_sandbox.changes import announce
from jira_sandbox.errors import Refusal, bad_request, forbidden, not_found
from jira_sandbox.rest.issues import read
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.permissions import browsable_project, require
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.views import basics

routes = Routes()
_ISSUE = "/rest/api/{v}/issue/{issueIdOrKey}/properties"
_PROJECT = "/rest/api/{v}/project/{projectIdOrKey}/properties"
_ADDON = "/rest/atlassian-connect/1/addons/{addonKey}/properties"


def _keys(address: str, properties: dict[str, Value]) -> Answer:
    return Answer(body={"keys": [{"key": key, "self": f"{address}/{key}"} for key in properties]})


def _get(properties: dict[str, Value], key: str) -> Answer:
    if key not in properties:
        raise not_found(f"The property with key '{key}' does not exist.")
    return Answer(body={"key": key, "value": properties[key]})


def _put(call: Call, properties: dict[str, Value]) -> Answer:
    key = call.param("propertyKey")
    if len(key) > 255:
        raise bad_request("The property key must not be longer than 255 characters.")
    if call.body is None:
        raise bad_request("The property value cannot be empty.")
    if len(json.dumps(call.body)) > 32768:
        raise bad_request("The property value must not be longer than 32768 characters.")
    status = 200 if key in properties else 201
    properties[key] = call.body
    return Answer(status=status, body={})


def _delete(properties: dict[str, Value], key: str) -> Answer:
    if key not in properties:
        raise not_found(f"The property with key '{key}' does not exist.")
    del properties[key]
    return no_content()


@routes.on("GET", _ISSUE)
def issue_keys(call: Call) -> Answer:
    """The keys of an issue's properties."""
    issue = read(call)
    return _keys(basics.link(call.site, call.version, f"issue/{issue.id}/properties"), issue.properties)


@routes.on("GET", _ISSUE + "/{propertyKey}")
def get_issue_property(call: Call) -> Answer:
    """Reads an issue property."""
    return _get(read(call).properties, call.param("propertyKey"))


@routes.on("PUT", _ISSUE + "/{propertyKey}")
def put_issue_property(call: Call) -> Answer:
    """Sets an issue property: 201 when new, 200 after; raises issue_property_set and leaves `updated` alone."""
    issue = read(call)
    require(call.person, "EDIT_ISSUES", "You do not have permission to edit this issue.")
    call.site.keep_version(issue)
    answer = _put(call, issue.properties)
    announce.property_event(call.site, issue, call.actor, "issue_property_set", (call.param("propertyKey"), call.body))
    return answer


@routes.on("DELETE", _ISSUE + "/{propertyKey}")
def delete_issue_property(call: Call) -> Answer:
    """Removes an issue property."""
    issue, key = read(call), call.param("propertyKey")
    require(call.person, "EDIT_ISSUES", "You do not have permission to edit this issue.")
    before = issue.properties.get(key)
    answer = _delete(issue.properties, key)
    announce.property_event(call.site, issue, call.actor, "issue_property_deleted", (key, before))
    return answer


@routes.on("GET", _PROJECT)
def project_keys(call: Call) -> Answer:
    """The keys of a project's properties."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    return _keys(basics.link(call.site, call.version, f"project/{project.id}/properties"), project.properties)


@routes.on("GET", _PROJECT + "/{propertyKey}")
def get_project_property(call: Call) -> Answer:
    """Reads a project property."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    return _get(project.properties, call.param("propertyKey"))


@routes.on("PUT", _PROJECT + "/{propertyKey}")
def put_project_property(call: Call) -> Answer:
    """Sets a project property."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer this project.")
    return _put(call, project.properties)


@routes.on("DELETE", _PROJECT + "/{propertyKey}")
def delete_project_property(call: Call) -> Answer:
    """Removes a project property."""
    project = browsable_project(call.site, call.person, call.param("projectIdOrKey"))
    require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer this project.")
    return _delete(project.properties, call.param("propertyKey"))


def _own(call: Call) -> Json:
    key = call.param("addonKey")
    if call.caller.app_key is None:
        raise Refusal(401, ["Access to this resource must be authenticated as an app."])
    if call.caller.app_key != key:
        raise forbidden("An app can only access its own properties.")
    return call.site.addon_properties.setdefault(key, {})


@routes.on("GET", _ADDON)
def addon_keys(call: Call) -> Answer:
    """The keys of the calling app's properties."""
    own = _own(call)
    return _keys(f"{call.site.base_url}/rest/atlassian-connect/1/addons/{call.param('addonKey')}/properties", own)


@routes.on("GET", _ADDON + "/{propertyKey}")
def get_addon_property(call: Call) -> Answer:
    """Reads one of the calling app's properties."""
    return _get(_own(call), call.param("propertyKey"))


@routes.on("PUT", _ADDON + "/{propertyKey}")
def put_addon_property(call: Call) -> Answer:
    """Sets one of the calling app's properties."""
    own = _own(call)
    if len(call.param("propertyKey")) > 127:
        raise bad_request("The property key must not be longer than 127 characters.")
    answer = _put(call, own)
    message = "Property created." if answer.status == 201 else "Property updated."
    return Answer(status=answer.status, body={"message": message, "statusCode": answer.status})


@routes.on("DELETE", _ADDON + "/{propertyKey}")
def delete_addon_property(call: Call) -> Answer:
    """Removes one of the calling app's properties."""
    return _delete(_own(call), call.param("propertyKey"))
