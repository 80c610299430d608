"""Control of the apps of a site: installing them as Atlassian does, their tokens, their pages, admin webhooks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.apps import DescriptorRefused, InstallRefused, issue_context, issue_values
from jira_sandbox.control.documents import AdminWebhook, AppPage, AppToInstall, ContextToken
from jira_sandbox.control.sites import running_site
from jira_sandbox.errors import Refusal
from jira_sandbox.host import Host, RunningSite
from jira_sandbox.views.issue import issue_view


def app_controls(host: Host) -> Blueprint:
    """The routes about apps, under /_sandbox/sites/{site}."""
    blueprint = Blueprint("apps", __name__)

    @blueprint.post("/_sandbox/sites/<name>/apps")
    def install(name: str) -> ResponseReturnValue:
        wanted = AppToInstall.model_validate(request.get_json())
        try:
            return running_site(host, name).apps.install(wanted.descriptor_url), 201
        except (DescriptorRefused, InstallRefused) as refused:
            raise Refusal(400, [str(refused)]) from None

    @blueprint.delete("/_sandbox/sites/<name>/apps/<key>")
    def uninstall(name: str, key: str) -> ResponseReturnValue:
        running_site(host, name).apps.uninstall(key)
        return "", 204

    @blueprint.post("/_sandbox/sites/<name>/apps/<key>/enable")
    def enable(name: str, key: str) -> ResponseReturnValue:
        return running_site(host, name).apps.enable(key)

    @blueprint.post("/_sandbox/sites/<name>/apps/<key>/disable")
    def disable(name: str, key: str) -> ResponseReturnValue:
        return running_site(host, name).apps.disable(key)

    _add_looks(blueprint, host)
    return blueprint


def _add_looks(blueprint: Blueprint, host: Host) -> None:
    """The routes that play the browser, and the administrator's webhooks."""

    @blueprint.post("/_sandbox/sites/<name>/apps/<key>/context-token")
    def context_token(name: str, key: str) -> ResponseReturnValue:
        wanted, running = ContextToken.model_validate(request.get_json()), running_site(host, name)
        context, _ = about(running, wanted.issue_key, None)
        return {"token": running.apps.context_token(key, wanted.account_id, context)}

    @blueprint.post("/_sandbox/sites/<name>/apps/<key>/page")
    def page(name: str, key: str) -> ResponseReturnValue:
        wanted, running = AppPage.model_validate(request.get_json()), running_site(host, name)
        context, params = about(running, wanted.issue_key, wanted.project_key)
        return {"url": running.apps.page_url(key, wanted.module, params, wanted.account_id, context)}

    @blueprint.post("/_sandbox/sites/<name>/admin-webhooks")
    def admin_webhook(name: str) -> ResponseReturnValue:
        wanted = AdminWebhook.model_validate(request.get_json())
        try:
            made = running_site(host, name).apps.add_admin_webhook(wanted.url, wanted.events, wanted.secret, wanted.jql)
        except ValueError as error:
            raise Refusal(400, [str(error)]) from None
        return made, 201


def about(
    running: RunningSite, issue_key: str | None, project_key: str | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The context claim and the URL parameters of a page about an issue or a project."""
    site = running.site
    with site.lock:
        if issue_key:
            view = issue_view(site, site.issue(issue_key))
            params = issue_values(view)
            params["servicedesk.requestId"] = str(view["id"])
            return issue_context(view), params
        if project_key:
            project = site.project(project_key)
            context = {"jira": {"project": {"id": project.id, "key": project.key}}}
            return context, {"project.id": project.id, "project.key": project.key}
    return {}, {}
