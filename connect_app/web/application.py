"""Puts the web shell together: guard, headers, errors, routes."""

from __future__ import annotations

from flask import Flask

from connect_app.runtime import Runtime
from connect_app.web.admin import admin_routes, operator_routes
from connect_app.web.agent_api import agent_api_routes
from connect_app.web.assets import asset_routes
from connect_app.web.descriptor import descriptor_routes
from connect_app.web.errors import answer_errors
from connect_app.web.headers import secure
from connect_app.web.health import health_routes
from connect_app.web.hooks import hook_routes
from connect_app.web.incoming import under_base_path
from connect_app.web.lifecycle import lifecycle_routes
from connect_app.web.links import link_routes
from connect_app.web.panels import panel_routes
from connect_app.web.portal import portal_routes
from connect_app.web.portal_api import portal_api_routes
from connect_app.web.portal_requests import portal_requests_routes
from connect_app.web.project import project_routes
from connect_app.web.project_link import project_link_routes
from connect_app.web.tokens import guard
from connect_app.web.webhooks import webhook_routes
from connect_app.web.words import speak


def create_app(runtime: Runtime) -> Flask:
    """The WSGI application of one runtime."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=runtime.settings.max_body_bytes, PROVIDE_AUTOMATIC_OPTIONS=False, TRUSTED_HOSTS=None
    )
    # Neither a trailing nor a doubled slash may answer with a redirect: it would carry the token along.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    speak(app)
    secure(app)
    answer_errors(app)
    guard(app, runtime)
    app.register_blueprint(asset_routes())
    for routes in (
        descriptor_routes,
        health_routes,
        lifecycle_routes,
        webhook_routes,
        hook_routes,
        link_routes,
        panel_routes,
        agent_api_routes,
        admin_routes,
        operator_routes,
        portal_routes,
        portal_api_routes,
        portal_requests_routes,
        project_routes,
        project_link_routes,
    ):
        app.register_blueprint(routes(runtime))
    app.wsgi_app = under_base_path(app.wsgi_app, runtime.settings.base_path)  # type: ignore[assignment] # as Flask's documentation does it
    return app
