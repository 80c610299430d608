"""Webhooks an app registers at run time; only apps may."""

from __future__ import annotations

from jira_sandbox.errors import bad_request, forbidden
from jira_sandbox.routing import Answer, Call, Routes, page
from jira_sandbox.state.webhooks import WebhookRegistry

routes = Routes()


def _registry(call: Call) -> tuple[WebhookRegistry, str]:
    registry = call.site.webhooks
    if call.caller.app_key is None or registry is None:
        raise forbidden("Only Connect and OAuth 2.0 apps can use this operation.")
    return registry, call.caller.app_key


@routes.on("POST", "/rest/api/3/webhook")
def register(call: Call) -> Answer:
    """Registers webhooks; 200 even when all of them failed."""
    registry, key = _registry(call)
    results = registry.register(key, str(call.json.get("url")), call.json.get("webhooks") or [])
    return Answer(body={"webhookRegistrationResult": results})


@routes.on("GET", "/rest/api/3/webhook")
def registered(call: Call) -> Answer:
    """The calling app's webhooks."""
    registry, key = _registry(call)
    envelope, shown = page(call, registry.registered(key), most=100)
    envelope["values"] = shown
    return Answer(body=envelope)


@routes.on("PUT", "/rest/api/3/webhook/refresh")
def refresh(call: Call) -> Answer:
    """Gives webhooks thirty more days."""
    registry, key = _registry(call)
    ids = call.json.get("webhookIds") or []
    if not ids:
        raise bad_request("At least one webhook id is required.")
    return Answer(body={"expirationDate": registry.refresh(key, ids)})


@routes.on("DELETE", "/rest/api/3/webhook")
def delete(call: Call) -> Answer:
    """Removes webhooks."""
    registry, key = _registry(call)
    registry.delete(key, call.json.get("webhookIds") or [])
    return Answer(status=202)


@routes.on("GET", "/rest/api/3/webhook/failed")
def failed(call: Call) -> Answer:
    """Deliveries that failed for good in the last 72 hours."""
    registry, key = _registry(call)
    return Answer(body=registry.failed(key, call.number("after", 0), call.number("maxResults", 100)))
