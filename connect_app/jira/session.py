"""Builds the HTTP session of one installation: signed or authenticated, bounded in time, never redirected."""

from __future__ import annotations

import requests
from atlassian import JiraCloud, JiraServiceManagement
from requests.auth import AuthBase, HTTPBasicAuth

TRACE_HEADER = "X-Atlassian-Webhook-Trace"
"""Jira echoes it on the webhooks our own writes cause (contract §4.1)."""

WRITES = frozenset({"POST", "PUT", "DELETE"})


class BoundSession(requests.Session):
    """A session that never follows a redirect and takes nothing from the machine's environment.

    A redirected request would carry a signature made for another path, or a token to another host.
    """

    def __init__(self, auth: AuthBase) -> None:
        super().__init__()
        self.auth = auth
        self.trust_env = False
        self.max_redirects = 0
        self.headers["User-Agent"] = "Relance"

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer is a redirect to follow."""
        del resp


def cloud(base_url: str, auth: AuthBase, *, timeout: float) -> tuple[JiraCloud, JiraServiceManagement]:
    """The platform and the service-management clients of one site, on one session.

    `timeout` is in seconds; the library knows whole ones, so one at least. Its own waiting on
    `Retry-After` is off: it would block a worker's thread for up to half an hour.
    """
    session = BoundSession(auth)
    options = {"session": session, "timeout": max(1, round(timeout)), "retry_with_header": False}
    return JiraCloud(base_url, api_version=3, **options), JiraServiceManagement(base_url, **options)


def basic(email: str, token: str) -> AuthBase:
    """Authentication by e-mail and API token."""
    return HTTPBasicAuth(email, token)
