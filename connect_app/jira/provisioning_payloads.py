"""Turns Jira's workflow JSON into comparable shapes and back; what is not ours in a document is kept as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflows.difference import Design, place
from workflows.model import StatusCategory
from workflows.native import SLOTS, Slot, is_ours, rule
from workflows.site import ApprovalShape, Rule, Shape, SiteStatus, SiteWorkflow, TransitionKind

Json = dict[str, Any]

CUSTOMER_PROPERTY = "servicedesk.customer.transition.active"
"""The transition property that shows a transition to customers on the portal."""

TRANSITION_SCREEN = "system:transition-screen"
_ANSWERS = ("Approved", "Rejected")
_SPACING = 220


def read_workflow(document: Mapping[str, Any]) -> SiteWorkflow:
    """A workflow of `GET /workflows/search` or `POST /workflows`, with its document kept for updates."""
    transitions = [(str(t.get("id")), read_shape(t)) for t in document.get("transitions") or ()]
    keys = {transition_id: shape.key for transition_id, shape in transitions}
    statuses = document.get("statuses") or ()
    return SiteWorkflow(
        id=str(document["id"]),
        name=str(document["name"]),
        description=str(document.get("description") or ""),
        statuses=frozenset(str(s["statusReference"]) for s in statuses),
        transitions=tuple(shape for _, shape in transitions),
        approvals=frozenset(found for s in statuses if (found := _read_approval(s, keys))),
        document=document,
    )


def read_shape(transition: Mapping[str, Any]) -> Shape:
    """One transition with the rules of the kinds we write, whoever wrote them."""
    screen = transition.get("transitionScreen") or {}
    asked = str((screen.get("parameters") or {}).get("screenId") or "")
    return Shape(
        name=str(transition.get("name") or ""),
        kind=TransitionKind(transition["type"]),
        to=str(transition.get("toStatusReference") or ""),
        sources=frozenset(str(link["fromStatusReference"]) for link in transition.get("links") or ()),
        customer=str((transition.get("properties") or {}).get(CUSTOMER_PROPERTY, "")).lower() == "true",
        rules=frozenset(_read_rule(found) for slot in Slot for found in _standing(transition, slot)),
        screen=asked if screen.get("ruleKey") == TRANSITION_SCREEN else "",
    )


def _read_rule(found: Mapping[str, Any]) -> Rule:
    return rule(str(found["ruleKey"]), {str(k): str(v or "") for k, v in (found.get("parameters") or {}).items()})


def _standing(transition: Mapping[str, Any], slot: Slot) -> list[Mapping[str, Any]]:
    """The rules of our kinds in one place of a transition.

    A condition counts only where it must hold: at the top of the group, among conditions that all apply.
    """
    found = transition.get(slot.value) or ()
    if slot is Slot.CONDITION:
        group = transition.get("conditions") or {}
        found = group.get("conditions") or () if (group.get("operation") or "ALL") == "ALL" else ()
    return [one for one in found if SLOTS.get(str(one.get("ruleKey"))) is slot]


def _read_approval(status: Mapping[str, Any], keys: Mapping[str, tuple[str, str]]) -> ApprovalShape | None:
    found = status.get("approvalConfiguration") or {}
    if str(found.get("active", "")).lower() != "true" or found.get("conditionType") != "number":
        return None
    return ApprovalShape(
        status=str(status["statusReference"]),
        field=str(found.get("fieldId") or ""),
        approved=keys.get(str(found.get("transitionApproved")), ("", "")),
        refused=keys.get(str(found.get("transitionRejected")), ("", "")),
        count=str(found.get("conditionValue") or ""),
        exclude=frozenset(str(one) for one in found.get("exclude") or () if one),
    )


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


def workflow_create(name: str, description: str, design: Design, statuses: Sequence[SiteStatus]) -> Json:
    """The body of `POST /workflows/create` for one workflow over existing statuses."""
    transitions = _transitions(design, [])
    placed = [_placed(status.id, index) for index, status in enumerate(statuses)]
    return {
        "scope": {"type": "GLOBAL"},
        "statuses": status_entries(statuses),
        "workflows": [
            {
                "name": name,
                "description": description,
                "startPointLayout": {"x": -_SPACING, "y": 0},
                "statuses": _with_approvals(placed, transitions, design),
                "transitions": transitions,
            }
        ],
    }


def workflow_update(
    workflow: SiteWorkflow,
    design: Design,
    statuses: Sequence[SiteStatus],
    migrations: Sequence[Json],
    departing: Sequence[SiteStatus] = (),
) -> Json:
    """The body of `POST /workflows/update`: the whole document, foreign rules and properties included.

    `migrations` say where issues of each project and type go from the `departing` statuses.
    """
    before = workflow.document
    present = {str(s["statusReference"]): s for s in before.get("statuses") or ()}
    placed = [
        _without_nothing(present.get(status.id) or _placed(status.id, index)) for index, status in enumerate(statuses)
    ]
    transitions = _transitions(design, list(before.get("transitions") or ()))
    document: Json = {
        "id": workflow.id,
        "version": before["version"],
        "description": before.get("description") or "",
        "statuses": _with_approvals(placed, transitions, design),
        "transitions": transitions,
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


def _with_approvals(placed: list[Json], transitions: list[Json], design: Design) -> list[Json]:
    """The statuses with our approvals; another one stays as long as the transitions it takes leave its status."""
    ids = {read_shape(t).key: str(t["id"]) for t in transitions}
    leaving = {(str(t["id"]), str(link["fromStatusReference"])) for t in transitions for link in t["links"]}
    wanted = {approval.status: approval for approval in design.approvals}
    for status in placed:
        present = status.get("approvalConfiguration") or {}
        ours = wanted.get(status["statusReference"])
        if ours is not None:
            status["approvalConfiguration"] = present | {
                "active": "true",
                "conditionType": "number",
                "conditionValue": ours.count,
                "fieldId": ours.field,
                "transitionApproved": ids[ours.approved],
                "transitionRejected": ids[ours.refused],
                "exclude": sorted(ours.exclude),
            }
        elif present:
            taken = {(present.get(f"transition{answer}"), status["statusReference"]) for answer in _ANSWERS}
            if not taken <= leaving:
                del status["approvalConfiguration"]
    return placed


def _transitions(design: Design, present: list[Mapping[str, Any]]) -> list[Json]:
    """Every wanted transition: over the one that stands for it already, with its id; else new, with a free id."""
    waiting = list(present)
    ids = [int(str(t["id"])) for t in present if str(t.get("id", "")).isdigit()]
    free = max(ids, default=0) // 10 * 10 + 11
    built: list[Json] = []
    for shape in design.shapes:
        before = next((t for t in waiting if place(read_shape(t)) == place(shape)), None)
        if before is not None:
            waiting.remove(before)
            built.append(_merged(before, shape, design.screens))
        elif shape.kind is TransitionKind.INITIAL:
            built.append(_merged({"id": "1"}, shape, design.screens))
        else:
            built.append(_merged({"id": str(free)}, shape, design.screens))
            free += 10
    return built


def _merged(before: Mapping[str, Any], shape: Shape, screens: frozenset[str]) -> Json:
    ports = {str(link["fromStatusReference"]): link for link in before.get("links") or ()}
    initial = shape.kind is TransitionKind.INITIAL
    properties = {k: v for k, v in (before.get("properties") or {}).items() if k != CUSTOMER_PROPERTY}
    rebuilt = {"conditions", "transitionScreen"}
    transition = {k: v for k, v in before.items() if v is not None and k not in rebuilt} | {
        "type": shape.kind.value,
        "name": str(before.get("name") or shape.name) if initial else shape.name,
        "description": before.get("description") or "",
        "toStatusReference": shape.to,
        "links": [_link(ports.get(s), s) for s in sorted(shape.sources)],
        "properties": properties | ({CUSTOMER_PROPERTY: "true"} if shape.customer else {}),
        "actions": [*_foreign(before.get("actions"), shape), *_ours(before, shape, Slot.ACTION)],
        "validators": [*_foreign(before.get("validators"), shape), *_ours(before, shape, Slot.VALIDATOR)],
        "triggers": before.get("triggers") or [],
    }
    conditions = _conditions(before, shape)
    screen = _screen(before, shape, screens)
    return (
        transition
        | ({"conditions": conditions} if conditions else {})
        | ({"transitionScreen": screen} if screen else {})
    )


def _link(link: Mapping[str, Any] | None, status_id: str) -> Json:
    kept = {k: v for k, v in (link or {}).items() if v is not None}
    return kept or {"fromStatusReference": status_id, "fromPort": 0, "toPort": 0}


def _foreign(rules: Sequence[Mapping[str, Any]] | None, shape: Shape) -> list[Mapping[str, Any]]:
    """The rules of a place that are not ours to change."""
    return [one for one in rules or () if one.get("ruleKey") not in SLOTS or not is_ours(_read_rule(one), shape.rules)]


def _ours(before: Mapping[str, Any], shape: Shape, slot: Slot) -> list[Mapping[str, Any]]:
    """The wanted rules of a place, in order; one that stands there already keeps the id Jira gave it."""
    standing = {_read_rule(one): one for one in _standing(before, slot)}
    wanted = sorted((r for r in shape.rules if SLOTS[r.key] is slot), key=lambda r: (r.key, sorted(r.parameters)))
    return [standing.get(one) or {"ruleKey": one.key, "parameters": dict(sorted(one.parameters))} for one in wanted]


def _conditions(before: Mapping[str, Any], shape: Shape) -> Json | None:
    group = before.get("conditions") or {}
    ours = _ours(before, shape, Slot.CONDITION)
    foreign = _foreign(group.get("conditions"), shape)
    groups = list(group.get("conditionGroups") or ())
    if not (ours or foreign or groups):
        return None
    operation = group.get("operation") or "ALL"
    if operation != "ALL" and ours:
        nested = {"operation": operation, "conditions": foreign, "conditionGroups": groups}
        return {"operation": "ALL", "conditions": ours, "conditionGroups": [nested]}
    return {"operation": operation, "conditions": [*foreign, *ours], "conditionGroups": groups}


def _screen(before: Mapping[str, Any], shape: Shape, screens: frozenset[str]) -> Mapping[str, Any] | None:
    """The screen of a transition: an administrator's stays, ours comes and goes with what the transition asks for."""
    present: Mapping[str, Any] | None = before.get("transitionScreen")
    if present and (present.get("parameters") or {}).get("screenId") not in screens:
        return present
    return {"ruleKey": TRANSITION_SCREEN, "parameters": {"screenId": shape.screen}} if shape.screen else None


def read_category(word: str) -> StatusCategory:
    """A status category in the vocabulary of `/statuses`."""
    return StatusCategory(word.upper())
