"""Changes the fields of issues: `fields` and `update` of PUT issue and of transitions, with their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jira_sandbox.changes import announce
from jira_sandbox.changes.custom_fields import custom_setting
from jira_sandbox.changes.fields import READERS, Context, Setting, assignee_setting, not_on_screen
from jira_sandbox.errors import Refusal, bad_request, field_error
from jira_sandbox.state.issues import Change, History, Issue
from jira_sandbox.state.people import Actor
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

ADDED_ELSEWHERE = {"comment", "worklog", "issuelinks"}
"""Names in `update` that add other objects than field values."""


def settings(
    context: Context, fields: Json, update: Json, *, allowed: Collection[str], fixed: Collection[str] = ()
) -> list[Setting]:
    """What a request's fields would change; every bad field is reported at once, as Jira does."""
    problems: dict[str, str] = {}
    messages: list[str] = []
    found: list[Setting] = []
    both = set(fields) & set(update)
    if both:
        raise bad_request(f"Field '{min(both)}' cannot be set with both 'fields' and 'update'.")
    wishes = dict(fields)
    wishes |= {name: _operated(context, name, ops) for name, ops in update.items() if name not in ADDED_ELSEWHERE}
    for name, value in wishes.items():
        if name in fixed:
            continue
        try:
            found.append(setting(context, name, value, allowed=allowed))
        except Refusal as refusal:
            problems |= refusal.errors
            messages += refusal.messages
    if problems or messages:
        raise Refusal(400, messages, problems)
    return found


def setting(context: Context, name: str, value: Value, *, allowed: Collection[str]) -> Setting:
    """What one field would change; 400 when it is unknown or not on the screen."""
    if name not in allowed:
        raise not_on_screen(name)
    reader = READERS.get(name)
    if reader is not None:
        return reader(context, value)
    field = context.site.fields.get(name)
    if field is None or not field.custom:
        raise not_on_screen(name)
    return custom_setting(context, field, value)


def _operated(context: Context, name: str, operations: Value) -> Value:
    if not isinstance(operations, list):
        raise field_error(name, "Field operations must be an array")
    value = _current(context, name)
    for operation in operations:
        if not isinstance(operation, dict) or len(operation) != 1:
            raise field_error(name, "Each operation must be an object with exactly one verb")
        verb, given = next(iter(operation.items()))
        if verb == "set" or (verb == "edit" and isinstance(given, dict)):
            value = given
        elif verb in ("add", "remove") and isinstance(value, list):
            value = [item for item in value if item != given]
            value = [*value, given] if verb == "add" else value
        else:
            raise field_error(name, f"Field does not support update '{verb}'")
    return value


def _current(context: Context, name: str) -> Value:
    issue = context.issue
    if name == "labels":
        return list(issue.labels)
    field = context.site.fields.get(name)
    kind = str(field.schema.get("custom", "")) if field else ""
    if kind.endswith("sd-customer-organizations"):
        return [int(item) for item in issue.organizations]
    if kind.endswith("sd-request-participants"):
        return [{"accountId": item} for item in issue.participants]
    return list(issue.custom.get(name) or []) if field and field.schema.get("type") == "array" else None


def record(
    site: Site, issue: Issue, actor: Actor, changes: Iterable[Change], metadata: Json | None = None
) -> History | None:
    """Keeps the history of what changed and moves `updated`; None when nothing did."""
    lines = tuple(changes)
    issue.updated = site.now()
    if not lines:
        return None
    history = History(
        id=site.ids.id("history"),
        author=actor.person.account_id,
        created=site.now(),
        changes=lines,
        metadata=metadata,
    )
    issue.histories.append(history)
    return history


def edit(site: Site, issue: Issue, actor: Actor, found: list[Setting], metadata: Json | None = None) -> None:
    """Makes prepared changes, keeps their history and says so."""
    site.keep_version(issue)
    changes = [item.change for item in found if item.change is not None]
    for item in found:
        item.apply(issue)
    if not changes:
        return
    history = record(site, issue, actor, changes, metadata)
    assigned = {change.field_id for change in changes} == {"assignee"}
    announce.issue_updated(site, issue, actor, "issue_assigned" if assigned else "issue_updated", history=history)


def assign(site: Site, issue: Issue, actor: Actor, account_id: str | None) -> None:
    """Assigns an issue; "-1" is the project's default assignee."""
    if account_id == "-1":
        project = site.project_of(issue)
        account_id = project.lead if project.assignee_type == "PROJECT_LEAD" else None
    if account_id is not None:
        site.person(account_id)
    edit(site, issue, actor, [assignee_setting(site, issue, account_id)])
