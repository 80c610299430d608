"""Control of a site's configuration: taken over from another site, so that a hundred tests need not make it each."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.changes.copying import copy_configuration
from jira_sandbox.control.documents import Likeness
from jira_sandbox.control.sites import running_site
from jira_sandbox.host import Host


def configuration_controls(host: Host) -> Blueprint:
    """The route under /_sandbox/sites/{site}."""
    blueprint = Blueprint("configuration", __name__)

    @blueprint.put("/_sandbox/sites/<name>/configuration")
    def take_over(name: str) -> ResponseReturnValue:
        running = running_site(host, name)
        other = running_site(host, Likeness.model_validate(request.get_json()).like)
        first, second = sorted((running.site, other.site), key=lambda site: site.name)
        with first.lock, second.lock:
            copy_configuration(running.site, other.site, running.admin)
            return running.overview()

    return blueprint
