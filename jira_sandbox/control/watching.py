"""What a tester looks at and breaks: snapshot, deliveries, requests, faults."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.apps import WebhookFaults
from jira_sandbox.control.sites import running_site
from jira_sandbox.control.snapshot import snapshot
from jira_sandbox.host import Host
from jira_sandbox.state.faults import Faults


def watching_controls(host: Host) -> Blueprint:
    """The routes about what a site did and what shall go wrong, under /_sandbox/sites/{site}."""
    blueprint = Blueprint("watching", __name__)

    @blueprint.get("/_sandbox/sites/<name>/snapshot")
    def take_snapshot(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        with site.lock:
            return snapshot(site)

    @blueprint.get("/_sandbox/sites/<name>/deliveries")
    def deliveries(name: str) -> ResponseReturnValue:
        return running_site(host, name).apps.deliveries()

    @blueprint.get("/_sandbox/sites/<name>/requests")
    def requests(name: str) -> ResponseReturnValue:
        return running_site(host, name).door.records.requests(int(request.args.get("since", "0")))

    @blueprint.get("/_sandbox/sites/<name>/faults")
    def get_faults(name: str) -> ResponseReturnValue:
        return running_site(host, name).site.faults.model_dump(by_alias=True, exclude_none=True)

    @blueprint.put("/_sandbox/sites/<name>/faults")
    def set_faults(name: str) -> ResponseReturnValue:
        running = running_site(host, name)
        faults = Faults.model_validate(request.get_json())
        running.apps.faults = WebhookFaults.model_validate(faults.webhooks)
        with running.site.lock:
            running.site.faults = faults
        return faults.model_dump(by_alias=True, exclude_none=True)

    return blueprint
