"""Control of the apps of a site: installing them as Atlassian does, their tokens, their pages, admin webhooks."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.app_pages import about
from jira_sandbox.apps import DescriptorRefused, InstallRefused
from jira_sandbox.control.documents import AdminWebhook, AppPage, AppToInstall, ContextToken
from jira_sandbox.control.sites import running_site
from jira_sandbox.errors import Refusal
from jira_sandbox.host import Host


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
        context, _ = about(running.site, wanted.issue_key, wanted.project_key)
        return {"token": running.apps.context_token(key, wanted.account_id, context)}

    @blueprint.post("/_sandbox/sites/<name>/apps/<key>/page")
    def page(name: str, key: str) -> ResponseReturnValue:
        wanted, running = AppPage.model_validate(request.get_json()), running_site(host, name)
        context, params = about(running.site, wanted.issue_key, wanted.project_key)
        return {"url": running.apps.page_url(key, wanted.module, params, wanted.account_id, context)}

    @blueprint.post("/_sandbox/sites/<name>/admin-webhooks")
    def admin_webhook(name: str) -> ResponseReturnValue:
        wanted = AdminWebhook.model_validate(request.get_json())
        try:
            made = running_site(host, name).apps.add_admin_webhook(wanted.url, wanted.events, wanted.secret, wanted.jql)
        except ValueError as error:
            raise Refusal(400, [str(error)]) from None
        return made, 201
