"""Defines the actions Relance may carry out in Jira, each with the natural key that makes doing it twice impossible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from automation_rules.facts import Audience


@dataclass(frozen=True, kw_only=True)
class Action:
    """One intended effect on one issue.

    `key` is unique within an installation and stable across re-runs, e.g.
    `inactivity/waiting-customer-follow-up/10088/20261110T090000Z/3d`. `rule` is the id of the rule that wants it.
    """

    key: str
    rule: str

    @property
    def summary(self) -> str:
        """One line for people: what this action does."""
        return f"{type(self).__name__} for rule {self.rule}"


@dataclass(frozen=True, kw_only=True)
class AddComment(Action):
    """Posts a comment; `audience` has no default on purpose.

    `text` is our small Markdown, already in the customer's language. `on_behalf_of` is the account id of the customer
    whose words these are.
    """

    audience: Audience
    message: str
    text: str
    on_behalf_of: str | None = None

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"post the {self.audience.value} comment “{self.message}”" + _on_behalf(self.on_behalf_of)


@dataclass(frozen=True, kw_only=True)
class MoveTo(Action):
    """Moves the issue from one status to another (pack ids), by `transition` when given, setting `resolution`.

    `on_behalf_of` is the account id of the customer who asked for it: the move then counts as theirs.
    """

    from_status: str | None
    to_status: str
    transition: str | None = None
    resolution: str | None = None
    on_behalf_of: str | None = None

    @property
    def summary(self) -> str:
        """One line for people."""
        resolution = f" with resolution {self.resolution}" if self.resolution else ""
        return f"move from {self.from_status} to {self.to_status}{resolution}" + _on_behalf(self.on_behalf_of)


@dataclass(frozen=True, kw_only=True)
class CreateSubtask(Action):
    """Creates the imputation sub-task of one month (`2026-11`); not `billable` for internal follow-up (A34)."""

    issue_type: str
    title: str
    month: str
    billable: bool

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"create the imputation sub-task “{self.title}”"


@dataclass(frozen=True, kw_only=True)
class Assign(Action):
    """Gives the issue to somebody, or to nobody when `account_id` is None."""

    account_id: str | None

    @property
    def summary(self) -> str:
        """One line for people."""
        return "assign the issue" if self.account_id else "clear the assignee"


@dataclass(frozen=True, kw_only=True)
class Notify(Action):
    """Has Jira send a message to people of the desk (never to customers: they get public comments)."""

    subject: str
    text: str
    account_ids: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    to_assignee: bool = False

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"notify: “{self.subject}”"


@dataclass(frozen=True, kw_only=True)
class AddParticipants(Action):
    """Makes people participants of the request, so that they see and answer it on the portal."""

    account_ids: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"add {len(self.account_ids)} participant(s)"


@dataclass(frozen=True, kw_only=True)
class AddLabel(Action):
    """Puts a label on the issue; the others stay."""

    label: str

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"add the label {self.label}"


@dataclass(frozen=True, kw_only=True)
class LinkTo(Action):
    """Links the issue to another one of its project (`other`, a key), if that one is closed."""

    other: str

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"link to {self.other}, if that one is closed"


@dataclass(frozen=True, kw_only=True)
class AddWatcher(Action):
    """Makes an agent watch the issue: Jira tells them what happens to it, and customers see nothing of that."""

    account_id: str

    @property
    def summary(self) -> str:
        """One line for people."""
        return "let the former assignee, or who logged time, watch the issue"


@dataclass(frozen=True, kw_only=True)
class SetLevel(Action):
    """Gives the request to a support level: `level` is the pack's id, `option` its name in Jira.

    `at` (UTC) and `by` (an account id, None for Relance) are written down where the site has no field for it.
    """

    level: str
    option: str
    at: datetime
    by: str | None = None

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"give the request to {self.option}"


@dataclass(frozen=True, kw_only=True)
class SetProperty(Action):
    """Writes an issue property, for JQL, queues and Jira's own automation."""

    name: str
    value: Any

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"write the issue property {self.name}"


def _on_behalf(account: str | None) -> str:
    return f" on behalf of {account}" if account else ""
