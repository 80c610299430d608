"""Defines the small grammar of conditions a rule may carry, and says in words why one holds or does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from automation_rules.facts import Issue
from workflows.graph import folded
from workflows.model import Document, Id, Pack, RequestType, StatusRole


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str | int) else value


Month = Annotated[int, Field(ge=1, le=12)]


class When(Document):
    """What must be true of an issue: every key given must hold, a list holds when one of its values does.

    `request_type` is an id of the pack's; `priority` and `organization` are compared as people compare names;
    `assigned` asks whether somebody holds the request, `resolved` whether it has a resolution; `month` is that of the
    moment asked about, on the desk's wall.
    """

    status: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = ()
    role: Annotated[tuple[StatusRole, ...], BeforeValidator(_one_or_more)] = ()
    not_role: Annotated[tuple[StatusRole, ...], BeforeValidator(_one_or_more)] = ()
    issue_type: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    request_type: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = ()
    priority: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    organization: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    assigned: bool | None = None
    resolved: bool | None = None
    month: Annotated[tuple[Month, ...], BeforeValidator(_one_or_more)] = ()

    def has_status(self, pack: Pack, status: str | None) -> bool:
        """Whether a status meets the conditions on status and role; an unknown one meets only none at all."""
        if not (self.status or self.role or self.not_role):
            return True
        if status is None:
            return False
        role = pack.status(status).role
        return (
            (not self.status or status in self.status)
            and (not self.role or role in self.role)
            and role not in self.not_role
        )


ALWAYS = When()
"""No condition at all."""


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds, and the sentence that says why."""

    holds: bool
    because: str


def request_types(pack: Pack) -> dict[str, RequestType]:
    """The pack's request types by the Jira issue types that are theirs, as written and folded, aliases included."""
    names = {alias: request for request in pack.request_types for alias in request.aliases}
    names |= {request.issue_type: request for request in pack.request_types}
    return names | {folded(name): request for name, request in names.items()}


def examine(when: When, issue: Issue, pack: Pack, at: datetime, time_zone: str) -> Verdict:
    """Whether an issue meets the conditions, with the first that fails or all that hold."""
    if when == ALWAYS:
        return Verdict(holds=True, because="it concerns every request")
    request = request_types(pack).get(folded(issue.issue_type)) if when.request_type else None
    month = at.astimezone(ZoneInfo(time_zone)).month
    where = f"the request is in {issue.status}" if issue.status else f"no status of the pack is “{issue.status_name}”"
    checks: list[tuple[bool, bool, str]] = [
        (bool(when.status or when.role or when.not_role), when.has_status(pack, issue.status), where),
        (bool(when.issue_type), _among(issue.issue_type, when.issue_type), f"its type is {issue.issue_type}"),
        (
            bool(when.request_type),
            request is not None and request.id in when.request_type,
            f"its request type is {request.id if request else 'none of the pack'}",
        ),
        (bool(when.priority), _among(issue.priority or "", when.priority), f"its priority is {issue.priority}"),
        (
            bool(when.organization),
            any(_among(name, when.organization) for name in issue.organizations),
            f"its organisations are {', '.join(issue.organizations) or 'none'}",
        ),
        (when.assigned is not None, when.assigned is (issue.assignee is not None), _holder(issue)),
        (when.resolved is not None, when.resolved is bool(issue.resolution), f"its resolution is {issue.resolution}"),
        (bool(when.month), month in when.month, f"the month is {month}"),
    ]
    asked = [(holds, why) for given, holds, why in checks if given]
    for holds, why in asked:
        if not holds:
            return Verdict(holds=False, because=why)
    return Verdict(holds=True, because=", ".join(why for _, why in asked))


def _holder(issue: Issue) -> str:
    return "somebody holds it" if issue.assignee else "nobody holds it"


def _among(value: str, allowed: tuple[str, ...]) -> bool:
    return folded(value) in map(folded, allowed)
