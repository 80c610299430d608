"""People and what they may do: myself, users, permissions, groups, roles."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, forbidden, not_found
from jira_sandbox.routing import Answer, Call, Routes
from jira_sandbox.state import permissions
from jira_sandbox.state.people import Group, Person
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


@routes.on("GET", "/rest/api/{v}/myself")
def myself(call: Call) -> Answer:
    """The caller; the app's user when an app calls."""
    return Answer(body=basics.person_view(call.site, call.person, call.version, full=True))


@routes.on("GET", "/rest/api/{v}/user")
def get_user(call: Call) -> Answer:
    """A person by accountId."""
    if not call.person.is_agent:
        raise forbidden("You do not have permission to browse users.")
    return Answer(body=basics.person_view(call.site, call.site.person(call.text("accountId")), call.version))


def _found(call: Call, people: list[Person]) -> Answer:
    query = call.text("query").lower()
    wanted = call.many("accountId")
    items = [
        person
        for person in people
        if (not wanted or person.account_id in wanted)
        and (query in person.display_name.lower() or query in person.email.lower())
        and person.active
    ]
    start = call.number("startAt", 0)
    shown = items[start : start + call.number("maxResults", 50)]
    return Answer(body=[basics.person_view(call.site, person, call.version) for person in shown])


@routes.on("GET", "/rest/api/{v}/user/search")
def search_users(call: Call) -> Answer:
    """People whose name or address contains the query."""
    if not call.person.is_agent:
        raise forbidden("You do not have permission to browse users.")
    if not any(name in call.query for name in ("query", "accountId", "property")):
        raise bad_request("You must specify at least a query parameter.")
    return _found(call, list(call.site.people.values()))


@routes.on("GET", "/rest/api/{v}/user/bulk")
def bulk_users(call: Call) -> Answer:
    """People by their accountIds; those nobody has are left out."""
    wanted = call.many("accountId")
    if not wanted:
        raise bad_request("The accountId query parameter is required.")
    found = [call.site.people[account] for account in dict.fromkeys(wanted) if account in call.site.people]
    shown = [basics.person_view(call.site, person, call.version) for person in found]
    return Answer(body={"startAt": 0, "maxResults": 10, "total": len(shown), "isLast": True, "values": shown})


@routes.on("GET", "/rest/api/{v}/user/assignable/search")
def assignable_users(call: Call) -> Answer:
    """People who can be assigned issues of a project or an issue."""
    if call.text("issueKey") or call.text("issueId"):
        permissions.browsable_issue(call.site, call.person, call.text("issueKey") or call.text("issueId"))
    elif call.text("project"):
        permissions.browsable_project(call.site, call.person, call.text("project"))
    else:
        raise bad_request("A project or an issue is required.")
    people = [
        person
        for person in call.site.people.values()
        if permissions.has_in_project(person, "ASSIGNABLE_USER") and not person.is_app
    ]
    return _found(call, people)


@routes.on("GET", "/rest/api/{v}/mypermissions")
def my_permissions(call: Call) -> Answer:
    """Whether the caller holds the permissions asked for."""
    wanted = call.many("permissions")
    if not wanted:
        raise bad_request("The 'permissions' query parameter is required.")
    return Answer(body={"permissions": {key: _permission(call, key) for key in wanted}})


def _permission(call: Call, key: str) -> Json:
    known = permissions.GLOBAL_PERMISSIONS | permissions.PROJECT_PERMISSIONS
    if key not in known:
        raise bad_request(f"Unrecognized permission: {key}")
    if key in permissions.GLOBAL_PERMISSIONS:
        kind, held = "GLOBAL", permissions.has_global(call.person, key)
    else:
        kind, held = "PROJECT", permissions.has_in_project(call.person, key) and not _left_out(call)
    number = str(list(known).index(key) + 1)
    return {"id": number, "key": key, "name": known[key], "type": kind, "description": "", "havePermission": held}


def _left_out(call: Call) -> bool:
    """Whether the project that was asked about leaves the caller out; 404 when there is none."""
    named = call.text("projectKey") or call.text("projectId")
    return bool(named) and not permissions.browses(call.person, call.site.project(named))


@routes.on("POST", "/rest/api/{v}/permissions/check")
def check_permissions(call: Call) -> Answer:
    """What somebody may do, on the site and on given projects and issues."""
    body, site = call.json, call.site
    account_id = body.get("accountId")
    if account_id and account_id != call.person.account_id and not (call.person.is_admin or call.person.is_app):
        raise forbidden("Only administrators can check the permissions of others.")
    person = site.people.get(account_id or call.person.account_id)
    if person is None or person.deleted:
        raise bad_request(f"The user with account ID {account_id} does not exist.")
    held: list[Json] = []
    for block in body.get("projectPermissions") or []:
        projects = [item for item in block.get("projects") or [] if str(item) in site.projects]
        issues = [item for item in block.get("issues") or [] if str(item) in site.issues]
        for key in block.get("permissions") or []:
            if key not in permissions.PROJECT_PERMISSIONS:
                raise bad_request(f"Unrecognized permission: {key}")
            has = permissions.has_in_project(person, key)
            held.append({"permission": key, "projects": projects if has else [], "issues": issues if has else []})
    granted = [key for key in body.get("globalPermissions") or [] if permissions.has_global(person, key)]
    return Answer(body={"globalPermissions": granted, "projectPermissions": held})


def _group_view(call: Call, group: Group) -> Json:
    return {
        "name": group.name,
        "groupId": group.id,
        "self": basics.link(call.site, call.version, f"group?groupId={group.id}"),
    }


def _group(call: Call) -> Group:
    wanted = call.text("groupId") or call.text("groupname")
    for group in call.site.groups.values():
        if wanted in (group.id, group.name):
            return group
    raise not_found(f"Group '{wanted}' does not exist.")


@routes.on("POST", "/rest/api/{v}/group")
def create_group(call: Call) -> Answer:
    """Creates a group."""
    permissions.require_admin(call.person)
    name = str(call.json.get("name", "")).strip()
    if not name or any(group.name == name for group in call.site.groups.values()):
        raise bad_request("A group with this name already exists." if name else "The group name is required.")
    group = Group(id=call.site.ids.named_uuid("group", name), name=name)
    call.site.groups[group.id] = group
    return Answer(status=201, body=_group_view(call, group) | {"users": _members(call, group)})


def _members(call: Call, group: Group) -> Json:
    people = [basics.user(call.site, account_id, call.version) for account_id in group.members]
    return {"size": len(people), "items": people, "max-results": 50, "start-index": 0, "end-index": 0}


@routes.on("POST", "/rest/api/{v}/group/user")
def add_to_group(call: Call) -> Answer:
    """Adds a person to a group."""
    permissions.require_admin(call.person)
    group, person = _group(call), call.site.person(str(call.json.get("accountId")))
    if person.account_id in group.members:
        raise bad_request("Cannot add user. User is already a member of the group.")
    group.members.append(person.account_id)
    return Answer(status=201, body=_group_view(call, group) | {"users": _members(call, group)})


@routes.on("DELETE", "/rest/api/{v}/group/user")
def remove_from_group(call: Call) -> Answer:
    """Removes a person from a group."""
    permissions.require_admin(call.person)
    group = _group(call)
    if call.text("accountId") in group.members:
        group.members.remove(call.text("accountId"))
    return Answer(status=200)


@routes.on("GET", "/rest/api/{v}/group/member")
def group_members(call: Call) -> Answer:
    """The people of a group."""
    group = _group(call)
    people = [basics.user(call.site, account_id, call.version) for account_id in group.members]
    return Answer(body={"startAt": 0, "maxResults": 50, "total": len(people), "isLast": True, "values": people})


@routes.on("GET", "/rest/api/{v}/user/groups")
def user_groups(call: Call) -> Answer:
    """The groups a person is in."""
    if not call.person.is_agent:
        raise forbidden("You do not have permission to browse users.")
    person = call.site.person(call.text("accountId"))
    return Answer(body=[_group_view(call, g) for g in call.site.groups.values() if person.account_id in g.members])


@routes.on("GET", "/rest/api/{v}/group/bulk")
def bulk_groups(call: Call) -> Answer:
    """Groups by id or name; all without either."""
    names, ids = call.many("groupName"), call.many("groupId")
    found = [
        {"name": group.name, "groupId": group.id}
        for group in call.site.groups.values()
        if not (names or ids) or group.name in names or group.id in ids
    ]
    return Answer(body={"startAt": 0, "maxResults": 50, "total": len(found), "isLast": True, "values": found})


@routes.on("GET", "/rest/api/{v}/groups/picker")
def pick_groups(call: Call) -> Answer:
    """Groups whose name contains the query."""
    query = call.text("query").lower()
    found = [
        {"name": group.name, "groupId": group.id, "html": group.name, "labels": []}
        for group in call.site.groups.values()
        if query in group.name.lower()
    ]
    return Answer(
        body={"header": f"Showing {len(found)} of {len(found)} matching groups", "total": len(found), "groups": found}
    )
