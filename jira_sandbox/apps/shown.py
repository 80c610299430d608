"""Which pages of an app people find, and what hides some: the modules and their conditions (contract §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.translations import Words, text_of


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks: nobody known when `account_id` is None."""

    account_id: str | None
    is_admin: bool = False
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class ShownModule:
    """A page of an app: where it hangs, what people read, and how it opens (`page` or `dialog`).

    The portal's panels have no title.
    """

    app: str
    key: str
    kind: str
    title: str
    icon: str | None = None
    label: str = ""
    target: str = "page"
    options: Mapping[str, Any] = field(default_factory=dict)


def shown_module(installation: Installation, kind: str, module: Mapping[str, Any], words: Words) -> ShownModule:
    """What people are shown of a module; pictures by their absolute address."""
    icon = (module.get("icon") or {}).get("url") or module.get("iconUrl")
    target = module.get("target")
    target = target if isinstance(target, Mapping) else {}
    return ShownModule(
        app=installation.key,
        key=str(module["key"]),
        kind=kind,
        title=text_of(module.get("name"), words),
        icon=_absolute(installation, icon) if isinstance(icon, str) else None,
        label=text_of((module.get("content") or {}).get("label"), words),
        target="dialog" if target.get("type") == "dialog" or kind == "dialogs" else "page",
        options=dict(target.get("options") or module.get("options") or {}),
    )


def is_shown(conditions: Any, viewer: Viewer) -> bool:
    """Whether every condition lets this viewer see the module; one that is not simulated hides nothing."""
    return all(_holds(condition, viewer) for condition in conditions or ())


def _holds(condition: Any, viewer: Viewer) -> bool:
    if not isinstance(condition, Mapping):
        return True
    for name, together in (("and", all), ("or", any)):
        parts = condition.get(name)
        if parts is None and str(condition.get("type", "")).lower() == name:
            parts = condition.get("conditions")
        if isinstance(parts, list):
            return together(_holds(part, viewer) for part in parts)
    known = {
        "user_is_logged_in": viewer.account_id is not None,
        "user_is_admin": viewer.is_admin,
        "user_is_sysadmin": viewer.is_admin,
        "user_is_project_admin": viewer.is_admin,
    }
    name = str(condition.get("condition", ""))
    if name not in known:
        return True
    return known[name] != (str(condition.get("invert", False)).lower() == "true")


def _absolute(installation: Installation, url: str) -> str:
    return url if urlsplit(url).scheme else installation.descriptor.address(url)
