"""Who looks at a page, in which language, and what every page shows around its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import render_template, request

from jira_sandbox.pages.site_rest import Call, Rest
from jira_sandbox.pages.texts import moment, plain, pretty, shown
from jira_sandbox.pages.words import Language, words

_LOCAL = re.compile(r"^/(?:agent|portal)/[A-Za-z0-9/_.~?=&%-]*$")


class Shown(Protocol):
    """An app's page ready for an iframe."""

    @property
    def title(self) -> str:
        """What people read above it."""

    @property
    def url(self) -> str:
        """Its signed address."""


Panels = Callable[[str, Mapping[str, Any], str | None], Sequence[Shown]]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the pages of one site are given."""

    call: Call
    people: Callable[[], list[dict[str, Any]]]
    site_name: str
    now: Callable[[], datetime]
    advance: Callable[[float], object]
    panels: Panels
    zone: ZoneInfo

    @property
    def cookie(self) -> str:
        """The name of the viewer's cookie: every site has its own, since cookies do not heed ports."""
        return f"viewer-{re.sub(r'[^A-Za-z0-9-]', '-', self.site_name)}"

    def viewer(self) -> dict[str, Any]:
        """The person chosen, or the first who belongs on this side of the desk; empty when the site has nobody."""
        everybody = self.people()
        chosen = request.cookies.get(self.cookie)
        for person in everybody:
            if person["accountId"] == chosen:
                return person
        return next(filter(_belongs, everybody), everybody[0] if everybody else {})

    def rest(self) -> Rest:
        """The site as the viewer sees it."""
        return Rest(self.call, str(self.viewer().get("accountId", "")))

    def page(self, template: str, status: int = 200, **content: Any) -> tuple[str, int]:
        """Renders a template with what every page shows."""
        now = self.now().astimezone(self.zone)
        around = {
            "site_name": self.site_name,
            "clock": f"{now:%d/%m/%Y %H:%M:%S}",
            "language": language(),
            "w": words(language()),
            "people": self.people(),
            "viewer": self.viewer(),
            "side": "portal" if _on_portal() else "agent",
            "here": here(),
            "plain": plain,
            "shown": shown,
            "moment": moment,
            "pretty": pretty,
        }
        return render_template(f"pages/{template}.html", **around, **content), status


def language() -> Language:
    """French unless English was chosen."""
    return "en" if request.cookies.get("language") == "en" else "fr"


def here() -> str:
    """The path of this page, to come back to; after a form was sent, the side's first page."""
    return safe_place(request.full_path.rstrip("?")) if request.method == "GET" else safe_place("")


def safe_place(path: str) -> str:
    """The path when it is one of these pages, else the first page of the side: never another site."""
    if _LOCAL.match(path) and "//" not in path:
        return path
    return "/portal/" if _on_portal() else "/agent/"


def _on_portal() -> bool:
    return request.path.startswith("/portal/")


def _belongs(person: dict[str, Any]) -> bool:
    if _on_portal():
        return person.get("accountType") == "customer" or "customer" in person.get("roles", ())
    return bool({"admin", "agent"} & set(person.get("roles", ())))
