"""JSM's pages: `start` and `limit`, links instead of totals."""

from __future__ import annotations

from typing import TypeVar

from jira_sandbox.errors import Refusal, bad_request
from jira_sandbox.routing import Answer, Call
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.permissions import visible_request
from jira_sandbox.state.shapes import Json

Item = TypeVar("Item")
MOST = 100


def cut(call: Call, items: list[Item]) -> list[Item]:
    """The items of the page asked for."""
    start, limit = _bounds(call)
    return items[start : start + limit]


def _bounds(call: Call) -> tuple[int, int]:
    start, limit = call.number("start", 0), call.number("limit", 50)
    if start < 0 or limit < 1:
        raise bad_request("The start and limit parameters must be positive.")
    return start, min(limit, MOST)


def paged(call: Call, views: list[Json], total: int) -> Answer:
    """The page around views already cut."""
    start, limit = _bounds(call)
    address = f"{call.site.base_url}{call.template}"
    for name, value in call.params.items():
        address = address.replace(f"{{{name}}}", value)
    links: Json = {"base": call.site.base_url, "context": "", "self": f"{address}?start={start}&limit={limit}"}
    last = start + len(views) >= total
    if not last:
        links["next"] = f"{address}?start={start + limit}&limit={limit}"
    if start:
        links["prev"] = f"{address}?start={max(start - limit, 0)}&limit={limit}"
    body: Json = {"_expands": [], "size": len(views), "start": start, "limit": limit, "isLastPage": last}
    return Answer(body=body | {"_links": links, "values": views})


def request_of(call: Call) -> Issue:
    """The request a call is about, if its caller sees it as an agent or as its customer."""
    return visible_request(call.site, call.person, call.param("issueIdOrKey"))


def require_agent(call: Call) -> None:
    """403 unless the caller is an agent of the desk."""
    if not call.person.is_agent:
        raise Refusal(403, ["You do not have permission: only agents of the service desk may do this."])
