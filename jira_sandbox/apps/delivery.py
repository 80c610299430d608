"""Sends webhooks: attempts, retries, and how many may be under way at once (contract §4.1, §4.2)."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import requests

from jira_sandbox.apps.alarm import Alarm

MAX_RETRIES = 5
RETRY_SECONDS = (300.0, 900.0)
IN_FLIGHT_LIMITS = {"Primary": 20, "Secondary": 10}
MAX_BODY_BYTES = 25 * 1024 * 1024
_RETRIED = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Message:
    """One request to send. `authorise` is asked at each attempt for fresh headers; None abandons the message."""

    identifier: str
    url: str
    event: str
    body: bytes
    authorise: Callable[[], Mapping[str, str] | None]
    flow: Literal["Primary", "Secondary"] = "Primary"
    trace: str | None = None
    issue_id: str | None = None
    app_key: str | None = None
    dynamic: bool = False
    lifecycle: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one attempt ended: an HTTP status, or a reason for which there is none."""

    message: Message
    attempt: int
    status: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def to_retry(self) -> bool:
        """Whether Jira tries again: never after a redirect or another 4xx."""
        if self.attempt >= MAX_RETRIES or self.error in ("abandoned", "dropped", "too large"):
            return False
        return self.status is None or self.status in _RETRIED or self.status >= 500


@dataclass
class _Lane:
    """What waits and what runs for one host and one flow."""

    limit: int
    running: int = 0
    waiting: deque[tuple[Message, int]] = field(default_factory=deque)


class Deliverer:
    """Delivers the messages of one site. Thread-safe; `pending` counts all that is not finished, retries included."""

    def __init__(
        self, name: str, on_outcome: Callable[[Outcome], None], *, retry_scale: float, time_out: float = 10.0
    ) -> None:
        self.alarm = Alarm(name)
        self._on_outcome = on_outcome
        self._retry_scale = retry_scale
        self._time_out = time_out
        self._delays = random.Random()  # noqa: S311 - spreads retries, keeps no secret
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._lock = threading.Lock()
        self._pending = 0
        self._closed = False
        self._pool = ThreadPoolExecutor(max_workers=4 * sum(IN_FLIGHT_LIMITS.values()), thread_name_prefix=name)

    @property
    def pending(self) -> int:
        """How many messages are waiting, being sent, or waiting for a retry."""
        with self._lock:
            return self._pending

    def submit(self, message: Message, *, delay: float = 0.0, attempt: int = 0) -> None:
        """Sends once `delay` real seconds are over; `attempt` is the number of attempts already made."""
        self.reserve()
        self.submit_reserved(message, delay=delay, attempt=attempt)

    def reserve(self) -> None:
        """Counts as pending a message that somebody else still holds back."""
        with self._lock:
            self._pending += 1

    def submit_reserved(self, message: Message, *, delay: float = 0.0, attempt: int = 0) -> None:
        """Sends a message already counted by `reserve`."""
        self.alarm.after(delay, lambda: self._enqueue(message, attempt))

    def attempt_now(self, message: Message, attempt: int = 0) -> Outcome:
        """Sends in the caller's thread, outside the limits, without retry."""
        outcome = self._attempt(message, attempt)
        self._on_outcome(outcome)
        return outcome

    def retry_seconds(self) -> float:
        """A random wait of 5 to 15 minutes, scaled."""
        return self._delays.uniform(*RETRY_SECONDS) * self._retry_scale

    def close(self) -> None:
        """Stops: what waits is forgotten, what is under way ends."""
        self.alarm.close()
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _enqueue(self, message: Message, attempt: int) -> None:
        with self._lock:
            where = (urlsplit(message.url).netloc, message.flow)
            lane = self._lanes.setdefault(where, _Lane(IN_FLIGHT_LIMITS[message.flow]))
            lane.waiting.append((message, attempt))
            self._start(lane)

    def _start(self, lane: _Lane) -> None:
        while not self._closed and lane.waiting and lane.running < lane.limit:
            message, attempt = lane.waiting.popleft()
            lane.running += 1
            self._pool.submit(self._run, lane, message, attempt)

    def _run(self, lane: _Lane, message: Message, attempt: int) -> None:
        retried = False
        try:
            outcome = self._attempt(message, attempt)
            self._on_outcome(outcome)
            if outcome.to_retry:
                self.alarm.after(self.retry_seconds(), lambda: self._enqueue(message, attempt + 1))
                retried = True
        finally:
            with self._lock:
                lane.running -= 1
                self._pending -= 0 if retried else 1
                self._start(lane)

    def _attempt(self, message: Message, attempt: int) -> Outcome:
        if len(message.body) > MAX_BODY_BYTES:
            return Outcome(message=message, attempt=attempt, error="too large")
        signed = message.authorise()
        if signed is None:
            return Outcome(message=message, attempt=attempt, error="abandoned")
        headers = {**_plain_headers(message, attempt), **signed}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    message.url, data=message.body, headers=headers, timeout=self._time_out, allow_redirects=False
                )
        except requests.Timeout:
            return Outcome(message=message, attempt=attempt, error="timed out")
        except requests.RequestException as error:
            return Outcome(message=message, attempt=attempt, error=f"connection failed: {type(error).__name__}")
        return Outcome(message=message, attempt=attempt, status=answer.status_code)


def _plain_headers(message: Message, attempt: int) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Atlassian Webhook HTTP Client"}
    if message.lifecycle:
        return headers
    headers["X-Atlassian-Webhook-Identifier"] = message.identifier
    headers["X-Atlassian-Webhook-Flow"] = message.flow
    if attempt:
        headers["X-Atlassian-Webhook-Retry"] = str(attempt)
    if message.trace is not None:
        headers["X-Atlassian-Webhook-Trace"] = message.trace
    return headers
