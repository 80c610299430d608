"""The one wrapper of the Jira clients: every failure comes out as one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from connect_app import metrics
from connect_app.errors import Moved, NotFound, Refused, Stale, Temporary, Unauthorized
from connect_app.jira.gate import Gate
from connect_app.jira.limit_headers import read_limits
from connect_app.jira.session import TRACE_HEADER, WRITES, basic, cloud
from connect_app.jira.tariff import endpoint_of, is_read

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
PROVES_NOTHING_DONE = frozenset({425, 429})
"""A 503 that says how long to wait does as well; another may come from a proxy that lost the answer."""


@dataclass(frozen=True)
class JiraAnswer:
    """What Jira answered: `body` is the parsed JSON, or None when there is none."""

    status: int
    body: Any
    headers: Mapping[str, str]


class JiraClient:
    """Talks to one site as one principal, through its gate where there is one."""

    def __init__(self, base_url: str, auth: AuthBase, *, timeout: float = 20.0, gate: Gate | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.gate = gate
        self.platform, self.service_management = cloud(self.base_url, auth, timeout=timeout)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a read; raises as `request` does."""
        return self.request("GET", path, params=params).body

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        trace: str | None = None,
    ) -> JiraAnswer:
        """Sends one request and never follows a redirect: a 303 is an answer like another (task in `Location`).

        Raises:
            Temporary: 429, 5xx, 408, 425, a time-out or a lost connection; `happened` is None when a write may have
                taken effect. A call that has to wait for a limit is not sent.
            Stale: 409.
            Unauthorized: 401, or a login that wants a CAPTCHA.
            Moved: a redirect: the site must be installed or added again at its new address.
            NotFound, Refused: every other 4xx.
        """
        if self.gate is not None:
            self.gate.enter(method, path)
        response = self._send(method, path, dict(params) if params else None, body, trace)
        good = response.status_code < 300 or response.status_code == 303
        told = _json(method, path, response) if good else None
        if self.gate is not None:
            self.gate.answered(method, path, response.status_code, response.headers, told)
        if not good:
            raise _translate(method, path, response)
        return JiraAnswer(response.status_code, told, response.headers)

    def _send(
        self, method: str, path: str, params: dict[str, Any] | None, body: Any, trace: str | None
    ) -> requests.Response:
        headers = {"Accept": "application/json", "X-ExperimentalApi": "opt-in"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if trace is not None and method in WRITES:
            headers[TRACE_HEADER] = trace
        try:
            with metrics.JIRA_SECONDS.time():
                response: requests.Response = self.platform.request(
                    method, path, data=body, params=params, headers=headers, advanced_mode=True, allow_redirects=False
                )
        except requests.RequestException as error:
            if self.gate is not None:
                self.gate.unanswered(method, path)
            known = isinstance(error, requests.ConnectTimeout) or not _writes(method, path)
            raise Temporary(f"{method} {path}: {type(error).__name__}", happened=False if known else None) from error
        return response

    @property
    def session(self) -> requests.Session:
        """The session under the clients, to be closed with the installation."""
        session: requests.Session = self.platform._session  # noqa: SLF001 - the library offers no other way
        return session


def admin_client(site_url: str, email: str, token: str, *, timeout: float = 30.0) -> JiraClient:
    """A client for an administrator's API token: the only principal that may provision (design §1.7)."""
    return JiraClient(site_url, basic(email, token), timeout=timeout)


def _writes(method: str, path: str) -> bool:
    return not is_read(endpoint_of(method, path))


def _json(method: str, path: str, response: requests.Response) -> Any:
    if not response.content or response.status_code == 303:
        return _maybe_json(response)
    try:
        return response.json()
    except requests.JSONDecodeError as error:
        happened = None if _writes(method, path) else False
        raise Temporary(f"an answer that is not JSON ({response.status_code})", happened=happened) from error


def _maybe_json(response: requests.Response) -> Any:
    try:
        return response.json()
    except requests.JSONDecodeError:
        return None


def _translate(method: str, path: str, response: requests.Response) -> Exception:
    status = response.status_code
    errors = _sentences(response)
    message = f"{method} {path}: {status}" + (f" {'; '.join(errors)}" if errors else "")
    if 300 <= status < 400:
        return _moved(message, response)
    denied = response.headers.get("X-Seraph-LoginReason", "").startswith("AUTHENTICATION_DENIED")
    if status == 401 or denied:
        return Unauthorized(message, locked_out=denied)
    if status in RETRIED_STATUSES:
        told = read_limits(response.headers)
        refused = status in PROVES_NOTHING_DONE or (status == 503 and told.retry_after is not None)
        happened = False if refused or not _writes(method, path) else None
        return Temporary(message, retry_after=told.retry_after, happened=happened, reason=told.reason)
    if status == 409:
        return Stale(message)
    kind = NotFound if status == 404 else Refused
    return kind(message, status=status, errors=errors)


def _moved(message: str, response: requests.Response) -> Moved:
    """Tells the host that answers now, and nothing else of the address: its path may hold anything."""
    try:
        parts = urlsplit(response.headers.get("Location", ""))
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not parts.hostname:
        return Moved(message)
    location = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return Moved(f"{message}: the site answers from {location} now", location=location)


def _sentences(response: requests.Response) -> tuple[str, ...]:
    """Jira's own sentences, in the platform's shape and in JSM's."""
    body = _maybe_json(response)
    if not isinstance(body, dict):
        return ()
    sentences: list[str] = []
    for told in (body.get("errorMessages"), body.get("errors"), body.get("errorMessage")):
        if isinstance(told, dict):
            sentences += [f"{name}: {text}" for name, text in told.items()]
        elif isinstance(told, list):
            sentences += [str(text) for text in told]
        elif told:
            sentences.append(str(told))
    return tuple(sentence[:300] for sentence in sentences)
