"""Control of the issues of a site: what agents do on pages the sandbox does not have."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.changes.moving import move_to_project
from jira_sandbox.control.documents import IssueMove
from jira_sandbox.control.sites import running_site
from jira_sandbox.host import Host
from jira_sandbox.state.people import Actor


def issue_controls(host: Host) -> Blueprint:
    """The routes about issues, under /_sandbox/sites/{site}."""
    blueprint = Blueprint("issues", __name__)

    @blueprint.post("/_sandbox/sites/<name>/issues/<key>/move")
    def move(name: str, key: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        wanted = IssueMove.model_validate(request.get_json())
        with site.lock:
            issue = site.issue(key)
            actor = Actor(person=site.person(wanted.account_id))
            move_to_project(site, issue, actor, site.project(wanted.project))
            moved = {"id": issue.id, "key": issue.key, "status": site.statuses[issue.status_id].name}
        site.publish()
        return moved

    return blueprint
