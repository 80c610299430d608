"""Reads and makes custom fields with their options, and the screens they are filled in on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from connect_app.jira.patience import PatientClient
from workflows.blueprint import FIELD_TYPES
from workflows.model import FieldKind, Pack, PackField
from workflows.native import SIGNED
from workflows.site import SiteField, SiteProject, SiteScreen, mark

_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"

_SEARCHERS = {
    FieldKind.TEXT: "textsearcher",
    FieldKind.DATE: "daterange",
    FieldKind.NUMBER: "exactnumber",
    FieldKind.SELECT: "multiselectsearcher",
    FieldKind.USER: "userpickergroupsearcher",
    FieldKind.USERS: "userpickergroupsearcher",
}
"""What makes each kind of field searchable; without one JQL does not know it."""

_LISTS = {f"{_TYPES}{kind}" for kind in FIELD_TYPES[FieldKind.SELECT]}
_OPTIONS_AT_ONCE = 1000


def read_fields(jira: PatientClient, pack: Pack, project_id: str) -> tuple[SiteField, ...]:
    """The site's custom fields; the options of lists that bear the name of a field of the pack, in this project."""
    if not pack.fields:
        return ()
    asked = {name.casefold() for field in pack.fields for name in (field.name.fr, field.name.en)}
    return tuple(_field(jira, found, asked, project_id) for found in jira.pages("field/search", {"type": "custom"}))


def _field(jira: PatientClient, found: dict[str, Any], asked: set[str], project_id: str) -> SiteField:
    field_id, type_ = str(found["id"]), str((found.get("schema") or {}).get("custom") or "")
    listed = type_ in _LISTS and str(found["name"]).casefold() in asked
    context = _context(jira, field_id, project_id) if listed else ""
    options = jira.pages(f"field/{field_id}/context/{context}/option") if context else ()
    return SiteField(
        id=field_id,
        name=str(found["name"]),
        type=type_,
        context=context,
        options=tuple(str(option["value"]) for option in options),
        description=str(found.get("description") or ""),
    )


def _context(jira: PatientClient, field_id: str, project_id: str) -> str:
    """The context that holds in a project: its own before the one of all projects; empty when none reaches it."""
    everywhere = ""
    for mapping in jira.pages(f"field/{field_id}/context/projectmapping"):
        if str(mapping.get("projectId") or "") == project_id:
            return str(mapping["contextId"])
        if mapping.get("isGlobalContext"):
            everywhere = str(mapping["contextId"])
    return everywhere


def read_screens(jira: PatientClient) -> tuple[SiteScreen, ...]:
    """The screens of ours, by the end of their names."""
    found = jira.pages("screens", {"queryString": SIGNED.strip()})
    return tuple(_screen(jira, one) for one in found if str(one["name"]).endswith(SIGNED))


def read_project_screens(jira: PatientClient, project: SiteProject) -> tuple[SiteScreen, ...]:
    """The screens the project's issues are seen and edited with, whatever their type."""
    schemes = jira.get("issuetypescreenscheme/project", {"projectId": project.id}).get("values") or []
    if not schemes:
        return ()
    scheme = str(schemes[0]["issueTypeScreenScheme"]["id"])
    mapped = jira.pages("issuetypescreenscheme/mapping", {"issueTypeScreenSchemeId": scheme})
    ids = {
        str(one["screenSchemeId"])
        for one in mapped
        if one["issueTypeId"] == "default" or str(one["issueTypeId"]) in project.issue_types
    }
    used: set[str] = set()
    for one in jira.pages("screenscheme", {"id": sorted(ids)}):
        screens = one.get("screens") or {}
        used |= {str(screens.get(operation) or screens.get("default") or "") for operation in ("edit", "view")}
    shown = sorted(used - {""}, key=int)
    return tuple(_screen(jira, one) for one in jira.pages("screens", {"id": shown})) if shown else ()


def _screen(jira: PatientClient, found: dict[str, Any]) -> SiteScreen:
    tabs = [str(tab["id"]) for tab in jira.get(f"screens/{found['id']}/tabs")]
    fields = {str(field["id"]) for tab in tabs for field in jira.get(f"screens/{found['id']}/tabs/{tab}/fields")}
    return SiteScreen(
        id=str(found["id"]),
        name=str(found["name"]),
        tab=tabs[0] if tabs else "",
        fields=frozenset(fields),
        description=str(found.get("description") or ""),
    )


def create_field(jira: PatientClient, pack: Pack, wanted: PackField) -> None:
    """Makes a custom field; Jira gives it a context of all projects."""
    body = {
        "name": wanted.name.fr,
        "description": mark(pack.id),
        "type": f"{_TYPES}{FIELD_TYPES[wanted.kind][0]}",
        "searcherKey": f"{_TYPES}{_SEARCHERS[wanted.kind]}",
    }
    jira.ask("POST", "field", body=body)


def add_options(jira: PatientClient, field: SiteField, options: Sequence[str]) -> None:
    """Adds options to a list, after those it has."""
    path = f"field/{field.id}/context/{field.context}/option"
    for start in range(0, len(options), _OPTIONS_AT_ONCE):
        chosen = options[start : start + _OPTIONS_AT_ONCE]
        jira.ask("POST", path, body={"options": [{"value": option, "disabled": False} for option in chosen]})


def create_screen(jira: PatientClient, pack: Pack, name: str, fields: Iterable[str]) -> None:
    """Makes a screen with one tab of fields."""
    made = jira.ask("POST", "screens", body={"name": name, "description": mark(pack.id)}).body
    add_to_screen(jira, _screen(jira, made), fields)


def add_to_screen(jira: PatientClient, screen: SiteScreen, fields: Iterable[str]) -> None:
    """Puts the fields that a screen lacks on its first tab; a screen without any tab gets one."""
    tab = screen.tab or str(jira.ask("POST", f"screens/{screen.id}/tabs", body={"name": "Relance"}).body["id"])
    for field in fields:
        if field not in screen.fields:
            jira.ask("POST", f"screens/{screen.id}/tabs/{tab}/fields", body={"fieldId": field})
