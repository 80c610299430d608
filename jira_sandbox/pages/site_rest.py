"""Reads and writes a site through its own REST, as one viewer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Call = Callable[[str, str, dict[str, Any] | None, str], tuple[int, Any]]

MOST_PAGES = 20
PLATFORM = "/rest/api/3"
DESK = "/rest/servicedeskapi"


class Refused(Exception):
    """The site answered 4xx or 5xx; `messages` are its own words."""

    def __init__(self, status: int, messages: list[str]) -> None:
        super().__init__(f"{status}: {'; '.join(messages)}")
        self.status = status
        self.messages = messages


@dataclass(frozen=True)
class Rest:
    """The site as one person sees it."""

    call: Call
    account_id: str

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at a path; raises Refused."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Sends a JSON body and returns the answer; raises Refused."""
        return self._send("POST", path, body)

    def search(self, jql: str, fields: list[str]) -> list[dict[str, Any]]:
        """The issues a JQL finds, page after page, up to a bound."""
        found: list[dict[str, Any]] = []
        body: dict[str, Any] = {"jql": jql, "fields": fields, "maxResults": 100}
        for _ in range(MOST_PAGES):
            page = self.post(f"{PLATFORM}/search/jql", body)
            found += page.get("issues", [])
            token = page.get("nextPageToken")
            if not token:
                break
            body = {**body, "nextPageToken": token}
        return found

    def desk_values(self, path: str, **query: str | int) -> list[dict[str, Any]]:
        """The values of a JSM list, page after page, up to a bound."""
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = self.get(path, **query, start=len(found), limit=50)
            values = page.get("values", [])
            found += values
            if page.get("isLastPage", True) or not values:
                break
        return found

    def platform_values(self, path: str, name: str = "values", **query: str | int) -> list[dict[str, Any]]:
        """The values of a classic Jira list, page after page, up to a bound."""
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = self.get(path, **query, startAt=len(found), maxResults=100)
            values = page.get(name, [])
            found += values
            if not values or len(found) >= page.get("total", 0):
                break
        return found

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        status, answer = self.call(method, path, body, self.account_id)
        if status >= 400:
            raise Refused(status, list(_messages(answer)))
        return answer if answer is not None else {}


def _messages(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        yield from map(str, answer.get("errorMessages") or ())
        yield from (f"{name}: {text}" for name, text in (answer.get("errors") or {}).items())
        if answer.get("errorMessage"):
            yield str(answer["errorMessage"])
