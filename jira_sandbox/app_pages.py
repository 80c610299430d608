"""What the pages of a site show of its apps: which pages they have, their signed addresses, tokens and lozenges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jira_sandbox.apps import Apps, ShownModule, Viewer, issue_context, request_values
from jira_sandbox.state.site import Site
from jira_sandbox.views.issue import issue_view


def about(site: Site, issue_key: str | None, project_key: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The context claim and the URL parameters of a page about an issue, a project, or neither."""
    with site.lock:
        if issue_key:
            issue = site.issue(issue_key)
            view = issue_view(site, issue)
            params = request_values(
                {**view, "serviceDeskId": site.project_of(issue).desk_id, "requestTypeId": issue.request_type_id}
            )
            return issue_context(view), params
        if project_key:
            project = site.project(project_key)
            context = {"jira": {"project": {"id": project.id, "key": project.key}}}
            return context, {"project.id": project.id, "project.key": project.key}
    return {}, {}


class AppPages:
    """The apps' pages of one site. Plays Jira after it has let the viewer in: it looks at no permission itself."""

    def __init__(self, site: Site, apps: Apps) -> None:
        self._site = site
        self._apps = apps

    def shown(self, kinds: Iterable[str], viewer: Viewer) -> list[ShownModule]:
        """The pages of these kinds that a viewer finds."""
        return self._apps.shown(kinds, viewer)

    def module(self, app: str, key: str, language: str) -> ShownModule:
        """One page, whoever may find it; raises KeyError."""
        return self._apps.module(app, key, language)

    def context(self, issue: str | None, project: str | None) -> Mapping[str, Any]:
        """What AP.context.getContext says; raises a 404 Refusal for an unknown issue or project."""
        return about(self._site, issue, project)[0]

    def address(self, app: str, key: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        """The signed address of a page, good for three minutes; raises KeyError or a 404 Refusal."""
        context, params = about(self._site, issue, project)
        return self._apps.page_url(app, key, params, account_id, context)

    def token(self, app: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        """A fresh context token: what AP.context.getToken gives."""
        return self._apps.context_token(app, account_id, about(self._site, issue, project)[0])

    def lozenge(self, module: ShownModule, issue: str) -> Mapping[str, Any]:
        """The status beside an issue panel's name, as the app wrote it into the issue's property; empty without."""
        with self._site.lock:
            found = self._site.issue(issue).properties.get(f"com.atlassian.jira.issue:{module.app}:{module.key}:status")
        return found if isinstance(found, Mapping) and isinstance(found.get("value"), Mapping) else {}
