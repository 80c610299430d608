"""The control server: clock, overview, idleness, violations, key server, and the site controls."""

from __future__ import annotations

import threading

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from jira_sandbox.apps import key_server
from jira_sandbox.clock import host_seconds, iso
from jira_sandbox.control.apps import app_controls
from jira_sandbox.control.configuration import configuration_controls
from jira_sandbox.control.issues import issue_controls
from jira_sandbox.control.people import people_controls
from jira_sandbox.control.sites import site_controls
from jira_sandbox.control.time import time_controls
from jira_sandbox.control.watching import watching_controls
from jira_sandbox.errors import Refusal
from jira_sandbox.gateway import Gateway
from jira_sandbox.host import Host

CONTROLS = (
    site_controls,
    configuration_controls,
    people_controls,
    issue_controls,
    watching_controls,
    app_controls,
    time_controls,
)


def control_application(host: Host, control_url: str) -> Flask:
    """The Flask application of the control port."""
    app = Flask("jira_sandbox.control", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.register_blueprint(key_server(host.key_pair))
    for controls in CONTROLS:
        app.register_blueprint(controls(host))
    app.errorhandler(Refusal)(_refused)
    app.errorhandler(ValidationError)(_invalid)
    app.errorhandler(KeyError)(_unknown)
    app.after_request(_open_to_pages)

    app.wsgi_app = Gateway(host, app.wsgi_app)  # type: ignore[method-assign] # as Flask's documentation does it

    @app.get("/_sandbox/")
    def overview() -> ResponseReturnValue:
        return describe(host, control_url)

    @app.get("/_sandbox/idle")
    def idle() -> ResponseReturnValue:
        return {"idle": _wait_idle(host, float(request.args.get("timeout", "0")))}

    @app.get("/_sandbox/attempts")
    def attempts() -> ResponseReturnValue:
        return {"attempts": host.attempts()}

    @app.get("/_sandbox/violations")
    def violations() -> ResponseReturnValue:
        return [entry for running in host.sites.values() for entry in running.door.records.violations()]

    return app


def describe(host: Host, control_url: str) -> dict[str, object]:
    """Where everything is."""
    return {
        "control": control_url,
        "keys": f"{control_url}/keys",
        "contracts": host.law.sentence,
        "now": iso(host.clock.now()),
        "sites": {name: running.overview() for name, running in host.sites.items()},
    }


def _wait_idle(host: Host, timeout: float) -> bool:
    """Waits until two looks in a row find nothing under way, so that a hand-over between threads is not missed."""
    deadline, pause, quiet = host_seconds() + timeout, threading.Event(), 0
    while True:
        quiet = quiet + 1 if host.idle() else 0
        if quiet >= 2:
            return True
        if host_seconds() >= deadline and not quiet:
            return False
        pause.wait(0.01)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return {"errorMessages": refusal.messages, "errors": refusal.errors}, refusal.status


def _invalid(error: ValidationError) -> ResponseReturnValue:
    problems = [f"{'.'.join(str(step) for step in item['loc'])}: {item['msg']}" for item in error.errors()]
    return {"errorMessages": problems, "errors": {}}, 400


def _unknown(error: KeyError) -> ResponseReturnValue:
    return {"errorMessages": [f"Unknown: {error.args[0]}"], "errors": {}}, 404


def _open_to_pages(response: Response) -> Response:
    """Lets the sites' pages, on other ports, move the clock."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response
