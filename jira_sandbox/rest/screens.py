"""Screens, as far as transitions and provisioning need them, and how a project finds its own."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, not_found
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.configuration import Screen, Tab
from jira_sandbox.state.permissions import require_admin
from jira_sandbox.state.seeding import DEFAULT_SCREEN
from jira_sandbox.state.shapes import Json

routes = Routes()


def _screen(call: Call) -> Screen:
    require_admin(call.person)
    given = call.param("screenId")
    screen = call.site.screens.get(int(given)) if given.isdigit() else None
    if screen is None:
        raise not_found(f"The screen {given} does not exist.")
    return screen


def _tab(call: Call) -> Tab:
    for tab in _screen(call).tabs:
        if str(tab.id) == call.param("tabId"):
            return tab
    raise not_found(f"The tab {call.param('tabId')} does not exist.")


def _view(screen: Screen) -> Json:
    return {"id": screen.id, "name": screen.name, "description": screen.description}


@routes.on("GET", "/rest/api/{v}/screens")
def screens(call: Call) -> Answer:
    """The screens, in pages."""
    require_admin(call.person)
    text, ids = call.text("queryString").casefold(), call.many("id")
    items = call.site.screens.values()
    found = [item for item in items if text in item.name.casefold() and (not ids or str(item.id) in ids)]
    envelope, shown = page(call, found, most=100)
    envelope["values"] = [_view(item) for item in shown]
    return Answer(body=envelope)


@routes.on("POST", "/rest/api/{v}/screens")
def create_screen(call: Call) -> Answer:
    """Creates a screen with one empty tab."""
    require_admin(call.person)
    name = str(call.json.get("name") or "").strip()
    if not name or any(item.name == name for item in call.site.screens.values()):
        raise bad_request(f"The screen name '{name}' is empty or in use.")
    screen = Screen(
        id=call.site.ids.number("screen"),
        name=name,
        description=str(call.json.get("description") or ""),
        tabs=[Tab(id=call.site.ids.number("screentab"), name="Field Tab")],
    )
    call.site.screens[screen.id] = screen
    return Answer(status=201, body=_view(screen))


@routes.on("DELETE", "/rest/api/{v}/screens/{screenId}")
def delete_screen(call: Call) -> Answer:
    """Deletes a screen that no project and no transition shows."""
    screen, site = _screen(call), call.site
    asked = {str(t["transitionScreen"]["parameters"].get("screenId")) for t in _with_screen(call)}
    if str(screen.id) in asked or any(project.screen_id == screen.id for project in site.projects.values()):
        raise bad_request(f"The screen '{screen.name}' is used and cannot be deleted.")
    del site.screens[screen.id]
    return no_content()


def _with_screen(call: Call) -> list[Json]:
    return [t for workflow in call.site.workflows.values() for t in workflow.transitions if t.get("transitionScreen")]


@routes.on("GET", "/rest/api/{v}/screens/{screenId}/tabs")
def tabs(call: Call) -> Answer:
    """The tabs of a screen."""
    return Answer(body=[{"id": tab.id, "name": tab.name} for tab in _screen(call).tabs])


@routes.on("POST", "/rest/api/{v}/screens/{screenId}/tabs")
def create_tab(call: Call) -> Answer:
    """Adds a tab."""
    screen, name = _screen(call), str(call.json.get("name") or "")
    if any(tab.name == name for tab in screen.tabs):
        raise bad_request(f"The tab name '{name}' is in use.")
    tab = Tab(id=call.site.ids.number("screentab"), name=name)
    screen.tabs.append(tab)
    return Answer(body={"id": tab.id, "name": tab.name})


@routes.on("GET", "/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields")
def tab_fields(call: Call) -> Answer:
    """The fields of a tab."""
    known = call.site.fields
    return Answer(body=[{"id": name, "name": known[name].name} for name in _tab(call).fields if name in known])


@routes.on("POST", "/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields")
def add_field(call: Call) -> Answer:
    """Puts a field on a tab; 400 when the screen has it already."""
    screen, tab, name = _screen(call), _tab(call), str(call.json.get("fieldId"))
    if name not in call.site.fields or name in screen.fields:
        raise bad_request(f"The field '{name}' does not exist or is already on the screen.")
    tab.fields.append(name)
    return Answer(body={"id": name, "name": call.site.fields[name].name})


@routes.on("DELETE", "/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields/{id}")
def remove_field(call: Call) -> Answer:
    """Takes a field off a tab."""
    tab = _tab(call)
    if call.param("id") not in tab.fields:
        raise not_found("The field is not on the tab.")
    tab.fields.remove(call.param("id"))
    return no_content()


@routes.on("GET", "/rest/api/{v}/screens/{screenId}/availableFields")
def available_fields(call: Call) -> Answer:
    """The fields a screen does not have yet."""
    screen = _screen(call)
    items = call.site.fields.values()
    return Answer(body=[{"id": item.id, "name": item.name} for item in items if item.id not in screen.fields])


@routes.on("POST", "/rest/api/{v}/screens/addToDefault/{fieldId}")
def add_to_default(call: Call) -> Answer:
    """Puts a field on the default screen."""
    require_admin(call.person)
    name, screen = call.param("fieldId"), call.site.screens[DEFAULT_SCREEN]
    if name not in call.site.fields:
        raise not_found(f"The field '{name}' does not exist.")
    if name not in screen.fields:
        screen.tabs[0].fields.append(name)
    return Answer(body={})


@routes.on("GET", "/rest/api/{v}/issuetypescreenscheme/project")
def screen_schemes_of_projects(call: Call) -> Answer:
    """The issue type screen schemes of projects: one per screen here, with the screen's number."""
    require_admin(call.person)
    found = [
        {
            "issueTypeScreenScheme": {
                "id": str(project.screen_id),
                "name": f"{project.key}: Issue Type Screen Scheme",
                "description": "",
            },
            "projectIds": [project.id],
        }
        for project_id in call.many("projectId")
        if (project := call.site.projects.get(project_id))
    ]
    envelope, shown = page(call, found)
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/{v}/issuetypescreenscheme/mapping")
def screen_scheme_items(call: Call) -> Answer:
    """Which screen scheme each issue type has: the same for all here."""
    require_admin(call.person)
    wanted = call.many("issueTypeScreenSchemeId")
    found = [
        {"issueTypeScreenSchemeId": str(screen_id), "issueTypeId": "default", "screenSchemeId": str(screen_id)}
        for screen_id in call.site.screens
        if not wanted or str(screen_id) in wanted
    ]
    envelope, shown = page(call, found)
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("GET", "/rest/api/{v}/screenscheme")
def screen_schemes(call: Call) -> Answer:
    """The screen schemes: one per screen, used for creating, editing and viewing."""
    require_admin(call.person)
    wanted = call.many("id")
    found = [item for item in call.site.screens.values() if not wanted or str(item.id) in wanted]
    envelope, shown = page(call, found, most=25)
    envelope["values"] = [
        {"id": item.id, "name": f"{item.name}: Screen Scheme", "description": "", "screens": {"default": item.id}}
        for item in shown
    ]
    return Answer(body=envelope)
