"""Reads back what an administrator set up by hand in a service desk, as far as Jira shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from automation_rules.checklist.items import Desk
from connect_app.errors import Refused
from connect_app.jira.patience import PatientClient

_DESK = "rest/servicedeskapi/servicedesk"
_SLA_FIELD = "com.atlassian.servicedesk:sd-sla-field"
_PAGE = 50

T = TypeVar("T")


def read_desk(jira: PatientClient, project_key: str) -> Desk:
    """The desk of a project; a part that this site does not show is None. Raises as the client otherwise."""
    return Desk(
        request_types=_allowed(lambda: _request_types(jira, project_key)),
        queues=_allowed(lambda: _queues(jira, project_key)),
        slas=_allowed(lambda: _slas(jira)),
        priorities=_allowed(lambda: frozenset(str(p["name"]) for p in jira.pages("priority/search"))),
        webhooks=_allowed(lambda: _webhooks(jira)),
    )


def _allowed(read: Callable[[], T]) -> T | None:
    """A reading, or None where Jira refuses it to this account or does not have it."""
    try:
        return read()
    except Refused:
        return None


def _pages(jira: PatientClient, path: str) -> Iterator[Mapping[str, Any]]:
    start = 0
    while True:
        page = jira.client.get(path, {"start": start, "limit": _PAGE})
        values = page.get("values") or []
        yield from values
        start += len(values)
        if not values or page.get("isLastPage", True):
            return


def _request_types(jira: PatientClient, key: str) -> Mapping[str, bool]:
    return {str(t["name"]): bool(t.get("groupIds")) for t in _pages(jira, f"{_DESK}/{key}/requesttype")}


def _queues(jira: PatientClient, key: str) -> Mapping[str, str]:
    return {str(q["name"]): str(q.get("jql") or "") for q in _pages(jira, f"{_DESK}/{key}/queue")}


def _slas(jira: PatientClient) -> frozenset[str]:
    """Each SLA has a field of its own name, on the whole site."""
    return frozenset(str(f["name"]) for f in jira.get("field") if (f.get("schema") or {}).get("custom") == _SLA_FIELD)


def _webhooks(jira: PatientClient) -> frozenset[str]:
    """The addresses of the webhooks set up by hand; only the older interface lists them, and only to administrators."""
    return frozenset(str(hook["url"]) for hook in jira.client.get("rest/webhooks/1.0/webhook") if hook.get("enabled"))
