"""Knows the native rules of Jira we write, and which rules of a transition are ours to change or remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from workflows.site import Rule

HIDE = "system:restrict-from-all-users"
RESTRICT = "system:restrict-issue-transition"
CHILDREN = "system:parent-or-child-blocking-condition"
PENDING_APPROVAL = "system:block-in-progress-approval"
FIELD_VALUE = "system:validate-field-value"
UPDATE_FIELD = "system:update-field"
CHANGE_ASSIGNEE = "system:change-assignee"

AGENTS = "SERVICEDESK_AGENT"
"""The permission that makes somebody an agent of a project, whatever roles and groups the site has."""

MANAGERS = "ADMINISTER_PROJECTS"
"""The permission that lets somebody past the levels: who manages the project."""

SIGNED = " (Relance)"
"""The end of every sentence that a validator of ours says: agents see who asks, and we know it again."""


class Slot(StrEnum):
    """Where a rule stands in a transition, in Jira's words."""

    CONDITION = "conditions"
    VALIDATOR = "validators"
    ACTION = "actions"


SLOTS: Mapping[str, Slot] = {
    HIDE: Slot.CONDITION,
    RESTRICT: Slot.CONDITION,
    CHILDREN: Slot.CONDITION,
    PENDING_APPROVAL: Slot.CONDITION,
    FIELD_VALUE: Slot.VALIDATOR,
    UPDATE_FIELD: Slot.ACTION,
    CHANGE_ASSIGNEE: Slot.ACTION,
}
"""The rules we write, and where (jira-rest.md §a.6)."""

_COUNTED = {HIDE: {"restrictMode"}, UPDATE_FIELD: {"field", "value", "mode"}}
_LISTS = {"roleIds", "groupIds", "permissionKeys", "statusIds"}
_OPTIONAL = {CHILDREN, PENDING_APPROVAL, CHANGE_ASSIGNEE}


def rule(key: str, parameters: Mapping[str, str | None]) -> Rule:
    """A rule in comparable form: lists in order, nothing that is empty but the value that clears a field."""
    counted = _COUNTED.get(key)
    found = {
        name: ",".join(sorted(value.split(","))) if name in _LISTS and value else value or ""
        for name, value in parameters.items()
        if (counted is None or name in counted) and (value or key == UPDATE_FIELD)
    }
    return Rule(key, frozenset(found.items()))


HIDDEN = rule(HIDE, {"restrictMode": "users"})
"""The condition that hides a transition from people and leaves it to the app (the REST interface still allows it)."""

NO_APPROVAL_PENDING = rule(PENDING_APPROVAL, {})
"""The condition that keeps people from going past an approval that nobody has answered yet."""


def resolution_rule(value: str) -> Rule:
    """The post function that gives a resolution by its Jira id; an empty value clears it."""
    return rule(UPDATE_FIELD, {"field": "resolution", "mode": "replace", "value": value})


def assignee_rule(target: str) -> Rule:
    """The post function that assigns the request, to one of Jira's own targets such as `to-current-user`."""
    return rule(CHANGE_ASSIGNEE, {"type": target})


def agents_rule(app_role: str) -> Rule:
    """The condition that leaves a transition to agents, and to apps by their role (empty when the site has no apps)."""
    return rule(RESTRICT, {"permissionKeys": AGENTS, "roleIds": app_role})


def level_rule(group: str, app_role: str) -> Rule:
    """The condition that leaves a transition to one level's group, to who manages the project, and to apps."""
    return rule(RESTRICT, {"permissionKeys": MANAGERS, "roleIds": app_role, "groupIds": group})


def children_rule(statuses: Iterable[str]) -> Rule:
    """The condition that keeps a request open until its sub-tasks are in one of these statuses."""
    return rule(CHILDREN, {"blocker": "CHILD", "statusIds": ",".join(statuses)})


def required_rule(field: str, label: str) -> Rule:
    """The validator that wants a field filled in, with the sentence agents read when it is not.

    A field whose context does not reach the request is not asked for: nobody could fill it in.
    """
    sentence = f"À renseigner d'abord : {label}{SIGNED}"
    parameters = {"ruleType": "fieldRequired", "fieldsRequired": field, "ignoreContext": "true"}
    return rule(FIELD_VALUE, {**parameters, "errorMessage": sentence})


def is_ours(found: Rule, wanted: frozenset[Rule]) -> bool:
    """Whether a rule read from Jira is one we may change or remove.

    Some are recognised by what they say. Others an administrator may want as well where the pack asks for none
    (`_OPTIONAL`): those are ours only on transitions where the pack wants one of the kind.
    """
    parameters = dict(found.parameters)
    if found.key in _OPTIONAL:
        return any(other.key == found.key for other in wanted)
    if found.key == UPDATE_FIELD:
        return parameters.get("field") == "resolution"
    if found.key == RESTRICT:
        alone = parameters.keys() <= {"permissionKeys", "roleIds", "groupIds"}
        return alone and parameters.get("permissionKeys") in {AGENTS, MANAGERS}
    if found.key == FIELD_VALUE:
        return parameters.get("errorMessage", "").endswith(SIGNED)
    return found.key == HIDE
