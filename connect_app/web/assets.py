"""Serves the app's own scripts, styles, icons and translations: no secret is in them."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from connect_app.web.tokens import TokenClass, opened_by

FOLDER = Path(__file__).parent / "static"


def asset_routes() -> Blueprint:
    """`GET /static/…`."""
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/static/<path:name>")
    @opened_by(TokenClass.PUBLIC)
    def asset(name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    return blueprint
