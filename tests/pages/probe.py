"""A tiny app on loopback whose pages try everything the host bridge offers: the witness of the local Jira's side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

APP_KEY = "com.example.probe"

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>probe</title>
<script src="https://connect-cdn.atl-paas.net/all.js" data-options="sizeToParent:false;base:false" async></script>
<script src="/probe.js" defer></script></head>
<body><div class="ac-content" id="content"><p id="told"></p></div></body></html>"""

SCRIPT = """
const wait = setInterval(() => {
  if (!window.AP || !AP.context) return;
  clearInterval(wait);
  AP.theming.initializeTheming();
  document.documentElement.dataset.ready = "true";
}, 20);
"""

POLICY = (
    "default-src 'none'; script-src 'self' https://connect-cdn.atl-paas.net; "
    "style-src 'self' https://connect-cdn.atl-paas.net; img-src 'self' data: https:; connect-src 'self'"
)


def descriptor(base_url: str) -> dict[str, Any]:
    """An app with one page of each kind that the local Jira shows."""
    named = {"name": {"value": "Probe"}}
    panel = {
        "icon": {"width": 24, "height": 24, "url": "/probe.js"},
        "content": {"type": "label", "label": {"value": "Probe"}},
        "target": {"type": "web_panel", "url": "/page?issue={issue.key}"},
    }
    return {
        "key": APP_KEY,
        "name": "Probe",
        "baseUrl": base_url,
        "authentication": {"type": "jwt"},
        "lifecycle": {"installed": "/installed"},
        "scopes": ["READ"],
        "apiMigrations": {"gdpr": True, "signed-install": True, "context-qsh": True},
        "modules": {
            "jiraIssueContexts": [{"key": "probe-panel", **named, **panel}],
            "adminPages": [{"key": "probe-admin", **named, "url": "/page"}],
            "dialogs": [{"key": "probe-dialog", "url": "/page?dialog={issue.key}", "options": {"size": "small"}}],
        },
    }


@contextmanager
def probe_app() -> Iterator[str]:
    """Serves the app; gives the address of its descriptor."""
    app = Flask("probe", static_folder=None)

    @app.get("/atlassian-connect.json")
    def described() -> dict[str, Any]:
        return descriptor(request.host_url.rstrip("/"))

    @app.post("/installed")
    def installed() -> tuple[str, int]:
        return "", 204

    @app.get("/probe.js")
    def script() -> Response:
        return Response(SCRIPT, content_type="text/javascript")

    @app.get("/page")
    def page() -> Response:
        return Response(PAGE, headers={"Content-Security-Policy": POLICY})

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/atlassian-connect.json"
    server.shutdown()
    thread.join()
    server.server_close()
