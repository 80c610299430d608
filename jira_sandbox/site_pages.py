"""The pages of a site's port: the agents' view and the portal on the site's own REST, and where Jira's links lead."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect
from werkzeug.wrappers import Response

from jira_sandbox.app_pages import AppPages
from jira_sandbox.host import RunningSite
from jira_sandbox.pages import pages


def site_pages(running: RunningSite) -> Flask:
    """The Flask application behind everything on a site's port that is not REST."""
    app = Flask("jira_sandbox.site", static_folder=None)
    site = running.site
    app.register_blueprint(
        pages(
            running.door.call,
            lambda: _people(running),
            site_name=site.name,
            now=site.now,
            advance=site.clock.advance,
            apps=AppPages(site, running.apps),
            zone=site.zone.key,
        )
    )

    @app.get("/")
    def front() -> Response:
        return redirect("/agent/")

    @app.get("/browse/<key>")
    def browse(key: str) -> Response:
        return redirect(f"/agent/issue/{key}")

    @app.get("/servicedesk/customer/portal/<desk_id>/<key>")
    def portal(desk_id: str, key: str) -> Response:  # noqa: ARG001 - Jira's address names the desk too
        return redirect(f"/portal/request/{key}")

    return app


def _people(running: RunningSite) -> list[dict[str, Any]]:
    with running.site.lock:
        return [
            {
                "accountId": person.account_id,
                "displayName": person.display_name,
                "accountType": person.account_type,
                "roles": sorted(person.roles),
                "timeZone": person.time_zone,
            }
            for person in running.site.people.values()
            if person.active
        ]
