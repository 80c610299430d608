"""Projects and their roles."""

from __future__ import annotations

from jira_sandbox.changes.projects import change_project, create_project
from jira_sandbox.errors import conflict, forbidden, not_found
from jira_sandbox.routing import Answer, Call, Routes, page
from jira_sandbox.state import permissions
from jira_sandbox.state.configuration import Named, Project
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


def _project(call: Call) -> Project:
    return permissions.browsable_project(call.site, call.person, call.param("projectIdOrKey"))


def _view(call: Call, project: Project, *, full: bool = True) -> Json:
    site = call.site
    view: Json = basics.project_brief(site, project, call.version) | {
        "style": "next-gen" if project.team_managed else "classic",
        "isPrivate": False,
        "entityId": site.ids.named_uuid("project", project.key),
        "uuid": site.ids.named_uuid("project", project.key),
        "properties": {key: project.properties[key] for key in call.many("properties") if key in project.properties},
    }
    del view["entityId"]
    if full or "description" in call.text("expand"):
        view["description"] = project.description
    if full or "lead" in call.text("expand"):
        view["lead"] = basics.user(site, project.lead, call.version)
    if full or "issueTypes" in call.text("expand"):
        view["issueTypes"] = [basics.issue_type(site, kind, call.version) for kind in site.types_of(project)]
    if full:
        view |= {
            "components": [],
            "versions": [],
            "assigneeType": project.assignee_type,
            "roles": {
                role.name: basics.link(site, call.version, f"project/{project.id}/role/{role.id}")
                for role in site.roles.values()
            },
        }
    return view


@routes.on("POST", "/rest/api/{v}/project")
def post_project(call: Call) -> Answer:
    """Creates a project."""
    permissions.require_admin(call.person)
    project = create_project(call.site, call.actor, call.json)
    address = basics.link(call.site, call.version, f"project/{project.id}")
    return Answer(status=201, body={"self": address, "id": int(project.id), "key": project.key})


@routes.on("GET", "/rest/api/{v}/project/search")
def search_projects(call: Call) -> Answer:
    """Projects the caller may browse, by key."""
    query, kind, keys, ids = call.text("query").lower(), call.text("typeKey"), call.many("keys"), call.many("id")
    found = [
        project
        for project in sorted(call.site.projects.values(), key=lambda item: item.key)
        if permissions.browses(call.person, project)
        and (not query or query in project.key.lower() or query in project.name.lower())
        and (not kind or project.type_key in kind.split(","))
        and (not keys or project.key in keys)
        and (not ids or project.id in ids)
    ]
    envelope, shown = page(call, found)
    envelope["values"] = [_view(call, project, full=False) for project in shown]
    envelope["self"] = basics.link(call.site, call.version, "project/search")
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/{v}/project")
def all_projects(call: Call) -> Answer:
    """Every project the caller may browse."""
    seen = [project for project in call.site.projects.values() if permissions.browses(call.person, project)]
    return Answer(body=[_view(call, project, full=False) for project in seen])


@routes.on("GET", "/rest/api/{v}/project/{projectIdOrKey}")
def get_project(call: Call) -> Answer:
    """Reads a project."""
    return Answer(body=_view(call, _project(call)))


@routes.on("PUT", "/rest/api/{v}/project/{projectIdOrKey}")
def put_project(call: Call) -> Answer:
    """Changes the name or the key of a project."""
    permissions.require_admin(call.person)
    project = _project(call)
    change_project(call.site, call.actor, project, call.json)
    return Answer(body=_view(call, project))


@routes.on("GET", "/rest/api/{v}/project/{projectIdOrKey}/statuses")
def project_statuses(call: Call) -> Answer:
    """The statuses of each issue type of a project."""
    project, site = _project(call), call.site
    views: list[Json] = []
    for kind in site.types_of(project):
        ids = site.workflow_for(project, kind.id).status_ids
        views.append(
            {
                "self": basics.link(site, call.version, f"issuetype/{kind.id}"),
                "id": kind.id,
                "name": kind.name,
                "subtask": kind.subtask,
                "statuses": [basics.status(site, site.statuses[item], call.version) for item in ids],
            }
        )
    return Answer(body=views)


def _role(call: Call) -> Named:
    role = call.site.roles.get(call.param("id"))
    if role is None:
        raise not_found(f"Can not retrieve a role actor for a null project role: {call.param('id')}.")
    return role


def _role_view(call: Call, role: Named, project: Project | None = None) -> Json:
    address = f"project/{project.id}/role/{role.id}" if project else f"role/{role.id}"
    view: Json = {
        "self": basics.link(call.site, call.version, address),
        "id": int(role.id),
        "name": role.name,
        "description": role.description,
    }
    if project is not None:
        members = [
            person
            for person in call.site.people.values()
            if role.id in permissions.roles_of(call.site, project, person)
        ]
        view["actors"] = [
            {
                "id": number,
                "displayName": person.display_name,
                "type": "atlassian-user-role-actor",
                "actorUser": {"accountId": person.account_id},
            }
            for number, person in enumerate(members, start=10240)
        ]
    return view


@routes.on("GET", "/rest/api/{v}/role")
def roles(call: Call) -> Answer:
    """The project roles of the site."""
    permissions.require_admin(call.person)
    return Answer(body=[_role_view(call, role) for role in call.site.roles.values()])


@routes.on("POST", "/rest/api/{v}/role")
def create_role(call: Call) -> Answer:
    """Creates a project role; 409 when the name is taken."""
    permissions.require_admin(call.person)
    name = str(call.json.get("name", ""))
    if any(role.name == name for role in call.site.roles.values()):
        raise conflict(f"A project role with the name '{name}' already exists.")
    role = Named(id=call.site.ids.id("role"), name=name, description=str(call.json.get("description", "")))
    call.site.roles[role.id] = role
    return Answer(body=_role_view(call, role))


@routes.on("GET", "/rest/api/{v}/role/{id}")
def get_role(call: Call) -> Answer:
    """Reads a project role."""
    permissions.require_admin(call.person)
    return Answer(body=_role_view(call, _role(call)))


@routes.on("GET", "/rest/api/{v}/project/{projectIdOrKey}/role")
def project_roles(call: Call) -> Answer:
    """The roles of a project, by name."""
    project = _project(call)
    return Answer(
        body={
            role.name: basics.link(call.site, call.version, f"project/{project.id}/role/{role.id}")
            for role in call.site.roles.values()
        }
    )


@routes.on("GET", "/rest/api/{v}/project/{projectIdOrKey}/role/{id}")
def project_role(call: Call) -> Answer:
    """Who holds a role in a project."""
    return Answer(body=_role_view(call, _role(call), _project(call)))


@routes.on("POST", "/rest/api/{v}/project/{projectIdOrKey}/role/{id}")
def add_actors(call: Call) -> Answer:
    """Gives people a role in a project."""
    project, role = _project(call), _role(call)
    permissions.require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer this project.")
    actors = project.role_actors.setdefault(role.id, [])
    for account_id in call.json.get("user") or []:
        call.site.person(account_id)
        if account_id not in actors:
            actors.append(account_id)
    return Answer(body=_role_view(call, role, project))


@routes.on("DELETE", "/rest/api/{v}/project/{projectIdOrKey}/role/{id}")
def remove_actor(call: Call) -> Answer:
    """Takes a role in a project away from a person."""
    project, role = _project(call), _role(call)
    permissions.require(call.person, "ADMINISTER_PROJECTS", "You do not have permission to administer this project.")
    actors = project.role_actors.get(role.id, [])
    if call.text("user") not in actors:
        raise forbidden("The user does not hold this role by name.")
    actors.remove(call.text("user"))
    return Answer(status=204)
