"""Reads the values clients give to fields, and prepares the change they make, without making it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from jira_sandbox import adf
from jira_sandbox.errors import Refusal, field_error
from jira_sandbox.state.configuration import Named
from jira_sandbox.state.issues import Change, Issue
from jira_sandbox.state.permissions import has_in_project
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

_DURATION = re.compile(r"^\s*(?:\d+(?:\.\d+)?\s*[wdhm]\s*)+$")
_UNIT = {"w": 144000, "d": 28800, "h": 3600, "m": 60}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A field about to change: the line for the history (None when nothing changes) and how to make it so."""

    change: Change | None
    apply: Callable[[Issue], None]


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a value is read: the site, the issue as it is, and the API version the client speaks."""

    site: Site
    issue: Issue
    version: str


Reader = Callable[[Context, Value], Setting]
End = tuple[str | None, str | None]
"""The id and the text of a value, on one side of a change."""


def _setting(field: str, before: End, after: End, apply: Callable[[Issue], None]) -> Setting:
    if before == after:
        return Setting(change=None, apply=apply)
    change = Change(
        field=field,
        field_id=field,
        before=before[0],
        before_text=before[1],
        after=after[0],
        after_text=after[1],
    )
    return Setting(change=change, apply=apply)


def seconds(text: object, field_id: str = "timetracking") -> int:
    """Reads Jira's durations (`2h`, `1d 30m`); days of 8 hours, weeks of 5 days; 400 otherwise."""
    if isinstance(text, (int, float)) or (isinstance(text, str) and text.strip().isdigit()):
        return int(text) * 60
    if not isinstance(text, str) or not _DURATION.match(text):
        raise field_error(field_id, "Invalid time duration entered.")
    return int(sum(float(n) * _UNIT[u] for n, u in re.findall(r"(\d+(?:\.\d+)?)\s*([wdhm])", text)))


def _summary(context: Context, value: Value) -> Setting:
    if not isinstance(value, str) or not value.strip():
        raise field_error("summary", "You must specify a summary of the issue.")
    if "\n" in value or "\r" in value:
        raise field_error("summary", "The summary is invalid because it contains newline characters.")
    if len(value) > 255:
        raise field_error("summary", "Summary can't exceed 255 characters.")
    new = value.strip()
    old = context.issue.summary
    return _setting("summary", (None, old), (None, new), lambda issue: setattr(issue, "summary", new))


def document(context: Context, value: Value, field_id: str) -> Json | None:
    """Reads a rich text: a document in v3 (checked), a text in v2."""
    if value is None:
        return None
    if context.version == "2":
        if not isinstance(value, str):
            raise field_error(field_id, "Operation value must be a string")
        return adf.from_text(value)
    adf.check(value, field_id)
    checked: Json = value
    return checked


def _rich(name: str) -> Reader:
    def read(context: Context, value: Value) -> Setting:
        new = document(context, value, name)
        old: Json | None = getattr(context.issue, name)
        before, after = (None, adf.to_text(old) or None), (None, adf.to_text(new) or None)
        return _setting(name, before, after, lambda issue: setattr(issue, name, new))

    return read


def account(context: Context, value: Value, field_id: str) -> str | None:
    """Reads a person: `{"accountId"}` (or `{"id"}`); null is nobody."""
    if value is None:
        return None
    found = (value.get("accountId") or value.get("id")) if isinstance(value, dict) else None
    if isinstance(value, dict) and not found:
        return None
    if not isinstance(found, str) or found not in context.site.people:
        raise field_error(field_id, "Specify a valid user.")
    return found


def _name(site: Site, account_id: str | None) -> str | None:
    return site.people[account_id].display_name if account_id else None


def assignee_setting(site: Site, issue: Issue, account_id: str | None) -> Setting:
    """Assigns an issue (None: to nobody); 400 when the person cannot be assigned."""
    if account_id is not None and not has_in_project(site.people[account_id], "ASSIGNABLE_USER"):
        raise field_error("assignee", f"User '{account_id}' cannot be assigned issues.")
    before, after = (issue.assignee, _name(site, issue.assignee)), (account_id, _name(site, account_id))
    return _setting("assignee", before, after, lambda target: setattr(target, "assignee", account_id))


def _assignee(context: Context, value: Value) -> Setting:
    account_id = account(context, value, "assignee")
    return assignee_setting(context.site, context.issue, account_id)


def _reporter(context: Context, value: Value) -> Setting:
    new = account(context, value, "reporter")
    if new is None:
        raise field_error("reporter", "Reporter is required.")
    old = context.issue.reporter
    before, after = (old, _name(context.site, old)), (new, _name(context.site, new))
    return _setting("reporter", before, after, lambda issue: setattr(issue, "reporter", new))


def named(items: dict[str, Named], value: Value, field_id: str, label: str) -> Named | None:
    """Reads a priority or a resolution by `{"id"}` or `{"name"}`; null is none."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise field_error(field_id, "data was not an object")
    if "id" in value and str(value["id"]) in items:
        return items[str(value["id"])]
    wanted = value.get("name")
    for item in items.values():
        if item.name == wanted:
            return item
    raise field_error(field_id, f"{label} name '{wanted}' is not valid" if wanted else f"Could not find valid 'id' or 'name' in {field_id} object.")  # fmt: skip # noqa: E501 - Jira's own sentence


def _priority(context: Context, value: Value) -> Setting:
    new = named(context.site.priorities, value, "priority", "Priority")
    old = context.site.priorities.get(context.issue.priority_id or "")
    before, after = _ends(old), _ends(new)
    return _setting("priority", before, after, lambda issue: setattr(issue, "priority_id", new.id if new else None))


def _ends(item: Named | None) -> tuple[str | None, str | None]:
    return (item.id, item.name) if item else (None, None)


def resolution_setting(site: Site, issue: Issue, new: Named | None) -> Setting:
    """Sets or clears the resolution, and with it the date it was resolved."""
    at = site.now()

    def apply(target: Issue) -> None:
        target.resolution_id = new.id if new else None
        target.resolved = at if new else None

    return _setting("resolution", _ends(site.resolutions.get(issue.resolution_id or "")), _ends(new), apply)


def _resolution(context: Context, value: Value) -> Setting:
    new = named(context.site.resolutions, value, "resolution", "Resolution")
    return resolution_setting(context.site, context.issue, new)


def _labels(context: Context, value: Value) -> Setting:
    if not isinstance(value, list) or any(not isinstance(label, str) for label in value):
        raise field_error("labels", "data was not an array")
    for label in value:
        if not label or re.search(r"\s", label):
            raise field_error("labels", f"The label '{label}' contains spaces which is invalid.")
        if len(label) > 255:
            raise field_error("labels", f"The label '{label[:20]}…' exceeds the maximum length of 255 characters.")
    new = sorted(dict.fromkeys(value))
    before, after = ("", " ".join(context.issue.labels)), ("", " ".join(new))
    return _setting("labels", before, after, lambda issue: setattr(issue, "labels", list(new)))


def _due(context: Context, value: Value) -> Setting:
    if value is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
        raise field_error("duedate", "Error parsing date string: " + str(value))
    old = context.issue.due
    return _setting("duedate", (old, old), (value, value), lambda issue: setattr(issue, "due", value))


def _timetracking(context: Context, value: Value) -> Setting:
    if not isinstance(value, dict):
        raise field_error("timetracking", "expected Object")
    issue = context.issue
    original = (
        seconds(value["originalEstimate"]) if value.get("originalEstimate") is not None else issue.original_estimate
    )
    remaining = issue.remaining_estimate
    if value.get("remainingEstimate") is not None:
        remaining = seconds(value["remainingEstimate"])
    elif original is not None and remaining is None:
        remaining = original

    def apply(target: Issue) -> None:
        target.original_estimate, target.remaining_estimate = original, remaining

    return _setting("timeoriginalestimate", _number(issue.original_estimate), _number(original), apply)


def _number(value: int | None) -> tuple[str | None, str | None]:
    return (None, None) if value is None else (str(value), str(value))


READERS: dict[str, Reader] = {
    "summary": _summary,
    "description": _rich("description"),
    "environment": _rich("environment"),
    "assignee": _assignee,
    "reporter": _reporter,
    "priority": _priority,
    "resolution": _resolution,
    "labels": _labels,
    "duedate": _due,
    "timetracking": _timetracking,
}


def not_on_screen(field_id: str) -> Refusal:
    """400 in the words Jira uses for a field that the screen does not offer."""
    return field_error(field_id, f"Field '{field_id}' cannot be set. It is not on the appropriate screen, or unknown.")
