"""Atlassian's API gateway: the sites' REST under /ex/jira/{cloudId}, the only address a token with scopes opens."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from jira_sandbox.host import Host

MARK = "sandbox.gateway"
"""In a request's environment: it came through the gateway."""

_ROOT = "/ex/jira/"


class Gateway:
    """Passes on what is addressed to a site's cloud id; anything else goes to the application behind."""

    def __init__(self, host: Host, behind: WSGIApplication) -> None:
        self._host = host
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(_ROOT):
            return self._behind(environ, start_response)
        cloud_id, _, rest = path.removeprefix(_ROOT).partition("/")
        running = next((r for r in self._host.sites.values() if r.site.cloud_id == cloud_id), None)
        if running is None or not rest.startswith("rest/"):
            return Response("{}", status=404, content_type="application/json")(environ, start_response)
        inner = {**environ, MARK: True, "PATH_INFO": f"/{rest}", "SCRIPT_NAME": f"{_ROOT}{cloud_id}"}
        return running.application(inner, start_response)
