"""The faults a tester asked for: answers lost or refused, slow indexes, rate limits."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


Effect = Literal["reset_before", "timeout_before", "reset_after", "timeout_after", "stop_after", "fail_after"]


Reason = Literal["jira-burst-based", "jira-per-issue-on-write", "jira-quota-tenant-based", "jira-quota-global-based"]


class RestFault(_Document):
    """What goes wrong with requests that match: the first `skip` of them pass, then `times` go wrong.

    `principal` is "app" or an e-mail address, as in the log of requests. Before the effect: a `status`, `reset_before`,
    `timeout_before`. After it: `reset_after`, `timeout_after`, `stop_after` and `fail_after`, which answers 500.
    """

    principal: str | None = None
    method: str | None = None
    path: str | None = None
    status: Literal[301, 302, 303, 409, 429, 500, 503] | None = None
    location: str | None = None
    retry_after: int | None = Field(default=None, alias="retryAfter")
    reason: Reason = "jira-burst-based"
    effect: Effect | None = None
    skip: int = Field(default=0, ge=0)
    times: int = 1

    def hits(self, method: str, path: str, principal: str | None) -> bool:
        """Tells whether this fault is due for a request, and counts it."""
        if self.times <= 0 or (self.method and self.method.upper() != method):
            return False
        if self.path and not re.search(self.path, path):
            return False
        if self.principal is not None and self.principal != principal:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class RateLimit(_Document):
    """Limits that answer 429: writes on one issue, requests per method and operation (burst), an app's points (quota).

    The quota is told in headers on every answer to an app: in those of today, or in the announced ones (`structured`).
    """

    per_issue_writes: int | None = Field(default=None, alias="perIssueWrites")
    per_issue_seconds: float = Field(default=2.0, alias="perIssueSeconds")
    burst: int | None = None
    burst_seconds: float = Field(default=1.0, alias="burstSeconds")
    retry_after: int = Field(default=1, alias="retryAfter")
    quota: int | None = None
    quota_seconds: float = Field(default=3600.0, alias="quotaSeconds")
    quota_reason: Reason = Field(default="jira-quota-tenant-based", alias="quotaReason")
    structured: bool = False


class Faults(_Document):
    """Everything that may go wrong on a site; the empty document is a healthy one."""

    webhooks: dict[str, Any] = Field(default_factory=dict)
    rest: list[RestFault] = Field(default_factory=list)
    search_lag: float = Field(default=0.0, alias="searchLag", ge=0)
    rate_limit: RateLimit | None = Field(default=None, alias="rateLimit")

    def rest_fault(self, method: str, path: str, principal: str | None) -> RestFault | None:
        """The first REST fault due for a request, already counted."""
        return next((fault for fault in self.rest if fault.hits(method, path, principal)), None)
