"""Judges a workflow document before it is stored: references, rules, names, graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jira_sandbox.changes.workflow_rules import CONDITION, FUNCTION, SCREEN, VALIDATOR, rule_problem
from jira_sandbox.state.permissions import PROJECT_PERMISSIONS
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def problem(code: str, kind: str, message: str, *, level: str = "ERROR", **where: str) -> Json:
    """One entry of a WorkflowValidationErrorList."""
    found: Json = {"code": code, "level": level, "message": message, "type": kind}
    if where:
        found["elementReference"] = where
    return found


def design_problems(site: Site, statuses: list[Json], workflows: list[Json], *, creating: bool) -> list[Json]:
    """Everything wrong with a create or update payload."""
    found = list(_status_problems(site, statuses))
    references = {str(item["statusReference"]) for item in statuses}
    for workflow in workflows:
        if creating:
            found += _name_problems(site, workflow, workflows)
        found += _graph_problems(workflow, references)
        for item in workflow["transitions"]:
            found += _transition_rules(site, item)
        found += _approval_problems(site, workflow)
    return found


def _status_problems(site: Site, statuses: list[Json]) -> Iterator[Json]:
    names = {item.name.casefold(): item.id for item in site.statuses.values()}
    counted = Counter(str(item["name"]).casefold() for item in statuses)
    for item in statuses:
        reference, name = str(item["statusReference"]), str(item["name"])
        known = item.get("id")
        if known is not None and str(known) not in site.statuses:
            yield problem("STATUS_NOT_FOUND", "STATUS", f"Status {known} was not found.", statusReference=reference)
        taken = names.get(name.casefold())
        if counted[name.casefold()] > 1 or (taken is not None and taken != (str(known) if known else None)):
            yield problem(
                "NON_UNIQUE_STATUS_NAME",
                "STATUS",
                f"The status name '{name}' is already in use. Use its id to reuse it.",
                statusReference=reference,
            )
        if len(name) > 255 or not name.strip():
            yield problem("INVALID_STATUS_NAME", "STATUS", "The status name must have 1 to 255 characters.")


def _name_problems(site: Site, workflow: Json, workflows: list[Json]) -> Iterator[Json]:
    name = str(workflow["name"])
    again = sum(1 for other in workflows if other["name"] == name) > 1
    if again or any(item.name == name for item in site.workflows.values()):
        yield problem("NON_UNIQUE_WORKFLOW_NAME", "WORKFLOW", f"The workflow name '{name}' is already in use.")
    if not name.strip() or len(name) > 255:
        yield problem("INVALID_WORKFLOW_NAME", "WORKFLOW", "The workflow name must have 1 to 255 characters.")


def _graph_problems(workflow: Json, references: set[str]) -> Iterator[Json]:
    placed = {str(item["statusReference"]) for item in workflow["statuses"]}
    for reference in sorted(placed - references):
        yield problem(
            "STATUS_NOT_FOUND", "STATUS_LAYOUT", f"Status {reference} is not listed.", statusReference=reference
        )
    transitions = workflow["transitions"]
    if sum(1 for item in transitions if item.get("type") == "INITIAL") != 1:
        yield problem("INITIAL_TRANSITION_COUNT", "WORKFLOW", "A workflow needs exactly one initial transition.")
    ids = Counter(str(item.get("id") or "") for item in transitions)
    for item in transitions:
        number = str(item.get("id") or "")
        if not number.isdigit() or ids[number] > 1:
            yield problem("INVALID_TRANSITION_ID", "TRANSITION", "Every transition needs a unique numeric id.")
        yield from _link_problems(item, number, placed)
    yield from _name_clashes(transitions)


def _link_problems(item: Json, number: str, placed: set[str]) -> Iterator[Json]:
    kind, links = item.get("type"), item.get("links") or []
    if not str(item.get("name") or "").strip():
        yield problem("INVALID_TRANSITION_NAME", "TRANSITION", "A transition needs a name.", transitionId=number)
    if kind not in ("INITIAL", "GLOBAL", "DIRECTED"):
        yield problem("INVALID_TRANSITION_TYPE", "TRANSITION", "A transition needs a type.", transitionId=number)
    if kind == "DIRECTED" and not links:
        yield problem("TRANSITION_LINKS", "TRANSITION", "A directed transition needs a link.", transitionId=number)
    if kind != "DIRECTED" and links:
        yield problem(
            "TRANSITION_LINKS", "TRANSITION", f"A transition of type {kind} has no links.", transitionId=number
        )
    targets = [item.get("toStatusReference"), *(link.get("fromStatusReference") for link in links)]
    for reference in targets:
        if reference is not None and str(reference) not in placed:
            message = f"Status {reference} is not in the workflow."
            yield problem("STATUS_NOT_FOUND", "TRANSITION", message, transitionId=number)
    if kind in ("INITIAL", "GLOBAL") and item.get("toStatusReference") is None:
        yield problem("STATUS_NOT_FOUND", "TRANSITION", "The transition leads nowhere.", transitionId=number)


def _name_clashes(transitions: list[Json]) -> Iterator[Json]:
    seen: Counter[tuple[str, str]] = Counter()
    for item in transitions:
        for link in item.get("links") or []:
            seen[str(link.get("fromStatusReference")), str(item.get("name"))] += 1
    for (reference, name), count in seen.items():
        if count > 1:
            yield problem(
                "NON_UNIQUE_OUTBOUND_TRANSITION_NAMES_FROM_STATUS",
                "TRANSITION",
                f"Several transitions from the same status are named '{name}'.",
                level="WARNING",
                statusReference=reference,
            )


def _transition_rules(site: Site, item: Json) -> Iterator[Json]:
    number = str(item.get("id") or "")
    rules = [(rule, VALIDATOR) for rule in item.get("validators") or []]
    rules += [(rule, FUNCTION) for rule in item.get("actions") or []]
    rules += [(rule, CONDITION) for rule in _conditions(item.get("conditions"))]
    screen = item.get("transitionScreen")
    if screen:
        rules.append((screen, SCREEN))
        wanted = str((screen.get("parameters") or {}).get("screenId", ""))
        if screen.get("ruleKey") == "system:transition-screen" and int(wanted or 0) not in site.screens:
            yield problem("INVALID_RULE_PARAMETER", "RULE", f"Screen {wanted} does not exist.", transitionId=number)
    for rule, kind in rules:
        wrong = rule_problem(rule, kind) or _lost(site, rule)
        if wrong is not None:
            yield problem(wrong[0], "RULE", wrong[1], transitionId=number)


def _approval_problems(site: Site, workflow: Json) -> Iterator[Json]:
    """An approval asks the people of a field, and its two transitions leave its own status."""
    leaving = {
        (str(item.get("id")), str(link.get("fromStatusReference")))
        for item in workflow["transitions"]
        for link in item.get("links") or []
    }
    for status in workflow["statuses"]:
        asked, reference = status.get("approvalConfiguration"), str(status["statusReference"])
        if not asked:
            continue
        field = site.fields.get(str(asked["fieldId"]))
        people = {field.schema.get("type"), field.schema.get("items")} & {"user", "group"} if field else set()
        if not people:
            message = f"The approvers field '{asked['fieldId']}' does not exist or holds no people."
            yield problem("INVALID_APPROVAL", "STATUS_LAYOUT", message, statusReference=reference)
        most = 100 if asked["conditionType"] == "percent" else 20
        if not 1 <= int(asked["conditionValue"]) <= most:
            yield problem("INVALID_APPROVAL", "STATUS_LAYOUT", "Too many approvals.", statusReference=reference)
        for name in ("transitionApproved", "transitionRejected"):
            if (str(asked[name]), reference) not in leaving:
                message = f"The transition {asked[name]} does not leave the status."
                yield problem("INVALID_APPROVAL", "STATUS_LAYOUT", message, statusReference=reference)


def _conditions(group: Json | None) -> Iterator[Json]:
    if not group:
        return
    yield from group.get("conditions") or []
    for inner in group.get("conditionGroups") or []:
        yield from _conditions(inner)


def _lost(site: Site, rule: Json) -> tuple[str, str] | None:
    """What a rule names that the site does not have: roles, groups, permissions, statuses, fields, resolutions."""
    parameters = rule.get("parameters") or {}
    for name, known in (
        ("roleIds", site.roles),
        ("groupIds", site.groups),
        ("permissionKeys", PROJECT_PERMISSIONS),
        ("statusIds", site.statuses),
        ("fieldsRequired", site.fields),
    ):
        for word in str(parameters.get(name, "")).split(","):
            if word.strip() and word.strip() not in known:
                return "INVALID_RULE_PARAMETER", f"{name} {word.strip()} does not exist."
    if rule.get("ruleKey") == "system:update-field":
        field, value = str(parameters.get("field", "")), str(parameters.get("value", ""))
        if field not in site.fields:
            return "INVALID_RULE_PARAMETER", f"The field '{field}' does not exist."
        if field == "resolution" and value and value not in site.resolutions:
            return "INVALID_RULE_PARAMETER", f"The resolution {value} does not exist."
    return None
