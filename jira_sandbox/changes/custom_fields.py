"""Reads the values clients give to custom fields, JSM's own among them."""

from __future__ import annotations

import json
from typing import cast

from jira_sandbox.changes.fields import Context, Setting, account, document
from jira_sandbox.errors import field_error
from jira_sandbox.state.configuration import Field
from jira_sandbox.state.issues import Change, Issue
from jira_sandbox.state.shapes import Value

_READ_ONLY = {"sd-sla-field", "sd-approvals"}


def custom_setting(context: Context, field: Field, value: Value) -> Setting:
    """Prepares the change of a custom field from what a client sent; 400 when the value does not fit its type."""
    kind = str(field.schema.get("custom", ""))
    if kind.startswith("com.atlassian.servicedesk:"):
        return _desk_setting(context, field, kind.partition(":")[2], value)
    new = _checked(context, field, value)
    before = context.issue.custom.get(field.id)

    def apply(issue: Issue) -> None:
        if new is None:
            issue.custom.pop(field.id, None)
        else:
            issue.custom[field.id] = new

    return Setting(change=_change(field, before, new), apply=apply)


def _change(field: Field, before: Value, after: Value) -> Change | None:
    if before == after:
        return None
    return Change(
        field=field.name,
        field_id=field.id,
        before=None,
        before_text=_text(before),
        after=None,
        after_text=_text(after),
        field_type="custom",
    )


def _text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return str(value.get("value") or value.get("displayName") or value.get("accountId") or json.dumps(value))
    return str(value) if not isinstance(value, list) else ", ".join(_text(item) or "" for item in value)


def _checked(context: Context, field: Field, value: Value) -> Value:
    if value is None:
        return None
    kind = field.schema.get("type")
    custom = str(field.schema.get("custom", ""))
    if custom.endswith(":textarea"):
        return document(context, value, field.id)
    if kind == "user":
        account_id = account(context, value, field.id)
        return {"accountId": account_id} if account_id else None
    fits = {
        "string": isinstance(value, str),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "array": isinstance(value, list),
        "option": isinstance(value, dict) and bool({"value", "id"} & set(value)),
        "date": isinstance(value, str),
        "datetime": isinstance(value, str),
    }
    if not fits.get(str(kind), True):
        raise field_error(field.id, f"Operation value must be a {kind}")
    return _chosen(field, value) if kind == "option" and field.options else value


def _chosen(field: Field, value: Value) -> Value:
    """The option of a list that a client named by its id or its words."""
    for option in field.options:
        if not option.disabled and (str(value.get("id")) == option.id or value.get("value") == option.value):
            return {"id": option.id, "value": option.value}
    raise field_error(field.id, f"Option value '{value.get('value') or value.get('id')}' is not valid")


def _desk_setting(context: Context, field: Field, kind: str, value: Value) -> Setting:
    site, issue = context.site, context.issue
    if kind in _READ_ONLY:
        raise field_error(
            field.id, f"Field '{field.id}' cannot be set. It is not on the appropriate screen, or unknown."
        )
    if kind == "sd-customer-organizations":
        ids = [str(item) for item in value or []]
        if any(item not in site.organizations for item in ids):
            raise field_error(field.id, "The organization does not exist.")
        return Setting(
            change=_change(field, issue.organizations, ids), apply=lambda target: setattr(target, "organizations", ids)
        )
    if kind == "sd-request-participants":
        people = [cast("str", account(context, item, field.id)) for item in value or []]
        return Setting(
            change=_change(field, issue.participants, people),
            apply=lambda target: setattr(target, "participants", people),
        )
    chosen = str(value) if value is not None else None
    if chosen is not None and chosen not in {item.id for item in site.project_of(issue).request_types}:
        raise field_error(field.id, "The request type is not valid.")
    return Setting(
        change=_change(field, issue.request_type_id, chosen),
        apply=lambda target: setattr(target, "request_type_id", chosen),
    )
