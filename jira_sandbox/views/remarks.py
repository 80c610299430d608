"""Comments, worklogs and changelog entries in Jira's JSON."""

from __future__ import annotations

from jira_sandbox import adf
from jira_sandbox.state.issues import Change, Comment, History, Issue, Worklog
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views import basics


def _text(document: Json | None, version: str) -> Value:
    return adf.to_text(document) if version == "2" and document is not None else document


def property_list(properties: dict[str, Value]) -> list[Json]:
    """Entity properties as `expand=properties` lists them."""
    return [{"key": key, "value": value} for key, value in properties.items()]


def comment(site: Site, issue: Issue, item: Comment, version: str = "3", *, expand: str = "") -> Json:
    """A comment; `jsdPublic` only in service desk projects."""
    view: Json = {
        "self": basics.link(site, version, f"issue/{issue.id}/comment/{item.id}"),
        "id": item.id,
        "author": basics.user(site, item.author, version),
        "body": _text(item.body, version),
        "updateAuthor": basics.user(site, item.update_author, version),
        "created": basics.stamp(site, item.created),
        "updated": basics.stamp(site, item.updated),
    }
    if site.project_of(issue).desk_id:
        view["jsdPublic"] = item.public
    if item.visibility:
        view["visibility"] = item.visibility
    if "properties" in expand:
        view["properties"] = property_list(item.properties)
    if "renderedBody" in expand:
        view["renderedBody"] = adf.to_text(item.body)
    return view


def worklog(site: Site, issue: Issue, item: Worklog, version: str = "3", *, expand: str = "") -> Json:
    """A worklog."""
    view: Json = {
        "self": basics.link(site, version, f"issue/{issue.id}/worklog/{item.id}"),
        "author": basics.user(site, item.author, version),
        "updateAuthor": basics.user(site, item.update_author, version),
        "created": basics.stamp(site, item.created),
        "updated": basics.stamp(site, item.updated),
        "started": basics.stamp(site, item.started),
        "timeSpent": basics.duration(item.seconds),
        "timeSpentSeconds": item.seconds,
        "id": item.id,
        "issueId": issue.id,
    }
    if item.comment is not None:
        view["comment"] = _text(item.comment, version)
    if item.visibility:
        view["visibility"] = item.visibility
    if "properties" in expand:
        view["properties"] = property_list(item.properties)
    return view


def change(item: Change) -> Json:
    """One line of a changelog entry. Its ends may be null (contract: optional strings)."""
    return {
        "field": item.field,
        "fieldtype": item.field_type,
        "fieldId": item.field_id,
        "from": item.before,
        "fromString": item.before_text,
        "to": item.after,
        "toString": item.after_text,
    }


def history(site: Site, item: History, version: str = "3") -> Json:
    """A changelog entry."""
    view: Json = {
        "id": item.id,
        "author": basics.user(site, item.author, version),
        "created": basics.stamp(site, item.created),
        "items": [change(line) for line in item.changes],
    }
    if item.metadata:
        view["historyMetadata"] = item.metadata
    return view
