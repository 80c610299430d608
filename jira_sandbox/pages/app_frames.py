"""The apps' pages inside the site's own: which frames a page holds, and what the host bridge is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jira_sandbox.apps import ShownModule, Viewer

SANDBOX = (
    "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-scripts "
    "allow-same-origin allow-top-navigation-by-user-activation"
)
"""What Jira lets the frame of an app do."""

ADMIN_PAGES = ("adminPages", "configurePage")
PROJECT_PAGES = ("jiraProjectPages", "jiraProjectAdminTabPanels")
PORTAL_PAGES = ("serviceDeskPortalUserMenuActions", "serviceDeskPortalProfileActions")
REQUEST_PANELS = ("serviceDeskPortalRequestViewPanels", "serviceDeskPortalRequestViewDetailsPanels")
REQUEST_ACTIONS = ("serviceDeskPortalRequestViewActions",)


class Apps(Protocol):
    """What the apps of the site have to show; no permission is looked at."""

    def shown(self, kinds: Iterable[str], viewer: Viewer) -> Sequence[ShownModule]:
        """The pages of these kinds that a viewer finds."""

    def module(self, app: str, key: str, language: str) -> ShownModule:
        """One page, its words in a language; raises KeyError."""

    def context(self, issue: str | None, project: str | None) -> Mapping[str, Any]:
        """What the bridge says of where the page is."""

    def address(self, app: str, key: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        """The signed address of a page; raises KeyError."""

    def token(self, app: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        """A fresh context token; raises KeyError."""

    def lozenge(self, module: ShownModule, issue: str) -> Mapping[str, Any]:
        """The status beside an issue panel's name; empty without."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One page of an app in an iframe, about an issue, a project or neither."""

    module: ShownModule
    url: str
    issue: str | None = None
    project: str | None = None
    lozenge: Mapping[str, Any] = field(default_factory=dict)

    def for_bridge(self) -> dict[str, Any]:
        """What the script of the host page needs to know."""
        return {
            "app": self.module.app,
            "key": self.module.key,
            "title": self.module.title or self.module.key,
            "url": self.url,
            "issue": self.issue,
            "project": self.project,
        }


@dataclass(frozen=True)
class Frames:
    """Makes the frames of one page of the site for whoever looks at it."""

    apps: Apps
    viewer: Viewer

    def of(self, *kinds: str, issue: str | None = None, project: str | None = None) -> list[Frame]:
        """The frames of these kinds of modules, as far as their conditions let the viewer see them."""
        return [self._frame(module, issue, project) for module in self.modules(*kinds)]

    def modules(self, *kinds: str) -> Sequence[ShownModule]:
        """The modules of these kinds that the viewer finds, to be linked to."""
        return self.apps.shown(kinds, self.viewer)

    def found(self, app: str, key: str, *kinds: str, issue: str | None = None, project: str | None = None) -> Frame:
        """The frame of a module that the viewer finds among these kinds; raises KeyError."""
        module = next((each for each in self.modules(*kinds) if (each.app, each.key) == (app, key)), None)
        if module is None:
            raise KeyError(key)
        return self._frame(module, issue, project)

    def bare(self, app: str, key: str, *, issue: str | None = None, project: str | None = None) -> Frame:
        """The frame of a module whatever its conditions, since they protect nothing; raises KeyError."""
        return self._frame(self.apps.module(app, key, self.viewer.language), issue, project)

    def _frame(self, module: ShownModule, issue: str | None, project: str | None) -> Frame:
        return Frame(
            module=module,
            url=self.apps.address(module.app, module.key, issue, project, self.viewer.account_id),
            issue=issue,
            project=project,
            lozenge=self.apps.lozenge(module, issue) if issue else {},
        )
