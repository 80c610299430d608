"""Turns Jira's workflow JSON into comparable shapes and back; what is not ours in a document is kept as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflows.blueprint import HIDDEN
from workflows.model import StatusCategory
from workflows.site import Rule, Shape, SiteStatus, SiteWorkflow, TransitionKind

Json = dict[str, Any]

CUSTOMER_PROPERTY = "servicedesk.customer.transition.active"
"""The transition property that shows a transition to customers on the portal."""

UPDATE_FIELD = "system:update-field"
_SPACING = 220


def read_workflow(document: Mapping[str, Any]) -> SiteWorkflow:
    """A workflow of `GET /workflows/search` or `POST /workflows`, with its document kept for updates."""
    return SiteWorkflow(
        id=str(document["id"]),
        name=str(document["name"]),
        description=str(document.get("description") or ""),
        statuses=frozenset(str(s["statusReference"]) for s in document.get("statuses") or ()),
        transitions=tuple(read_shape(t) for t in document.get("transitions") or ()),
        document=document,
    )


def read_shape(transition: Mapping[str, Any]) -> Shape:
    """What we manage of one transition."""
    rules = [*_our_conditions(transition), *(a for a in transition.get("actions") or () if _sets_resolution(a))]
    return Shape(
        name=str(transition.get("name") or ""),
        kind=TransitionKind(transition["type"]),
        to=str(transition.get("toStatusReference") or ""),
        sources=frozenset(str(link["fromStatusReference"]) for link in transition.get("links") or ()),
        customer=str((transition.get("properties") or {}).get(CUSTOMER_PROPERTY, "")).lower() == "true",
        rules=frozenset(_read_rule(rule) for rule in rules),
    )


def _read_rule(rule: Mapping[str, Any]) -> Rule:
    parameters = {str(k): str(v or "") for k, v in (rule.get("parameters") or {}).items()}
    known = {"field", "value", "mode"} if rule["ruleKey"] == UPDATE_FIELD else {"restrictMode"}
    return Rule(str(rule["ruleKey"]), frozenset((k, v) for k, v in parameters.items() if k in known))


def _our_conditions(transition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Our condition counts only where it must hold: at the top of the group, among conditions that all apply."""
    group = transition.get("conditions") or {}
    if (group.get("operation") or "ALL") != "ALL":
        return []
    return [c for c in group.get("conditions") or () if c.get("ruleKey") == HIDDEN.key]


def _sets_resolution(action: Mapping[str, Any]) -> bool:
    return action.get("ruleKey") == UPDATE_FIELD and (action.get("parameters") or {}).get("field") == "resolution"


def status_entries(statuses: Iterable[SiteStatus]) -> list[Json]:
    """The statuses that a create or update request refers to, all of them existing ones."""
    return [
        {
            "id": status.id,
            "statusReference": status.id,
            "name": status.name,
            "statusCategory": status.category.value,
            "description": status.description,
        }
        for status in statuses
    ]


def workflow_create(name: str, description: str, shapes: Sequence[Shape], statuses: Sequence[SiteStatus]) -> Json:
    """The body of `POST /workflows/create` for one workflow over existing statuses."""
    return {
        "scope": {"type": "GLOBAL"},
        "statuses": status_entries(statuses),
        "workflows": [
            {
                "name": name,
                "description": description,
                "startPointLayout": {"x": -_SPACING, "y": 0},
                "statuses": [_placed(status.id, index) for index, status in enumerate(statuses)],
                "transitions": _transitions(shapes, []),
            }
        ],
    }


def workflow_update(
    workflow: SiteWorkflow,
    shapes: Sequence[Shape],
    statuses: Sequence[SiteStatus],
    migrations: Sequence[Json],
    departing: Sequence[SiteStatus] = (),
) -> Json:
    """The body of `POST /workflows/update`: the whole document, foreign rules and properties included.

    `migrations` say where issues of each project and type go from the `departing` statuses.
    """
    before = workflow.document
    placed = {str(s["statusReference"]): s for s in before.get("statuses") or ()}
    document: Json = {
        "id": workflow.id,
        "version": before["version"],
        "description": before.get("description") or "",
        "statuses": [
            _without_nothing(placed.get(status.id) or _placed(status.id, index))
            for index, status in enumerate(statuses)
        ],
        "transitions": _transitions(shapes, list(before.get("transitions") or ())),
    }
    if before.get("startPointLayout"):
        document["startPointLayout"] = before["startPointLayout"]
    if migrations:
        by_old = {m["oldStatusReference"]: m for one in migrations for m in one["statusMigrations"]}
        document["statusMappings"] = list(migrations)
        document["defaultStatusMappings"] = list(by_old.values())
    return {"statuses": status_entries([*statuses, *departing]), "workflows": [document]}


def _placed(status_id: str, index: int) -> Json:
    return {"statusReference": status_id, "layout": {"x": index * _SPACING, "y": 0}, "properties": {}}


def _without_nothing(item: Mapping[str, Any]) -> Json:
    """An item of an answer as a request may carry it: no nulls, no remark that a status is deprecated."""
    return {"properties": {}} | {k: v for k, v in item.items() if v is not None and k != "deprecated"}


def _transitions(shapes: Sequence[Shape], present: list[Mapping[str, Any]]) -> list[Json]:
    """Every wanted transition: over the one that stands for it already, with its id; else new, with a free id."""
    waiting = list(present)
    ids = [int(str(t["id"])) for t in present if str(t.get("id", "")).isdigit()]
    free = max(ids, default=0) // 10 * 10 + 11
    built: list[Json] = []
    for shape in shapes:
        key = _key(shape)
        before = next((t for t in waiting if _key(read_shape(t)) == key), None)
        if before is not None:
            waiting.remove(before)
            built.append(_merged(before, shape))
        elif shape.kind is TransitionKind.INITIAL:
            built.append(_merged({"id": "1"}, shape))
        else:
            built.append(_merged({"id": str(free)}, shape))
            free += 10
    return built


def _key(shape: Shape) -> tuple[str, str]:
    """A workflow has one initial transition only: it stays the same one wherever it leads."""
    return ("INITIAL", "") if shape.kind is TransitionKind.INITIAL else shape.key


def _merged(before: Mapping[str, Any], shape: Shape) -> Json:
    ports = {str(link["fromStatusReference"]): link for link in before.get("links") or ()}
    initial = shape.kind is TransitionKind.INITIAL
    properties = {k: v for k, v in (before.get("properties") or {}).items() if k != CUSTOMER_PROPERTY}
    transition = {k: v for k, v in before.items() if v is not None and k != "conditions"} | {
        "type": shape.kind.value,
        "name": str(before.get("name") or shape.name) if initial else shape.name,
        "description": before.get("description") or "",
        "toStatusReference": shape.to,
        "links": [_without_links(ports.get(s), s) for s in sorted(shape.sources)],
        "properties": properties | ({CUSTOMER_PROPERTY: "true"} if shape.customer else {}),
        "actions": [*_foreign_actions(before), *(_rule(r) for r in _ordered(shape) if r.key == UPDATE_FIELD)],
        "validators": before.get("validators") or [],
        "triggers": before.get("triggers") or [],
    }
    conditions = _conditions(before, [_rule(r) for r in _ordered(shape) if r.key == HIDDEN.key])
    return transition | ({"conditions": conditions} if conditions else {})


def _without_links(link: Mapping[str, Any] | None, status_id: str) -> Json:
    kept = {k: v for k, v in (link or {}).items() if v is not None}
    return kept or {"fromStatusReference": status_id, "fromPort": 0, "toPort": 0}


def _foreign_actions(transition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [a for a in transition.get("actions") or () if not _sets_resolution(a)]


def _conditions(before: Mapping[str, Any], ours: list[Json]) -> Json | None:
    group = before.get("conditions") or {}
    foreign = [c for c in group.get("conditions") or () if c.get("ruleKey") != HIDDEN.key]
    groups = list(group.get("conditionGroups") or ())
    if not (ours or foreign or groups):
        return None
    operation = group.get("operation") or "ALL"
    if operation != "ALL" and ours:
        nested = {"operation": operation, "conditions": foreign, "conditionGroups": groups}
        return {"operation": "ALL", "conditions": ours, "conditionGroups": [nested]}
    return {"operation": operation, "conditions": [*foreign, *ours], "conditionGroups": groups}


def _ordered(shape: Shape) -> list[Rule]:
    return sorted(shape.rules, key=lambda rule: (rule.key, sorted(rule.parameters)))


def _rule(rule: Rule) -> Json:
    return {"ruleKey": rule.key, "parameters": dict(sorted(rule.parameters))}


def read_category(word: str) -> StatusCategory:
    """A status category in the vocabulary of `/statuses`."""
    return StatusCategory(word.upper())
