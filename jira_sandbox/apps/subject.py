"""What a webhook is about, with the questions that decide who hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jira_sandbox.apps.events import ISSUE_EVENTS
from jira_sandbox.apps.filters import filter_problem, issue_passes
from jira_sandbox.apps.url_variables import fill, webhook_values
from jira_sandbox.happening import Happening

Matches = Callable[[str, str], bool]
IssueProperties = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Subject:
    """One happening, with the site's means of answering questions about its issue."""

    happening: Happening
    matches: Matches
    issue_properties: IssueProperties

    def passes(self, jql: str | None) -> bool:
        """Whether the issue matches; a filter is not honoured where the event is not about an issue."""
        issue_id = self.happening.issue_id
        if not jql or not jql.strip() or issue_id is None or self.happening.event not in ISSUE_EVENTS:
            return True
        return self.holds(jql, issue_id)

    def holds(self, jql: str, issue_id: str) -> bool:
        """Whether the issue matches, by the site, or by its last state once the site no longer has it."""
        issue = self.happening.body.get("issue")
        gone = self.happening.event == "jira:issue_deleted"
        if gone and isinstance(issue, Mapping) and filter_problem(jql) is None:
            return issue_passes(jql, issue)
        return self.matches(jql, issue_id)

    def address(self, url: str) -> str:
        """The URL with its variables filled."""
        return fill(url, webhook_values(self.happening.body, self.happening.issue_id, self.happening.project_key))

    def payload(self, property_keys: Iterable[str] = (), *, exclude_body: bool = False, **more: Any) -> bytes:
        """The body as sent: empty, or JSON with the wanted issue properties in `issue.properties`."""
        if exclude_body:
            return b""
        body = {**self.happening.body, **more}
        keys = tuple(property_keys)
        issue = body.get("issue")
        if keys and isinstance(issue, Mapping) and not self.happening.event.endswith("deleted"):
            known = self.issue_properties(self.happening.issue_id or str(issue.get("id", "")))
            body["issue"] = {**issue, "properties": {key: known[key] for key in keys if key in known}}
        return json.dumps(body, ensure_ascii=False).encode()
