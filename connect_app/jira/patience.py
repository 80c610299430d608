"""Waits for Jira as an administrator would: for its other configuration task, its background tasks, a busy moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_app.errors import RelanceError, Stale, Temporary
from connect_app.jira.client import JiraAnswer, JiraClient

PLATFORM_API = "rest/api/3"
DESK_API = "rest/servicedeskapi"

_PAGE = 50
_OVER = {"FAILED", "CANCELLED", "CANCEL_REQUESTED", "DEAD"}


class TaskFailed(RelanceError):
    """A background task of Jira ended without doing what it was asked."""

    remedy = "Read Jira's message, settle what it names, and run the same command again: it goes on where it stopped."


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait between two attempts, in seconds."""

    attempts: int = 40
    seconds: float = 3.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, asked: float | None = None) -> None:
        """Waits once, for as long as Jira asked or as we usually do."""
        self.sleep(min(asked or self.seconds, 60.0))


@dataclass(frozen=True)
class PatientClient:
    """An administrator's client that tries again what is safe to try again, and waits for tasks."""

    client: JiraClient
    patience: Patience = field(default_factory=Patience)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        api: str = PLATFORM_API,
    ) -> JiraAnswer:
        """One request; 409 (another configuration task is running) and busy moments are waited for.

        A write whose effect is unknown is not repeated: the caller reads again and plans again. Raises as
        `JiraClient.request` when patience is at its end.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.client.request(method, f"{api}/{path}", params=params, body=body)
            except Stale:
                if attempt >= self.patience.attempts:
                    raise
                self.patience.wait()
            except Temporary as error:
                if error.happened is not False or attempt >= self.patience.attempts:
                    raise
                self.patience.wait(error.retry_after)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a read."""
        return self.ask("GET", path, params=params).body

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Every value of a paged read."""
        start = 0
        while True:
            page = self.get(path, {**(params or {}), "startAt": start, "maxResults": _PAGE})
            values = page.get("values") or []
            yield from values
            start += len(values)
            if not values or page.get("isLast", start >= int(page.get("total") or 0)):
                return

    def desk_pages(self, path: str) -> Iterator[Any]:
        """Every value of a paged read of Jira Service Management's own API, which pages in other words."""
        start = 0
        while True:
            page = self.ask("GET", path, params={"start": start, "limit": _PAGE}, api=DESK_API).body
            values = page.get("values") or []
            yield from values
            start += len(values)
            if not values or page.get("isLastPage", True):
                return

    def finish(self, answer: JiraAnswer) -> None:
        """Waits for the background task an answer speaks of, if it does; raises TaskFailed when it did not work."""
        task_id = _task_of(answer)
        if task_id is None:
            return
        for _ in range(self.patience.attempts):
            task = self.get(f"task/{task_id}")
            if task["status"] == "COMPLETE":
                return
            if task["status"] in _OVER:
                raise TaskFailed(f"Jira's task {task_id} is {task['status']}: {task.get('message') or 'no message'}")
            self.patience.wait()
        raise TaskFailed(f"Jira's task {task_id} is still running; run the same command again later")


def _task_of(answer: JiraAnswer) -> str | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status == 303:
        location = str(answer.headers.get("Location", "")).rstrip("/").rpartition("/")[2]
        return str(body.get("id") or "") or location or None
    return str(body["taskId"]) if body.get("taskId") else None
