"""Jira's native workflow rules: conditions, validators and post functions, by their `system:` keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from jira_sandbox.changes import approvals
from jira_sandbox.changes.custom_fields import custom_setting
from jira_sandbox.changes.editing import setting
from jira_sandbox.changes.fields import READERS, Context, Setting, assignee_setting, resolution_setting
from jira_sandbox.errors import Refusal, field_error
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Actor, Person
from jira_sandbox.state.permissions import has_in_project, roles_of
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views.issue import all_fields


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody trying a transition: who, on what, and whether a comment comes with it."""

    site: Site
    issue: Issue
    person: Person
    with_comment: bool = False


def _words(parameters: Json, name: str) -> set[str]:
    return {word.strip() for word in str(parameters.get(name, "")).split(",") if word.strip()}


def _restricted(attempt: Attempt, parameters: Json) -> bool:
    site, issue, person = attempt.site, attempt.issue, attempt.person
    if _words(parameters, "roleIds") & roles_of(site, site.project_of(issue), person):
        return True
    if any(
        person.account_id in site.groups[item].members for item in _words(parameters, "groupIds") & set(site.groups)
    ):
        return True
    if any(has_in_project(person, key) for key in _words(parameters, "permissionKeys")):
        return True
    accounts = _words(parameters, "accountIds")
    allowed = accounts | _words(parameters, "allowUserCustomFields")
    roles = {"allow-assignee": issue.assignee, "allow-reporter": issue.reporter}
    if person.account_id in accounts or any(roles.get(word) == person.account_id for word in accounts):
        return True
    return any((issue.custom.get(item) or {}).get("accountId") == person.account_id for item in allowed - accounts)


def _not_closed_to_all(_: Attempt, parameters: Json) -> bool:
    return parameters.get("restrictMode") != "usersAndAPI"


def _children_done(attempt: Attempt, parameters: Json) -> bool:
    wanted = _words(parameters, "statusIds")
    return all(child.status_id in wanted for child in attempt.site.subtasks(attempt.issue))


def _parent_ready(attempt: Attempt, parameters: Json) -> bool:
    parent = attempt.site.issues.get(attempt.issue.parent_id or "")
    return parent is None or parent.status_id in _words(parameters, "statusIds")


def _family(attempt: Attempt, parameters: Json) -> bool:
    blocked = _children_done if parameters.get("blocker", "CHILD") == "CHILD" else _parent_ready
    return blocked(attempt, parameters)


def _statuses_left(issue: Issue) -> list[str]:
    return [line.before or "" for entry in issue.histories for line in entry.changes if line.field_id == "status"]


def _was(attempt: Attempt, parameters: Json) -> bool:
    left = _statuses_left(attempt.issue)
    if parameters.get("includeCurrentStatus") == "true":
        left = [*left, attempt.issue.status_id]
    if parameters.get("mostRecentStatusOnly") == "true":
        left = left[-1:]
    passed = bool(set(left) & _words(parameters, "previousStatusIds"))
    return passed != (parameters.get("not") == "true")


def _other_hands(attempt: Attempt, parameters: Json) -> bool:
    return not any(
        entry.author == attempt.person.account_id
        and (line.before, line.after) == (parameters.get("fromStatusId"), parameters.get("toStatusId"))
        for entry in attempt.issue.histories
        for line in entry.changes
        if line.field_id == "status"
    )


def _field_is(attempt: Attempt, parameters: Json) -> bool:
    value = all_fields(attempt.site, attempt.issue, "2", None).get(str(parameters.get("fieldId")))
    wanted = {str(item) for item in json.loads(str(parameters.get("fieldValue", "[]")))}
    equal = bool(_plain(value) & wanted) if wanted else not _plain(value)
    return equal if parameters.get("comparator", "=") == "=" else not equal


def _plain(value: Value) -> set[str]:
    if value in (None, "", []):
        return set()
    if isinstance(value, list):
        return set().union(*(_plain(item) for item in value))
    if isinstance(value, dict):
        return {str(value[key]) for key in ("id", "name", "value", "accountId") if key in value}
    return {str(value)}


def _no_approval_pending(attempt: Attempt, _: Json) -> bool:
    return not approvals.is_pending(attempt.site, attempt.issue)


CONDITIONS: dict[str, Callable[[Attempt, Json], bool]] = {
    "system:restrict-issue-transition": _restricted,
    "system:restrict-from-all-users": _not_closed_to_all,
    "system:parent-or-child-blocking-condition": _family,
    "system:previous-status-condition": _was,
    "system:separation-of-duties": _other_hands,
    "system:check-field-value": _field_is,
    "system:block-in-progress-approval": _no_approval_pending,
}


def holds(attempt: Attempt, group: Json | None) -> bool:
    """Tells whether a group of conditions lets a person through; no group lets everybody through."""
    if not group:
        return True
    verdicts = [
        CONDITIONS[rule["ruleKey"]](attempt, rule.get("parameters") or {})
        for rule in group.get("conditions") or []
        if rule["ruleKey"] in CONDITIONS
    ]
    verdicts += [holds(attempt, inner) for inner in group.get("conditionGroups") or []]
    if not verdicts:
        return True
    return any(verdicts) if group.get("operation") == "ANY" else all(verdicts)


def _required(attempt: Attempt, parameters: Json) -> None:
    view = all_fields(attempt.site, attempt.issue, "2", None)
    missing: dict[str, str] = {}
    for name in sorted(_words(parameters, "fieldsRequired")):
        label = attempt.site.fields[name].name if name in attempt.site.fields else name
        present = attempt.with_comment if name == "comment" else view.get(name) not in (None, "", [], {})
        if not present:
            missing[name] = str(parameters.get("errorMessage") or f"{label} is required.")
    if missing:
        raise Refusal(400, [], missing)


def _matches(attempt: Attempt, parameters: Json) -> None:
    name = str(parameters.get("fieldKey"))
    value = all_fields(attempt.site, attempt.issue, "2", None).get(name)
    if not re.search(str(parameters.get("regexp", "")), str(value or "")):
        raise field_error(name, str(parameters.get("errorMessage") or f"{name} does not match the pattern."))


def _field_value(attempt: Attempt, parameters: Json) -> None:
    checks = {"fieldRequired": _required, "fieldMatchesRegularExpression": _matches}
    check = checks.get(str(parameters.get("ruleType")))
    if check:
        check(attempt, parameters)


def validate(attempt: Attempt, rule: Json) -> None:
    """Applies one validator; 400 in Jira's words when it says no."""
    key, parameters = rule["ruleKey"], rule.get("parameters") or {}
    if key == "system:validate-field-value":
        _field_value(attempt, parameters)
    elif key == "system:parent-or-child-blocking-validator" and not _parent_ready(attempt, parameters):
        raise Refusal(400, ["The parent issue is not in an appropriate status."])
    elif key == "system:previous-status-validator" and not _was(attempt, parameters):
        raise Refusal(400, ["The issue has not been in the required status."])
    elif key == "system:check-permission-validator" and not has_in_project(
        attempt.person, str(parameters.get("permissionKey"))
    ):
        raise Refusal(400, ["You do not have the permission this transition requires."])


VALIDATORS = {
    "system:validate-field-value",
    "system:parent-or-child-blocking-validator",
    "system:previous-status-validator",
    "system:check-permission-validator",
}


def _update_field(context: Context, _actor: Actor, parameters: Json) -> Setting | None:
    name, value = str(parameters.get("field")), parameters.get("value", "")
    site, issue = context.site, context.issue
    if name == "resolution":
        return resolution_setting(site, issue, site.resolutions.get(str(value)))
    if name == "assignee":
        return assignee_setting(site, issue, str(value) or None)
    given: Value = value or None
    if name == "priority":
        given = {"id": str(value)} if value else None
    if name == "labels":
        words = str(value).split()
        given = [*issue.labels, *words] if parameters.get("mode") == "append" else words
    text_context = Context(site=site, issue=issue, version="2")
    return setting(text_context, name, given, allowed={*READERS, *site.fields})


def _change_assignee(context: Context, actor: Actor, parameters: Json) -> Setting | None:
    site, issue = context.site, context.issue
    project = site.project_of(issue)
    default = project.lead if project.assignee_type == "PROJECT_LEAD" else None
    targets: dict[str, str | None] = {
        "to-unassigned": None,
        "to-current-user": actor.person.account_id,
        "to-selected-user": str(parameters.get("accountId") or "") or None,
        "to-default-user": default,
        "to-lead": project.lead,
        "to-reporter": issue.reporter,
    }
    target = targets.get(str(parameters.get("type")))
    if target is not None and (target not in site.people or not has_in_project(site.people[target], "ASSIGNABLE_USER")):
        return None
    return assignee_setting(site, issue, target)


def _copy(context: Context, _actor: Actor, parameters: Json) -> Setting | None:
    site, issue = context.site, context.issue
    source = site.issues.get(issue.parent_id or "") if parameters.get("issueSource") == "PARENT" else issue
    target = site.fields.get(str(parameters.get("targetFieldKey")))
    if source is None or target is None:
        return None
    value = all_fields(site, source, "3", None).get(str(parameters.get("sourceFieldKey")))
    three = Context(site=site, issue=issue, version="3")
    return (
        custom_setting(three, target, value) if target.custom else setting(three, target.id, value, allowed={target.id})
    )


POST_FUNCTIONS: dict[str, Callable[[Context, Actor, Json], Setting | None]] = {
    "system:update-field": _update_field,
    "system:change-assignee": _change_assignee,
    "system:copy-value-from-other-field": _copy,
}


def post_functions(context: Context, actor: Actor, rules: list[Json]) -> list[Setting]:
    """What the post functions of a transition change, in their order."""
    found: list[Setting] = []
    for rule in rules:
        function = POST_FUNCTIONS.get(rule["ruleKey"])
        made = function(context, actor, rule.get("parameters") or {}) if function else None
        if made is not None:
            found.append(made)
    return found
