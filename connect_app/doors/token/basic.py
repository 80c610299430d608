"""Logs every request in to a site with its service account's API token, and to no other place."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from connect_app.doors.confinement import is_under
from connect_app.doors.installation import Credentials
from connect_app.errors import NotAllowed


class TokenAuth(AuthBase):
    """The `requests` authentication of one site: e-mail and API token, for addresses under `api_url` only."""

    def __init__(self, *, api_url: str, credentials: Credentials) -> None:
        self._site = urlsplit(api_url)
        self._credentials = credentials

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the `Authorization` header; `NotAllowed` when the request leaves the site."""
        if not is_under(r.url, self._site):
            raise NotAllowed("refused to send a token to another place than the installation's site")
        login = f"{self._credentials.email}:{self._credentials.token}".encode()
        r.headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        return r


class Anonymous(AuthBase):
    """No authentication at all, for what a site tells anybody; keeps `requests` from looking for one elsewhere."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sends it as it is."""
        return r
