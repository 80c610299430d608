"""The one wrapper of the Jira clients: every failure comes out as one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from connect_app.errors import Moved, NotFound, Refused, Stale, Temporary, Unauthorized
from connect_app.jira.session import TRACE_HEADER, WRITES, basic, cloud

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
PROVES_NOTHING_DONE = frozenset({425, 429, 503})


@dataclass(frozen=True)
class JiraAnswer:
    """What Jira answered: `body` is the parsed JSON, or None when there is none."""

    status: int
    body: Any
    headers: Mapping[str, str]


class JiraClient:
    """Talks to one site as one principal."""

    def __init__(self, base_url: str, auth: AuthBase, *, timeout: float = 20.0) -> None:
        self.base_url = base_url.rstrip("/")
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
                taken effect.
            Stale: 409.
            Unauthorized: 401, or a login that wants a CAPTCHA.
            Moved: a redirect: the site must be installed or added again at its new address.
            NotFound, Refused: every other 4xx.
        """
        headers = {"Accept": "application/json", "X-ExperimentalApi": "opt-in"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if trace is not None and method in WRITES:
            headers[TRACE_HEADER] = trace
        try:
            response = self.platform.request(
                method,
                path,
                data=body,
                params=dict(params) if params else None,
                headers=headers,
                advanced_mode=True,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            happened = None if method in WRITES and not isinstance(error, requests.ConnectTimeout) else False
            raise Temporary(f"{method} {path}: {type(error).__name__}", happened=happened) from error
        if response.status_code < 300 or response.status_code == 303:
            return JiraAnswer(response.status_code, _json(method, response), response.headers)
        raise _translate(method, path, response)

    @property
    def session(self) -> requests.Session:
        """The session under the clients, to be closed with the installation."""
        session: requests.Session = self.platform._session  # noqa: SLF001 - the library offers no other way
        return session


def admin_client(site_url: str, email: str, token: str, *, timeout: float = 30.0) -> JiraClient:
    """A client for an administrator's API token: the only principal that may provision (design §1.7)."""
    return JiraClient(site_url, basic(email, token), timeout=timeout)


def _json(method: str, response: requests.Response) -> Any:
    if not response.content or response.status_code == 303:
        return _maybe_json(response)
    try:
        return response.json()
    except requests.JSONDecodeError as error:
        happened = None if method in WRITES else False
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
        happened = False if method == "GET" or status in PROVES_NOTHING_DONE else None
        return Temporary(
            message,
            retry_after=_seconds(response.headers.get("Retry-After")),
            happened=happened,
            reason=response.headers.get("RateLimit-Reason"),
        )
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


def _seconds(header: str | None) -> float | None:
    """Seconds of a `Retry-After`; a date, zero or nonsense is treated as absent."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if 0 < seconds <= 24 * 3600 else None
