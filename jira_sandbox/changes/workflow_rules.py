"""Which rules Jira knows, with their parameters: anything else in a workflow is an error."""

from __future__ import annotations

from jira_sandbox.state.shapes import Json

CONDITION = "Condition"
VALIDATOR = "Validator"
FUNCTION = "Function"
SCREEN = "Screen"

SYSTEM_RULES: dict[str, tuple[str, str, frozenset[str]]] = {
    key: (kind, name, frozenset(parameters.split()))
    for key, kind, name, parameters in (
        ("system:check-permission-validator", VALIDATOR, "Permission validator", "permissionKey"),
        ("system:parent-or-child-blocking-validator", VALIDATOR, "Parent status validator", "blocker statusIds"),
        ("system:previous-status-validator", VALIDATOR, "Previous status", "previousStatusIds mostRecentStatusOnly"),
        (
            "system:validate-field-value",
            VALIDATOR,
            "Validate a field",
            (
                "ruleType fieldsRequired ignoreContext errorMessage fieldKey groupsExemptFromValidation "
                "excludeSubtasks regexp date1FieldKey date2FieldKey includeTime conditionSelected numberOfDays"
            ),
        ),
        ("system:proforma-forms-attached", VALIDATOR, "Forms attached", ""),
        ("system:proforma-forms-submitted", VALIDATOR, "Forms submitted", ""),
        ("system:check-field-value", CONDITION, "Value field", "fieldId fieldValue comparator comparisonType"),
        (
            "system:restrict-issue-transition",
            CONDITION,
            "Restrict who can move an issue",
            "roleIds groupIds permissionKeys groupCustomFields allowUserCustomFields denyUserCustomFields accountIds",
        ),
        (
            "system:previous-status-condition",
            CONDITION,
            "Restrict to when an issue has been through a status",
            "previousStatusIds not mostRecentStatusOnly includeCurrentStatus ignoreLoopTransitions",
        ),
        ("system:parent-or-child-blocking-condition", CONDITION, "Sub-task blocking", "blocker statusIds"),
        ("system:separation-of-duties", CONDITION, "Separation of duties", "fromStatusId toStatusId"),
        ("system:restrict-from-all-users", CONDITION, "Hide from users", "restrictMode"),
        ("system:block-in-progress-approval", CONDITION, "Block during approval", ""),
        ("system:change-assignee", FUNCTION, "Assign an issue", "type accountId"),
        ("system:copy-value-from-other-field", FUNCTION, "Copy a field", "sourceFieldKey targetFieldKey issueSource"),
        ("system:update-field", FUNCTION, "Update an issue field", "field value mode"),
        ("system:trigger-webhook", FUNCTION, "Trigger a webhook", "webhookId"),
        ("system:trigger-agent", FUNCTION, "Trigger an agent", "agentId promptValue"),
        ("system:transition-screen", SCREEN, "Show a screen", "screenId"),
        (
            "system:remind-people-to-update-fields",
            SCREEN,
            "Remind people to update fields",
            "remindingFieldIds remindingMessage remindingAlwaysAsk",
        ),
    )
}
"""Kind, name and parameters of each native rule, by key."""

_ENUMS: dict[tuple[str, str], set[str]] = {
    ("system:parent-or-child-blocking-condition", "blocker"): {"CHILD"},
    ("system:parent-or-child-blocking-validator", "blocker"): {"PARENT"},
    ("system:restrict-from-all-users", "restrictMode"): {"users", "usersAndAPI"},
    ("system:update-field", "mode"): {"replace", "append"},
    ("system:change-assignee", "type"): {
        "to-selected-user", "to-unassigned", "to-current-user", "to-default-user", "to-reporter", "to-lead",
    },
    ("system:validate-field-value", "ruleType"): {
        "fieldRequired", "fieldChanged", "fieldHasSingleValue", "fieldMatchesRegularExpression", "dateFieldComparison",
        "windowDateComparison",
    },
}  # fmt: skip

_REQUIRED: dict[tuple[str, str], set[str]] = {
    ("system:check-permission-validator", ""): {"permissionKey"},
    ("system:parent-or-child-blocking-condition", ""): {"blocker", "statusIds"},
    ("system:parent-or-child-blocking-validator", ""): {"blocker", "statusIds"},
    ("system:validate-field-value", ""): {"ruleType"},
    ("system:validate-field-value", "fieldRequired"): {"fieldsRequired"},
    ("system:restrict-from-all-users", ""): {"restrictMode"},
    ("system:update-field", ""): {"field", "value"},
    ("system:change-assignee", ""): {"type"},
    ("system:transition-screen", ""): {"screenId"},
}
"""What a rule cannot do without, by key and kind of validation."""


def rule_problem(rule: Json, kind: str) -> tuple[str, str] | None:
    """The code and sentence of what is wrong with a rule where it stands; None when nothing is."""
    key, parameters = str(rule.get("ruleKey")), rule.get("parameters") or {}
    if key.startswith(("connect:", "forge:")):
        return None
    known = SYSTEM_RULES.get(key)
    if known is None:
        return "INVALID_RULE_KEY", f"The rule key '{key}' does not exist."
    if known[0] != kind:
        return "INVALID_RULE_TYPE", f"The rule '{key}' is a {known[0]} and cannot be used as a {kind}."
    for name in sorted(_REQUIRED.get((key, str(parameters.get("ruleType", ""))), set()) - set(parameters)):
        return "INVALID_RULE_PARAMETER", f"The rule '{key}' needs the parameter '{name}'."
    strange = sorted(set(parameters) - known[2])
    if strange:
        return "INVALID_RULE_PARAMETER", f"The rule '{key}' has no parameter '{strange[0]}'."
    return _value_problem(key, parameters)


def _value_problem(key: str, parameters: Json) -> tuple[str, str] | None:
    for name, value in parameters.items():
        if not isinstance(value, str):
            return "INVALID_RULE_PARAMETER", f"The parameter '{name}' of '{key}' must be a string."
        allowed = _ENUMS.get((key, name))
        if allowed and value not in allowed:
            return "INVALID_RULE_PARAMETER", f"The value '{value}' of '{name}' in '{key}' is not allowed."
    return None
