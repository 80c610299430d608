"""Fields, the contexts custom ones hold in, and the options of lists."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, not_found
from jira_sandbox.routing import Answer, Call, Routes, page
from jira_sandbox.state.configuration import Field, FieldOption
from jira_sandbox.state.permissions import require_admin
from jira_sandbox.state.shapes import Json

routes = Routes()
_CONTEXT = "/rest/api/{v}/field/{fieldId}/context"
_OPTION = _CONTEXT + "/{contextId}/option"


def _field_view(field: Field) -> Json:
    names = [field.id] if not field.custom else [f"cf[{field.id.removeprefix('customfield_')}]", field.name]
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": field.custom,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": names,
        "schema": field.schema,
    }


@routes.on("GET", "/rest/api/{v}/field")
def fields(call: Call) -> Answer:
    """Every field."""
    return Answer(body=[_field_view(item) for item in call.site.fields.values()])


@routes.on("GET", "/rest/api/{v}/field/search")
def search_fields(call: Call) -> Answer:
    """Fields whose name contains a text, in pages."""
    text, kinds, ids = call.text("query").casefold(), call.many("type"), call.many("id")
    found = [
        item
        for item in call.site.fields.values()
        if text in item.name.casefold()
        and (not kinds or ("custom" if item.custom else "system") in kinds)
        and (not ids or item.id in ids)
    ]
    envelope, shown = page(call, found)
    envelope["values"] = [
        {"id": item.id, "key": item.id, "name": item.name, "schema": item.schema, "description": item.description}
        for item in shown
    ]
    return Answer(body=envelope)


_TYPES: dict[str, tuple[str, str | None]] = {
    "textfield": ("string", None),
    "textarea": ("string", None),
    "float": ("number", None),
    "select": ("option", None),
    "radiobuttons": ("option", None),
    "multiselect": ("array", "option"),
    "multicheckboxes": ("array", "option"),
    "datepicker": ("date", None),
    "datetime": ("datetime", None),
    "userpicker": ("user", None),
    "multiuserpicker": ("array", "user"),
    "grouppicker": ("group", None),
    "labels": ("array", "string"),
    "url": ("string", None),
    "readonlyfield": ("string", None),
}


@routes.on("POST", "/rest/api/{v}/field")
def create_field(call: Call) -> Answer:
    """Creates a custom field; it is on no screen until it is put on one."""
    require_admin(call.person)
    custom = str(call.json.get("type") or "")
    kind = _TYPES.get(custom.rpartition(":")[2])
    if not custom.startswith("com.atlassian.jira.plugin.system.customfieldtypes:") or kind is None:
        raise bad_request(f"The custom field type '{custom}' is unknown.")
    number = call.site.ids.number("customfield")
    schema: Json = {"type": kind[0], "custom": custom, "customId": number}
    if kind[1]:
        schema["items"] = kind[1]
    field = Field(
        id=f"customfield_{number}",
        name=str(call.json["name"]),
        schema=schema,
        custom=True,
        description=str(call.json.get("description") or ""),
        context=call.site.ids.id("context"),
    )
    call.site.fields[field.id] = field
    return Answer(status=201, body=_field_view(field))


def _custom(call: Call) -> Field:
    require_admin(call.person)
    field = call.site.fields.get(call.param("fieldId"))
    if field is None or not field.custom or not field.context:
        raise not_found("The custom field was not found.")
    return field


@routes.on("GET", _CONTEXT)
def contexts(call: Call) -> Answer:
    """The contexts of a custom field: the one of all projects that it is made with."""
    field = _custom(call)
    name = f"Default Configuration Scheme for {field.name}"
    view = {"id": field.context, "name": name, "description": "", "isGlobalContext": True, "isAnyIssueType": True}
    envelope, shown = page(call, [view])
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("GET", _CONTEXT + "/projectmapping")
def context_projects(call: Call) -> Answer:
    """Which projects each context reaches."""
    field = _custom(call)
    envelope, shown = page(call, [{"contextId": field.context, "isGlobalContext": True}])
    envelope["values"] = shown
    return Answer(body=envelope)


def _list(call: Call) -> Field:
    field = _custom(call)
    if call.param("contextId") != field.context:
        raise not_found("The context was not found.")
    if field.schema.get("type") != "option" and field.schema.get("items") != "option":
        raise bad_request(f"The field '{field.name}' has no options.")
    return field


@routes.on("GET", _OPTION)
def options(call: Call) -> Answer:
    """The options of a list."""
    envelope, shown = page(call, _list(call).options)
    envelope["values"] = [_option(item) for item in shown]
    return Answer(body=envelope)


def _option(item: FieldOption) -> Json:
    return {"id": item.id, "value": item.value, "disabled": item.disabled}


@routes.on("POST", _OPTION)
def create_options(call: Call) -> Answer:
    """Adds options to a list; 400 when one is empty, too long or there already."""
    field = _list(call)
    wanted = [str(item["value"]) for item in call.json.get("options") or []]
    present = {item.value.casefold() for item in field.options}
    if not 1 <= len(wanted) <= 1000:
        raise bad_request("Between 1 and 1000 options can be created at once.")
    for value in wanted:
        if not 1 <= len(value) <= 255 or value.casefold() in present:
            raise bad_request(f"The option '{value}' is empty, too long or already there.")
        present.add(value.casefold())
    made = [FieldOption(id=call.site.ids.id("option"), value=value) for value in wanted]
    field.options += made
    return Answer(body={"options": [_option(item) for item in made]})
