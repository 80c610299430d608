"""The events a webhook may ask for, and which of them are about an issue (contract §2.1)."""

from __future__ import annotations


def _family(prefix: str, *endings: str) -> frozenset[str]:
    return frozenset(f"{prefix}{ending}" for ending in endings)


_CRUD = ("created", "updated", "deleted")

ISSUE_EVENTS = (
    _family("jira:issue_", *_CRUD)
    | _family("issue_property_", "set", "deleted")
    | _family("comment_", *_CRUD)
    | _family("worklog_", *_CRUD)
    | _family("attachment_", "created", "deleted")
)
"""Events on which a `filter` is honoured."""

KNOWN_EVENTS = (
    ISSUE_EVENTS
    | _family("issuelink_", "created", "deleted")
    | _family("issuetype_", *_CRUD)
    | _family("project_", *_CRUD, "soft_deleted", "restored_deleted", "archived", "restored_archived")
    | _family("jira:version_", "released", "unreleased", "created", "moved", "updated", "deleted")
    | _family("filter_", *_CRUD)
    | _family("user_", *_CRUD)
    | _family("sprint_", *_CRUD, "started", "closed")
    | _family("board_", *_CRUD, "configuration_changed")
    | _family("option_", *(f"{name}_changed" for name in ("voting", "watching", "unassigned_issues", "subtasks")))
    | _family("option_", *(f"{name}_changed" for name in ("attachments", "issuelinks", "timetracking")))
    | _family("connect_addon_", "enabled", "disabled")
    | _family("app_access_to_objects_", "blocked", "in_container_blocked")
    | {"jira_expression_evaluation_failed"}
)

DYNAMIC_EVENTS = frozenset(
    event
    for event in KNOWN_EVENTS
    if event.startswith(("jira:issue_", "comment_", "issue_property_", "sprint_", "jira:version_"))
)
"""Events a dynamic webhook may ask for: no worklog, no issue link."""
