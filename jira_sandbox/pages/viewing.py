"""Who looks at a page, in which language, and what every page shows around its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from jira_sandbox.apps import Viewer
from jira_sandbox.pages.app_frames import PORTAL_PAGES, SANDBOX, Apps, Frame, Frames
from jira_sandbox.pages.bridge_files import bridge_is_there
from jira_sandbox.pages.site_rest import Call, Refused, Rest
from jira_sandbox.pages.texts import moment, plain, pretty, shown
from jira_sandbox.pages.words import Language, words

_LOCAL = re.compile(r"^/(?:agent|portal)/[A-Za-z0-9/_.~?=&%-]*$")


ANONYMOUS = {"accountId": "anonymous", "displayName": "", "accountType": "anonymous", "roles": []}
"""Whoever is not logged in, to be chosen as a viewer."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the pages of one site are given."""

    call: Call
    people: Callable[[], list[dict[str, Any]]]
    site_name: str
    now: Callable[[], datetime]
    advance: Callable[[float], object]
    apps: Apps
    zone: ZoneInfo
    packages: Path

    @property
    def cookie(self) -> str:
        """The name of the viewer's cookie: every site has its own, since cookies do not heed ports."""
        return f"viewer-{re.sub(r'[^A-Za-z0-9-]', '-', self.site_name)}"

    def viewer(self) -> dict[str, Any]:
        """The person chosen, or the first who belongs on this side of the desk; empty when the site has nobody."""
        everybody = self.people()
        chosen = request.cookies.get(self.cookie)
        for person in (*everybody, ANONYMOUS):
            if person["accountId"] == chosen:
                return person
        return next(filter(_belongs, everybody), everybody[0] if everybody else {})

    def account_id(self) -> str | None:
        """The viewer's account; None when nobody is logged in."""
        viewer = self.viewer()
        return None if viewer is ANONYMOUS else str(viewer.get("accountId", ""))

    def is_admin(self) -> bool:
        """Whether the viewer administers the site."""
        return "admin" in self.viewer().get("roles", ())

    def rest(self) -> Rest:
        """The site as the viewer sees it; refused to whoever is not logged in."""
        account_id = self.account_id()
        if account_id is None:
            raise Refused(401, ["Log in first: choose somebody above."])
        return Rest(self.call, account_id)

    def frames(self) -> Frames:
        """Makes the frames of the apps' pages for this viewer."""
        return Frames(self.apps, self._seen_by())

    def page(
        self, template: str, status: int = 200, *, frames: Sequence[Frame] = (), **content: Any
    ) -> tuple[str, int]:
        """Renders a template with what every page shows; `frames` are those the host bridge brings to life."""
        now = self.now().astimezone(self.zone)
        around = {
            "site_name": self.site_name,
            "clock": f"{now:%d/%m/%Y %H:%M:%S}",
            "language": language(),
            "w": words(language()),
            "people": [*self.people(), ANONYMOUS],
            "viewer": self.viewer(),
            "theme": theme(),
            "bridge": self.for_bridge(frames) if bridge_is_there(self.packages) else None,
            "frame_sandbox": SANDBOX,
            "portal_modules": self.frames().modules(*PORTAL_PAGES) if _on_portal() else (),
            "frames": frames,
            "side": "portal" if _on_portal() else "agent",
            "here": here(),
            "plain": plain,
            "shown": shown,
            "moment": moment,
            "pretty": pretty,
        }
        return render_template(f"pages/{template}.html", **around, **content), status

    def for_bridge(self, frames: Sequence[Frame]) -> dict[str, Any]:
        """What the script of the host page needs: the frames, the dialogs an app may open, and who looks."""
        viewer = self.viewer()
        dialogs = self.apps.shown(["dialogs"], self._seen_by())
        return {
            "frames": [frame.for_bridge() for frame in frames],
            "dialogs": [{"app": each.app, "key": each.key, "options": dict(each.options)} for each in dialogs],
            "sandbox": SANDBOX,
            "viewer": {
                "accountId": self.account_id(),
                "locale": "en_US" if language() == "en" else "fr_FR",
                "timeZone": viewer.get("timeZone", str(self.zone)),
            },
            "words": {name: words(language())[name] for name in ("close", "submit", "cancel")},
        }

    def _seen_by(self) -> Viewer:
        return Viewer(account_id=self.account_id(), is_admin=self.is_admin(), language=language())


def theme() -> str:
    """Light unless dark was chosen."""
    return "dark" if request.cookies.get("theme") == "dark" else "light"


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
