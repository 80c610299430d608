"""The calls that tell an app what becomes of its installation (contract §3.1)."""

from __future__ import annotations

import json
from typing import Any, Literal
from urllib.parse import urlsplit

from jira_sandbox.apps.delivery import Message
from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.jwt import sign_lifecycle, sign_shared
from jira_sandbox.apps.keys import KeyPair
from jira_sandbox.apps.qsh import query_string_hash
from jira_sandbox.apps.url_variables import sendable
from jira_sandbox.clock import host_now

LifecycleEvent = Literal["installed", "uninstalled", "enabled", "disabled"]


def lifecycle_url(installation: Installation, event: LifecycleEvent) -> str | None:
    """Where the app wants to hear of this event; None when it does not."""
    relative = getattr(installation.descriptor.lifecycle, event)
    return sendable(installation.descriptor.address(relative)) if relative else None


def lifecycle_body(installation: Installation, event: str, site_url: str, *, with_secret: bool) -> dict[str, Any]:
    """The body of a lifecycle call; only `installed` carries the secret."""
    body: dict[str, Any] = {
        "key": installation.key,
        "clientKey": installation.client_key,
        "oauthClientId": "",
        "publicKey": "",
        "baseUrl": site_url,
        "displayUrl": site_url,
        "displayUrlServicedeskHelpCenter": site_url,
        "productType": "jira",
        "description": f"Atlassian Jira at {site_url}",
        "eventType": event,
    }
    if with_secret:
        body["sharedSecret"] = installation.shared_secret
    return body


def lifecycle_message(
    installation: Installation, event: LifecycleEvent, site_url: str, pair: KeyPair, identifier: str
) -> Message | None:
    """The signed call, ready to send: RS256 for `installed` and `uninstalled`, HS256 for the others."""
    url = lifecycle_url(installation, event)
    if url is None:
        return None
    body = lifecycle_body(installation, event, site_url, with_secret=event == "installed")

    def headers() -> dict[str, str]:
        if not installation.signs:
            return {}
        claims: dict[str, Any] = {"iss": installation.client_key, "qsh": request_hash(installation, "POST", url)}
        if event in ("installed", "uninstalled"):
            # An array: Atlassian's own framework reads its first element.
            claims["aud"] = [installation.descriptor.base_url.rstrip("/")]
            return {"Authorization": f"JWT {sign_lifecycle(claims, pair, host_now())}"}
        return {"Authorization": f"JWT {sign_shared(claims, installation.shared_secret, host_now())}"}

    return Message(
        identifier=identifier,
        url=url,
        event=event,
        body=json.dumps(body, ensure_ascii=False).encode(),
        authorise=headers,
        app_key=installation.key,
        lifecycle=True,
    )


def request_hash(installation: Installation, method: str, url: str) -> str:
    """The qsh of a request to the app, relative to the path of its base URL."""
    parts = urlsplit(url)
    return query_string_hash(method, parts.path, parts.query, installation.descriptor.base_path)
