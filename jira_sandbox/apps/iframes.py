"""The address of an app's page as Jira puts it into an iframe (contract §2.7, §3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.jwt import CONTEXT_QSH, sign_shared
from jira_sandbox.apps.lifecycle import request_hash
from jira_sandbox.apps.modules import find_module
from jira_sandbox.apps.url_variables import fill, sendable
from jira_sandbox.clock import host_now

BRIDGE_VERSION = "5.3.190"


def issue_context(issue: Mapping[str, Any]) -> dict[str, Any]:
    """The `context` claim of a page about an issue, from the issue's REST representation."""
    fields = issue.get("fields") or {}
    about: dict[str, Any] = {"issue": _identity(issue)}
    if issue_type := fields.get("issuetype"):
        about["issue"]["issuetype"] = _identity(issue_type)
    if project := fields.get("project"):
        about["project"] = _identity(project)
    return {"jira": about}


def context_token(installation: Installation, account_id: str | None, context: Mapping[str, Any]) -> str:
    """What AP.context.getToken gives the browser: bound to a viewer and a context, not to a request."""
    claims = {"iss": installation.client_key, "qsh": CONTEXT_QSH, "context": dict(context)}
    if account_id:
        claims["sub"] = account_id
    return sign_shared(claims, installation.shared_secret, host_now())


def page_url(
    installation: Installation,
    site_url: str,
    module_key: str,
    params: Mapping[str, str],
    viewer: tuple[str | None, Mapping[str, Any]],
) -> str:
    """The signed URL of a module's page for a viewer, given as (account id, context).

    An anonymous viewer (None) has no `sub`; a cacheable module gets neither parameters nor a token. Raises KeyError
    when the app has no page of that key.
    """
    found = find_module(installation.descriptor.modules, module_key)
    relative = module_page(found[1]) if found else None
    if found is None or relative is None:
        raise KeyError(module_key)
    if found[1].get("cacheable"):
        return installation.descriptor.address(fill(relative, {}))
    url = installation.descriptor.address(fill(relative, params))
    standard = {
        "xdm_e": site_url,
        "xdm_c": f"channel-{installation.key}__{module_key}",
        "cp": "",
        "xdm_deprecated_addon_key_do_not_use": installation.key,
        "lic": "active" if installation.descriptor.enable_licensing else "none",
        "cv": BRIDGE_VERSION,
    }
    url += ("&" if "?" in url else "?") + urlencode(standard, quote_via=quote)
    url = sendable(url)
    if not installation.signs:
        return url
    account_id, context = viewer
    claims: dict[str, Any] = {
        "iss": installation.client_key,
        "qsh": request_hash(installation, "GET", url),
        "context": dict(context),
    }
    if account_id:
        claims["sub"] = account_id
    return f"{url}&jwt={sign_shared(claims, installation.shared_secret, host_now())}"


def module_page(module: Mapping[str, Any]) -> str | None:
    """The relative URL of the page a module shows, or None when it shows none."""
    target = module.get("target")
    url = module.get("url") or (target.get("url") if isinstance(target, Mapping) else None)
    return url if isinstance(url, str) else None


def _identity(part: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(part[name]) for name in ("id", "key") if part.get(name) is not None}
