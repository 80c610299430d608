"""What Atlassian's host bridge asks its host for: its files, fresh tokens and addresses, and REST as the viewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from jira_sandbox.pages.bridge_files import FILES
from jira_sandbox.pages.site_rest import Refused
from jira_sandbox.pages.viewing import Desk


def add_bridge(blueprint: Blueprint, desk: Desk) -> None:
    """Adds the routes that only the script of the host pages calls."""

    @blueprint.get("/agent/bridge/files/<name>")
    def bridge_file(name: str) -> Response:
        if name not in FILES:
            abort(404)
        package, path = FILES[name]
        return send_from_directory(desk.packages / package, path)

    @blueprint.get("/agent/bridge/token")
    def bridge_token() -> Response:
        asked = request.args
        token = desk.apps.token(asked["app"], asked.get("issue"), asked.get("project"), desk.account_id())
        return jsonify(token=token)

    @blueprint.get("/agent/bridge/context")
    def bridge_context() -> Response:
        return jsonify(dict(desk.apps.context(request.args.get("issue"), request.args.get("project"))))

    @blueprint.get("/agent/bridge/address")
    def bridge_address() -> Response:
        asked = request.args
        url = desk.apps.address(asked["app"], asked["key"], asked.get("issue"), asked.get("project"), desk.account_id())
        return jsonify(url=url, options={})

    @blueprint.post("/agent/bridge/rest")
    def bridge_rest() -> tuple[Response, int]:
        """AP.request: Jira's REST as the viewer; the answer's own status travels inside."""
        asked: Mapping[str, Any] = request.get_json()
        path = str(asked.get("url", ""))
        if not path.startswith("/rest/"):
            raise Refused(400, ["Only addresses of the product's own REST are passed on."])
        account_id = desk.rest().account_id
        status, body = desk.call(str(asked.get("type", "GET")).upper(), path, asked.get("data"), account_id)
        return jsonify(status=status, body=body), 200
