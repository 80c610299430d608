"""What Jira demands of a workflow document, written from the reference alone: a second opinion on every payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

NEEDED: dict[str, dict[str, frozenset[str]]] = {
    "conditions": {
        "system:restrict-issue-transition": frozenset(),
        "system:restrict-from-all-users": frozenset({"restrictMode"}),
        "system:parent-or-child-blocking-condition": frozenset({"blocker", "statusIds"}),
        "system:block-in-progress-approval": frozenset(),
        "system:previous-status-condition": frozenset({"previousStatusIds"}),
        "system:separation-of-duties": frozenset({"fromStatusId", "toStatusId"}),
        "system:check-field-value": frozenset({"fieldId", "fieldValue", "comparator", "comparisonType"}),
    },
    "validators": {
        "system:validate-field-value": frozenset({"ruleType"}),
        "system:check-permission-validator": frozenset({"permissionKey"}),
        "system:previous-status-validator": frozenset({"previousStatusIds"}),
        "system:parent-or-child-blocking-validator": frozenset({"blocker", "statusIds"}),
    },
    "actions": {
        "system:update-field": frozenset({"field", "value", "mode"}),
        "system:change-assignee": frozenset({"type"}),
        "system:copy-value-from-other-field": frozenset({"sourceFieldKey", "targetFieldKey", "issueSource"}),
        "system:trigger-webhook": frozenset({"webhookId"}),
    },
}
WORDS = {
    "restrictMode": {"users", "usersAndAPI"},
    "mode": {"replace", "append"},
    "ruleType": {"fieldRequired", "fieldChanged", "fieldHasSingleValue", "fieldMatchesRegularExpression"},
    "blocker": {"CHILD", "PARENT"},
    "type": {"to-selected-user", "to-unassigned", "to-current-user", "to-default-user", "to-reporter", "to-lead"},
}


def mistakes(body: Json) -> list[str]:
    """Everything Jira would refuse in the body of a create or an update."""
    declared = {str(status["statusReference"]) for status in body["statuses"]}
    found: list[str] = []
    names = Counter(str(status["name"]).casefold() for status in body["statuses"])
    found += [f"two statuses are called {name}" for name, count in names.items() if count > 1]
    for status in body["statuses"]:
        if status["statusCategory"] not in {"TODO", "IN_PROGRESS", "DONE"}:
            found.append(f"{status['name']}: no such category")
    for workflow in body["workflows"]:
        found += _of_workflow(workflow, declared)
    return found


def _of_workflow(workflow: Json, declared: set[str]) -> Iterator[str]:
    placed = [str(status["statusReference"]) for status in workflow["statuses"]]
    transitions = workflow["transitions"]
    if len(set(placed)) != len(placed) or not set(placed) <= declared:
        yield "a status is placed twice, or not declared"
    if any("properties" not in status for status in workflow["statuses"]):
        yield "a placed status has no properties"
    if [t["type"] for t in transitions].count("INITIAL") != 1:
        yield "not exactly one initial transition"
    ids = [t["id"] for t in transitions]
    if len(set(ids)) != len(ids) or not all(isinstance(one, str) and one.isdigit() for one in ids):
        yield "transition ids are not unique numbers in text"
    for transition in transitions:
        yield from _of_transition(transition, set(placed))
    leaving = {(t["id"], str(link["fromStatusReference"])) for t in transitions for link in t["links"]}
    for status in workflow["statuses"]:
        yield from _of_approval(status, leaving)
    outbound = Counter((str(link["fromStatusReference"]), t["name"]) for t in transitions for link in t["links"])
    yield from (f"{name} leaves status {old} {count} times" for (old, name), count in outbound.items() if count > 1)


def _of_transition(transition: Json, placed: set[str]) -> Iterator[str]:
    name, links = transition["name"], transition["links"]
    if not name.strip() or len(name) > 255:
        yield f"transition {transition['id']} has no fitting name"
    if transition["toStatusReference"] not in placed:
        yield f"{name} leads out of the workflow"
    if not {link["fromStatusReference"] for link in links} <= placed:
        yield f"{name} comes from outside the workflow"
    if bool(links) is not (transition["type"] == "DIRECTED"):
        yield f"{name} is {transition['type']} with {len(links)} link(s)"
    if not all(isinstance(value, str) for value in transition["properties"].values()):
        yield f"{name} has a property that is no text"
    screen = transition.get("transitionScreen")
    if screen and not (screen["ruleKey"] == "system:transition-screen" and screen["parameters"]["screenId"].isdigit()):
        yield f"{name} has a screen without an id"
    groups = [transition["conditions"]] if transition.get("conditions") else []
    for group in groups:
        if group["operation"] not in {"ALL", "ANY"}:
            yield f"{name}: conditions are joined by {group['operation']}"
        groups += group["conditionGroups"]
        yield from _of_rules(name, "conditions", group["conditions"])
    yield from _of_rules(name, "validators", transition["validators"])
    yield from _of_rules(name, "actions", transition["actions"])


def _of_rules(name: str, place: str, rules: list[Json]) -> Iterator[str]:
    for rule in rules:
        key, parameters = rule["ruleKey"], rule["parameters"]
        if key not in NEEDED[place]:
            yield f"{name}: {key} does not stand among {place}"
            continue
        yield from (f"{name}: {key} lacks {word}" for word in sorted(NEEDED[place][key] - set(parameters)))
        if key == "system:validate-field-value" and "," in parameters.get("fieldsRequired", ""):
            yield f"{name}: one validator asks for several fields"
        if key == "system:restrict-issue-transition" and not parameters:
            yield f"{name}: nobody may take it"
        for word, value in parameters.items():
            if not isinstance(value, str) or value not in WORDS.get(word, {value}):
                yield f"{name}: {key} has {word} = {value!r}"
            if isinstance(value, str) and value.startswith("new:"):
                yield f"{name}: {key} names what does not exist yet: {value}"


def _of_approval(status: Json, leaving: set[tuple[str, str]]) -> Iterator[str]:
    asked = status.get("approvalConfiguration")
    if not asked:
        return
    required = {"active", "conditionType", "conditionValue", "fieldId", "transitionApproved", "transitionRejected"}
    yield from (f"an approval lacks {word}" for word in sorted(required - set(asked)))
    for word in ("transitionApproved", "transitionRejected"):
        if (asked.get(word), status["statusReference"]) not in leaving:
            yield f"the approval's {word} does not leave its status"
    if asked.get("conditionType") == "number" and not 1 <= int(asked["conditionValue"]) <= 20:
        yield "an approval needs 1 to 20 answers"
    if not set(asked.get("exclude") or ()) <= {"assignee", "reporter"}:
        yield "an approval excludes somebody strange"
