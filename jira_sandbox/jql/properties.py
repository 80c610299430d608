"""Answers JQL about issue properties: written in full, or by an app's alias with the type its descriptor gives."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jira_sandbox.jql.dates import instant
from jira_sandbox.jql.fields import View
from jira_sandbox.jql.syntax import Clause, jql_error
from jira_sandbox.state.indexed import IndexedPath
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.shapes import Value

ORDERED: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WRITTEN = re.compile(r"^issue\.property\[([^\]]+)\](?:\.(.+))?$", re.IGNORECASE)


def values(issue: Issue, key: str, path: str | None) -> list[Value]:
    """What a property holds there: each item of a list, nothing for an object."""
    found: Value = issue.properties.get(key)
    for step in path.split(".") if path else []:
        found = found.get(step) if isinstance(found, dict) else None
    items = found if isinstance(found, list) else [found]
    return [item for item in items if item is not None and not isinstance(item, dict)]


def by_path(clause: Clause, key: str, path: str | None) -> Callable[[Issue], bool]:
    """A test on `issue.property[key].path`: values are compared as they look."""
    wanted = [operand.text for operand in clause.operands]

    def found(issue: Issue) -> list[str]:
        return [_plain(item) for item in values(issue, key, path)]

    if clause.operator in ("is", "is not"):
        wants_empty = clause.operator == "is"
        return lambda issue: bool(found(issue)) != wants_empty
    if clause.operator in ("=", "in", "~"):
        return lambda issue: any(value in wanted for value in found(issue))
    if clause.operator in ("!=", "not in"):
        return lambda issue: bool(found(issue)) and not any(value in wanted for value in found(issue))
    compare = ORDERED[clause.operator]
    return lambda issue: any(compare(_number(value), _number(wanted[0])) for value in found(issue))


def by_alias(view: View, clause: Clause, indexed: IndexedPath) -> Callable[[Issue], bool]:
    """A test on an alias; a date is an instant, and what cannot be read as the declared type was not indexed."""
    if indexed.type != "date" or clause.operator in ("is", "is not"):
        return by_path(clause, indexed.property_key, indexed.path)
    zone, now = ZoneInfo(view.viewer.time_zone), view.site.now()
    bounds = [instant(operand, clause.field, now, zone) for operand in clause.operands]
    compare = {**ORDERED, "=": operator.eq, "!=": operator.ne}.get(clause.operator)
    if compare is None:
        raise jql_error(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")

    def test(issue: Issue) -> bool:
        dates = (_date(value) for value in values(issue, indexed.property_key, indexed.path))
        return any(compare(date, bounds[0]) for date in dates if date is not None)

    return test


def _date(value: Value) -> datetime | None:
    """`YYYY-MM-DD`, or `YYYY-MM-DDThh:mm` with an offset: all Jira indexes as a date."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d([+-]\d\d:\d\d|Z))?", value):
        return None
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _plain(item: Value) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def _number(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
