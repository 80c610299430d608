"""The routes by which Atlassian installs, enables, disables and uninstalls us (contract §3.1)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from connect_app.doors.installation import State
from connect_app.doors.lifecycle_payload import read_installed, read_lifecycle
from connect_app.runtime import Runtime
from connect_app.web.incoming import json_body
from connect_app.web.tokens import TokenClass, caller, lifecycle_caller, opened_by


def lifecycle_routes(runtime: Runtime) -> Blueprint:
    """`installed` and `uninstalled` for Atlassian's key, `enabled` and `disabled` for the shared secret."""
    blueprint = Blueprint("lifecycle", __name__, url_prefix="/connect")
    settings = runtime.settings

    @blueprint.post("/installed")
    @opened_by(TokenClass.LIFECYCLE)
    def installed() -> Response:
        payload = read_installed(json_body(request, limit=settings.max_lifecycle_bytes))
        payload.check_sender(lifecycle_caller().client_key, settings.app_key)
        runtime.install(payload.admission(suffixes=settings.allowed_jira_hosts, development=settings.development))
        return Response(status=204)

    @blueprint.post("/uninstalled")
    @opened_by(TokenClass.LIFECYCLE)
    def uninstalled() -> Response:
        client_key = lifecycle_caller().client_key
        payload = read_lifecycle(json_body(request, limit=settings.max_lifecycle_bytes), "uninstalled")
        payload.check_sender(client_key, settings.app_key)
        runtime.uninstall(client_key)
        return Response(status=204)

    @blueprint.post("/enabled")
    @opened_by(TokenClass.REQUEST)
    def enabled() -> Response:
        return _change("enabled", State.INSTALLED)

    @blueprint.post("/disabled")
    @opened_by(TokenClass.REQUEST)
    def disabled() -> Response:
        return _change("disabled", State.DISABLED)

    def _change(event: str, state: State) -> Response:
        client_key = caller().installation.client_key
        payload = read_lifecycle(json_body(request, limit=settings.max_lifecycle_bytes), event)
        payload.check_sender(client_key, settings.app_key)
        runtime.change_state(client_key, state)
        return Response(status=204)

    return blueprint
