"""Signs every request we send to a Connect site, and refuses to sign for any other place."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from connect_app.doors.confinement import is_under
from connect_app.doors.jwt import sign
from connect_app.doors.qsh import query_string_hash
from connect_app.errors import NotAllowed

LIFETIME_SECONDS = 180
"""Jira refuses longer lives (contract §3.6)."""


class ConnectAuth(AuthBase):
    """The `requests` authentication of one installation: a fresh token for each prepared request.

    `host_time` gives seconds since the epoch by the machine's clock. The hash is made from the prepared address, so
    there is one source of truth, whatever a library did to the parameters.
    """

    def __init__(
        self, *, app_key: str, client_key: str, base_url: str, secret: str, host_time: Callable[[], float]
    ) -> None:
        self._app_key = app_key
        self._client_key = client_key
        self._site = urlsplit(base_url)
        self._base_path = self._site.path.rstrip("/")
        self._secret = secret
        self._host_time = host_time

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the `Authorization` header; `NotAllowed` when the request leaves the site."""
        if not is_under(r.url, self._site):
            raise NotAllowed("refused to sign a request for another place than the installation's site")
        address, issued = urlsplit(r.url or ""), int(self._host_time())
        claims = {
            "iss": self._app_key,
            "aud": [self._client_key],
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            "qsh": query_string_hash(r.method or "GET", address.path, address.query, base_path=self._base_path),
        }
        token = sign(claims, self._secret)
        r.headers["Authorization"] = f"JWT {token}"
        return r
