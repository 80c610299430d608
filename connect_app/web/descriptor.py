"""Serves the descriptor with this installation's own address and key filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from connect_app.errors import Misconfigured
from connect_app.runtime import Runtime
from connect_app.settings import Settings
from connect_app.web.tokens import TokenClass, opened_by

DESCRIPTOR = Path(__file__).parents[2] / "atlassian-connect.json"


def read_descriptor(settings: Settings, path: Path = DESCRIPTOR) -> dict[str, Any]:
    """The descriptor of this app; `Misconfigured` when the file is missing or is not JSON."""
    try:
        text = path.read_text("utf-8")
        for name, value in (("base_url", settings.base_url.rstrip("/")), ("app_key", settings.app_key)):
            text = text.replace("{{" + name + "}}", json.dumps(value)[1:-1])
        descriptor: dict[str, Any] = json.loads(text)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path.name}: {error}") from error
    return descriptor


def descriptor_routes(runtime: Runtime) -> Blueprint:
    """`GET /atlassian-connect.json`."""
    blueprint = Blueprint("descriptor", __name__)
    text = json.dumps(read_descriptor(runtime.settings), ensure_ascii=False, indent=2)

    @blueprint.get("/atlassian-connect.json")
    @opened_by(TokenClass.PUBLIC)
    def descriptor() -> Response:
        return Response(text, content_type="application/json; charset=utf-8")

    return blueprint
