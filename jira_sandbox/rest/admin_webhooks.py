"""The webhooks of the administration screen, as its REST resource has them; for administrators, never for apps."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, forbidden, not_found
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.webhooks import WebhookRegistry
from jira_sandbox.views import basics

routes = Routes()

_FILTER = "issue-related-events-section"


def _registry(call: Call) -> WebhookRegistry:
    if call.caller.app_key is not None or not call.person.is_admin or call.site.webhooks is None:
        raise forbidden("Only Jira administrators can manage webhooks.")
    return call.site.webhooks


def _view(call: Call, seen: Json) -> Json:
    return {
        "name": seen["name"],
        "url": seen["url"],
        "excludeBody": False,
        "filters": {_FILTER: seen["jql"] or ""},
        "events": seen["events"],
        "enabled": True,
        "isSigned": seen["signed"],
        "self": f"{basics.link(call.site, '3', '').partition('/rest/')[0]}/rest/webhooks/1.0/webhook/{seen['id']}",
    }


@routes.on("POST", "/rest/webhooks/1.0/webhook")
def add(call: Call) -> Answer:
    """Sets one up; its secret is never shown again."""
    registry, body = _registry(call), call.json
    name = str(body.get("name") or "").strip()
    if not name:
        raise bad_request("The name of the webhook is required.")
    wanted: Json = {
        "name": name,
        "url": str(body.get("url") or ""),
        "events": body.get("events") or [],
        "secret": body.get("secret"),
        "jql": (body.get("filters") or {}).get(_FILTER) or None,
    }
    try:
        return Answer(status=201, body=_view(call, registry.add_admin(wanted)))
    except ValueError as error:
        raise bad_request(str(error)) from None


@routes.on("GET", "/rest/webhooks/1.0/webhook")
def listed(call: Call) -> Answer:
    """All of them, without their secrets."""
    return Answer(body=[_view(call, seen) for seen in _registry(call).admin()])


@routes.on("DELETE", "/rest/webhooks/1.0/webhook/{webhookId}")
def remove(call: Call) -> Answer:
    """Forgets one; what is under way to it is abandoned."""
    try:
        _registry(call).remove_admin(int(call.param("webhookId")))
    except (KeyError, ValueError):
        raise not_found("The webhook does not exist.") from None
    return no_content()
