"""Issues: create, read, edit, delete, assign, watch, notify, link."""

from __future__ import annotations

from jira_sandbox.changes import announce, creation, editing
from jira_sandbox.changes.fields import Context
from jira_sandbox.changes.remarks import add_comment
from jira_sandbox.errors import bad_request, field_error
from jira_sandbox.rest.comments import new_comment
from jira_sandbox.rest.links import link
from jira_sandbox.rest.locks import refuse_locked
from jira_sandbox.rest.worklogs import log_work
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.permissions import browsable_issue, require
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.views import basics, remarks
from jira_sandbox.views.issue import issue_view

routes = Routes()
_CANNOT_EDIT = "You do not have permission to edit issues in this project."


def read(call: Call, name: str = "issueIdOrKey") -> Issue:
    """The issue a request is about, if the caller may browse it."""
    return browsable_issue(call.site, call.person, call.param(name))


def properties_of(body: Json) -> dict[str, Value]:
    """The entity properties a creation carries."""
    found: dict[str, Value] = {}
    for item in body.get("properties") or []:
        if not isinstance(item.get("key"), str) or "value" not in item:
            raise bad_request("Each property needs a key and a value.")
        found[item["key"]] = item["value"]
    return found


def _created(call: Call, body: Json) -> Json:
    new = creation.NewIssue(
        fields=body.get("fields") or {},
        update=body.get("update") or {},
        version=call.version,
        properties=properties_of(body),
    )
    issue = creation.create(call.site, call.actor, new)
    add_extras(call, issue, body.get("update") or {})
    return {"id": issue.id, "key": issue.key, "self": basics.link(call.site, call.version, f"issue/{issue.id}")}


@routes.on("POST", "/rest/api/{v}/issue")
def create_issue(call: Call) -> Answer:
    """Creates an issue or a sub-task."""
    return Answer(status=201, body=_created(call, call.json))


@routes.on("POST", "/rest/api/{v}/issue/bulk")
def create_issues(call: Call) -> Answer:
    """Creates up to 50 issues."""
    updates = call.json.get("issueUpdates") or []
    if not 1 <= len(updates) <= 50:
        raise bad_request("Between 1 and 50 issues can be created at once.")
    return Answer(status=201, body={"issues": [_created(call, item) for item in updates], "errors": []})


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}")
def get_issue(call: Call) -> Answer:
    """Reads an issue: strongly consistent, all fields by default."""
    issue = read(call)
    view = issue_view(
        call.site, issue, version=call.version, wanted=call.many("fields") or ("*all",), viewer=call.person
    )
    expand = call.many("expand")
    add_expansions(call, issue, view, expand)
    wanted = call.many("properties")
    if wanted:
        everything = "*all" in wanted
        view["properties"] = {key: value for key, value in issue.properties.items() if everything or key in wanted}
    return Answer(body=view)


def add_expansions(call: Call, issue: Issue, view: Json, expand: list[str]) -> None:
    """Adds what `expand` asks for."""
    site = call.site
    if "changelog" in expand:
        newest = list(reversed(issue.histories))[:100]
        view["changelog"] = {
            "startAt": 0,
            "maxResults": len(newest),
            "total": len(issue.histories),
            "histories": [remarks.history(site, item, call.version) for item in newest],
        }
    if "names" in expand:
        view["names"] = {name: site.fields[name].name for name in view["fields"] if name in site.fields}
    if "schema" in expand:
        view["schema"] = {name: site.fields[name].schema for name in view["fields"] if name in site.fields}


@routes.on("PUT", "/rest/api/{v}/issue/{issueIdOrKey}")
def edit_issue(call: Call) -> Answer:
    """Edits the fields of an issue; a transition here is ignored, as in Jira."""
    issue = read(call)
    require(call.person, "EDIT_ISSUES", _CANNOT_EDIT)
    refuse_locked(call, issue)
    body = call.json
    site = call.site
    allowed = {*site.screens[site.project_of(issue).screen_id].fields}
    update = body.get("update") or {}
    context = Context(site=site, issue=issue, version=call.version)
    found = editing.settings(context, body.get("fields") or {}, update, allowed=allowed)
    if found:
        editing.edit(site, issue, call.actor, found, body.get("historyMetadata"))
    for key, value in properties_of(body).items():
        issue.properties[key] = value
        announce.property_event(site, issue, call.actor, "issue_property_set", (key, value))
    add_extras(call, issue, update)
    if call.flag("returnIssue"):
        return Answer(body=issue_view(site, issue, version=call.version, viewer=call.person))
    return no_content()


def add_extras(call: Call, issue: Issue, update: Json) -> None:
    """Adds the comments, worklogs and links that `update` carries."""
    for operation in update.get("comment") or []:
        if "add" in operation:
            add_comment(call.site, issue, call.actor, new_comment(call, issue, operation["add"]))
    for operation in update.get("worklog") or []:
        if "add" in operation:
            log_work(call, issue, operation["add"])
    for operation in update.get("issuelinks") or []:
        if "add" in operation:
            link(call, {"inwardIssue": {"id": issue.id}} | operation["add"])


@routes.on("DELETE", "/rest/api/{v}/issue/{issueIdOrKey}")
def delete_issue(call: Call) -> Answer:
    """Deletes an issue."""
    issue = read(call)
    require(call.person, "DELETE_ISSUES", "You do not have permission to delete issues in this project.")
    creation.delete(call.site, issue, call.actor, with_subtasks=call.flag("deleteSubtasks"))
    return no_content()


@routes.on("PUT", "/rest/api/{v}/issue/{issueIdOrKey}/assignee")
def assign_issue(call: Call) -> Answer:
    """Assigns an issue; null is nobody, "-1" the project's default."""
    issue = read(call)
    require(call.person, "ASSIGN_ISSUES", "You do not have permission to assign issues.")
    account_id = call.json.get("accountId")
    if account_id is not None and account_id != "-1" and account_id not in call.site.people:
        raise field_error("assignee", f"User '{account_id}' does not exist.")
    editing.assign(call.site, issue, call.actor, account_id)
    return no_content()


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/changelog")
def get_changelog(call: Call) -> Answer:
    """The changelog, oldest first."""
    issue = read(call)
    start, size = call.number("startAt", 0), min(call.number("maxResults", 100), 100)
    shown = issue.histories[start : start + size]
    address = basics.link(call.site, call.version, f"issue/{issue.key}/changelog")
    body: Json = {
        "self": f"{address}?maxResults={size}&startAt={start}",
        "startAt": start,
        "maxResults": size,
        "total": len(issue.histories),
        "isLast": start + len(shown) >= len(issue.histories),
        "values": [remarks.history(call.site, item, call.version) for item in shown],
    }
    if not body["isLast"]:
        body["nextPage"] = f"{address}?maxResults={size}&startAt={start + size}"
    return Answer(body=body)


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/changelog/list")
def list_changelog(call: Call) -> Answer:
    """Changelog entries by their ids."""
    issue = read(call)
    wanted = {str(item) for item in call.json.get("changelogIds") or []}
    found = [remarks.history(call.site, item, call.version) for item in issue.histories if item.id in wanted]
    return Answer(body={"startAt": 0, "maxResults": len(found), "total": len(found), "histories": found})


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/editmeta")
def edit_meta(call: Call) -> Answer:
    """The fields the edit screen offers."""
    issue = read(call)
    site = call.site
    screen = site.screens[site.project_of(issue).screen_id]
    return Answer(body={"fields": {name: field_meta(call, name) for name in screen.fields if name in site.fields}})


def field_meta(call: Call, name: str, *, required: bool = False) -> Json:
    """What a create, edit or transition screen says of a field."""
    field = call.site.fields[name]
    meta: Json = {
        "required": required,
        "schema": field.schema,
        "name": field.name,
        "key": name,
        "hasDefaultValue": False,
        "operations": ["add", "set", "remove"] if field.schema.get("type") == "array" else ["set"],
    }
    if name == "resolution":
        meta["allowedValues"] = [basics.resolution(call.site, item) for item in call.site.resolutions.values()]
    if name == "priority":
        meta["allowedValues"] = [basics.priority(call.site, item) for item in call.site.priorities.values()]
    return meta
