"""The fields JQL may ask about: what an issue has there, and what a client's words mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jira_sandbox.jql.syntax import Operand, jql_error
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Person
from jira_sandbox.state.site import Site


@dataclass(frozen=True, kw_only=True)
class View:
    """Who asks, of which site."""

    site: Site
    viewer: Person


Values = Callable[[Site, Issue], set[str]]
Meaning = Callable[[View, Operand], set[str]]
CATEGORY_KEYS = {
    "new": "TODO", "to do": "TODO", "2": "TODO", "indeterminate": "IN_PROGRESS", "in progress": "IN_PROGRESS",
    "4": "IN_PROGRESS", "done": "DONE", "3": "DONE",
}  # fmt: skip


def _missing(operand: Operand, field: str) -> Exception:
    return jql_error(f"The value '{operand.text}' does not exist for the field '{field}'.")


def _by_name(field: str, items: Callable[[Site], dict[str, str]]) -> Meaning:
    """Values that are ids or names; a name may stand for several."""

    def mean(view: View, operand: Operand) -> set[str]:
        known = items(view.site)
        if operand.text in known:
            return {operand.text}
        found = {item for item, name in known.items() if name.casefold() == operand.text.casefold()}
        if not found:
            raise _missing(operand, field)
        return found

    return mean


def _projects(view: View, operand: Operand) -> set[str]:
    for project in view.site.projects.values():
        if operand.text in (project.id, project.name) or operand.text.upper() == project.key:
            return {project.id}
    raise _missing(operand, "project")


def _issues(field: str) -> Meaning:
    def mean(view: View, operand: Operand) -> set[str]:
        issue = view.site.find_issue(operand.text)
        if issue is None:
            raise jql_error(f"An issue with key '{operand.text}' does not exist for field '{field}'.")
        return {issue.id}

    return mean


def _people(field: str) -> Meaning:
    def mean(view: View, operand: Operand) -> set[str]:
        if operand.function is not None:
            if operand.function.lower() != "currentuser":
                raise jql_error(f"Unable to find JQL function '{operand.function}()'.")
            return {view.viewer.account_id}
        if operand.text not in view.site.people:
            raise _missing(operand, field)
        return {operand.text}

    return mean


def _issue_types(view: View, operand: Operand) -> set[str]:
    """Types by id or name, or all of one kind; a function without a type of its kind means nothing, as in Jira."""
    types = view.site.issue_types.values()
    if operand.function is not None:
        kinds = {"standardissuetypes": False, "subtaskissuetypes": True}
        if operand.function.lower() not in kinds:
            raise jql_error(f"Unable to find JQL function '{operand.function}()'.")
        return {item.id for item in types if item.subtask is kinds[operand.function.lower()]}
    return _by_name("issuetype", lambda site: {item.id: item.name for item in site.issue_types.values()})(view, operand)


def _categories(_view: View, operand: Operand) -> set[str]:
    try:
        return {CATEGORY_KEYS[operand.text.lower()]}
    except KeyError:
        raise _missing(operand, "statusCategory") from None


def _labels(_view: View, operand: Operand) -> set[str]:
    return {operand.text}


def _resolutions(view: View, operand: Operand) -> set[str]:
    if operand.text.lower() == "unresolved" and not operand.quoted:
        return {""}
    return _by_name("resolution", lambda site: {item.id: item.name for item in site.resolutions.values()})(
        view, operand
    )


def _one(value: str | None) -> set[str]:
    return {value} if value else set()


SETS: dict[str, tuple[Values, Meaning]] = {
    "organizations": (
        lambda _site, issue: set(issue.organizations),
        _by_name("Organizations", lambda site: {item.id: item.name for item in site.organizations.values()}),
    ),
    "project": (lambda _site, issue: {issue.project_id}, _projects),
    "status": (
        lambda _site, issue: {issue.status_id},
        _by_name("status", lambda site: {item.id: item.name for item in site.statuses.values()}),
    ),
    "statuscategory": (lambda site, issue: {site.statuses[issue.status_id].category}, _categories),
    "issuetype": (
        lambda _site, issue: {issue.type_id},
        _issue_types,
    ),
    "key": (lambda _site, issue: {issue.id}, _issues("key")),
    "parent": (lambda _site, issue: _one(issue.parent_id), _issues("parent")),
    "labels": (lambda _site, issue: set(issue.labels), _labels),
    "assignee": (lambda _site, issue: _one(issue.assignee), _people("assignee")),
    "reporter": (lambda _site, issue: _one(issue.reporter), _people("reporter")),
    "creator": (lambda _site, issue: _one(issue.creator), _people("creator")),
    "priority": (
        lambda _site, issue: _one(issue.priority_id),
        _by_name("priority", lambda site: {item.id: item.name for item in site.priorities.values()}),
    ),
    "resolution": (lambda _site, issue: _one(issue.resolution_id), _resolutions),
}
"""Fields whose value is a set of ids."""

ALIASES = {
    "type": "issuetype",
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "resolved": "resolutiondate",
    "createddate": "created",
    "updateddate": "updated",
    "due": "duedate",
    "label": "labels",
}
DATES: dict[str, Callable[[Issue], datetime | None]] = {
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolutiondate": lambda issue: issue.resolved,
    "statuscategorychangeddate": lambda issue: issue.category_changed,
}
"""Fields whose value is an instant."""


def canonical(field: str) -> str:
    """The one name of a field."""
    lower = field.lower()
    return ALIASES.get(lower, lower)
