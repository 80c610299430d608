"""Statuses: the bulk operations of administrators, and the list everybody reads."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, not_found
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.configuration import Status
from jira_sandbox.state.permissions import require_admin
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


def view(item: Status) -> Json:
    """A status in the words of the bulk operations."""
    return {
        "id": item.id,
        "name": item.name,
        "statusCategory": item.category,
        "scope": {"type": "GLOBAL"},
        "description": item.description,
    }


@routes.on("POST", "/rest/api/3/statuses")
def create(call: Call) -> Answer:
    """Creates global statuses; 400 when a name is taken."""
    require_admin(call.person)
    if (call.json.get("scope") or {}).get("type") != "GLOBAL":
        raise bad_request("The sandbox has company-managed projects only: the scope must be GLOBAL.")
    wanted = call.json.get("statuses") or []
    names = [str(item["name"]).strip() for item in wanted]
    taken = {item.name.casefold() for item in call.site.statuses.values()}
    for name in names:
        if not 1 <= len(name) <= 255:
            raise bad_request("The status name must have 1 to 255 characters.")
        if name.casefold() in taken:
            raise bad_request(f"The status name '{name}' is already in use.")
        taken.add(name.casefold())
    made: list[Status] = []
    for item, name in zip(wanted, names, strict=True):
        status = Status(
            id=call.site.ids.id("status"),
            name=name,
            category=item["statusCategory"],
            description=item.get("description") or "",
        )
        call.site.statuses[status.id] = status
        made.append(status)
    return Answer(body=[view(item) for item in made])


@routes.on("GET", "/rest/api/3/statuses")
def by_ids(call: Call) -> Answer:
    """Statuses by id."""
    require_admin(call.person)
    wanted = call.many("id")
    if not 1 <= len(wanted) <= 50:
        raise bad_request("Between 1 and 50 status ids are required.")
    return Answer(body=[view(call.site.statuses[item]) for item in wanted if item in call.site.statuses])


@routes.on("GET", "/rest/api/3/statuses/byNames")
def by_names(call: Call) -> Answer:
    """Statuses by exact name."""
    require_admin(call.person)
    wanted = {name.casefold() for name in call.query.getlist("name")}
    if not 1 <= len(wanted) <= 50:
        raise bad_request("Between 1 and 50 status names are required.")
    return Answer(body=[view(item) for item in call.site.statuses.values() if item.name.casefold() in wanted])


@routes.on("GET", "/rest/api/3/statuses/search")
def search(call: Call) -> Answer:
    """Statuses whose name contains a text."""
    require_admin(call.person)
    text, category = call.text("searchString").casefold(), call.text("statusCategory")
    found = [
        item
        for item in call.site.statuses.values()
        if text in item.name.casefold() and (not category or item.category == category)
    ]
    envelope, shown = page(call, found, most=200)
    envelope["values"] = [view(item) for item in shown]
    envelope["self"] = basics.link(call.site, "3", "statuses/search")
    if not envelope["isLast"]:
        following = envelope["startAt"] + len(shown)
        envelope["nextPage"] = basics.link(call.site, "3", f"statuses/search?startAt={following}")
    return Answer(body=envelope)


@routes.on("PUT", "/rest/api/3/statuses")
def update(call: Call) -> Answer:
    """Renames or recategorises statuses."""
    require_admin(call.person)
    for item in call.json.get("statuses") or []:
        status = call.site.statuses.get(str(item["id"]))
        if status is None:
            raise bad_request(f"The status {item['id']} does not exist.")
        if any(o.name.casefold() == item["name"].casefold() and o.id != status.id for o in call.site.statuses.values()):
            raise bad_request(f"The status name '{item['name']}' is already in use.")
        status.name, status.category = item["name"], item["statusCategory"]
        status.description = item.get("description", status.description)
    return no_content()


@routes.on("DELETE", "/rest/api/3/statuses")
def delete(call: Call) -> Answer:
    """Deletes statuses no workflow uses."""
    require_admin(call.person)
    wanted = call.many("id")
    used = {item for workflow in call.site.workflows.values() for item in workflow.status_ids}
    for status_id in wanted:
        if status_id in used:
            raise bad_request(f"The status {status_id} is used by a workflow.")
    for status_id in wanted:
        call.site.statuses.pop(status_id, None)
    return no_content()


@routes.on("GET", "/rest/api/{v}/status")
def active(call: Call) -> Answer:
    """The statuses of active workflows."""
    site = call.site
    schemes = [site.workflow_schemes[project.workflow_scheme_id] for project in site.projects.values()]
    workflows = {flow for scheme in schemes for flow in (scheme.default_workflow, *scheme.mappings.values())}
    ids = dict.fromkeys(item for flow in workflows for item in site.workflows[flow].status_ids)
    return Answer(body=[basics.status(site, site.statuses[item], call.version) for item in sorted(ids, key=int)])


@routes.on("GET", "/rest/api/{v}/status/{idOrName}")
def one(call: Call) -> Answer:
    """A status by id or name."""
    wanted = call.param("idOrName")
    for item in call.site.statuses.values():
        if wanted == item.id or wanted.casefold() == item.name.casefold():
            return Answer(body=basics.status(call.site, item, call.version))
    raise not_found(f"The status '{wanted}' was not found.")


@routes.on("GET", "/rest/api/{v}/statuscategory")
def categories(call: Call) -> Answer:
    """The three status categories."""
    return Answer(body=[basics.category(call.site, word, call.version) for word in basics.CATEGORIES])
