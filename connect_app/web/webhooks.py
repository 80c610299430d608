"""The routes of Jira's webhooks: verified, stored once, answered; nothing is decided here."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound as NoSuchRoute

from connect_app.logs import about, logger
from connect_app.runtime import Runtime
from connect_app.web.deliveries import IDENTIFIER_HEADER, read_delivery
from connect_app.web.incoming import json_body
from connect_app.web.tokens import TokenClass, caller, opened_by

EVENTS = {
    "issue-created": "jira:issue_created",
    "issue-updated": "jira:issue_updated",
    "issue-deleted": "jira:issue_deleted",
    "comment-created": "comment_created",
    "comment-updated": "comment_updated",
    "comment-deleted": "comment_deleted",
    "worklog-created": "worklog_created",
    "worklog-updated": "worklog_updated",
    "worklog-deleted": "worklog_deleted",
    "project-deleted": "project_deleted",
}
"""The last segment of each webhook's address in the descriptor, and the event Jira sends there."""

log = logger(__name__)


def webhook_routes(runtime: Runtime) -> Blueprint:
    """One route for each event of the descriptor."""
    blueprint = Blueprint("webhooks", __name__, url_prefix="/connect/webhooks")

    @blueprint.post("/<name>")
    @opened_by(TokenClass.REQUEST)
    def receive(name: str) -> Response:
        if name not in EVENTS:
            raise NoSuchRoute
        installation = caller().installation
        body = json_body(request, limit=runtime.settings.max_body_bytes)
        delivery = read_delivery(
            EVENTS[name],
            body,
            identifier=request.headers.get(IDENTIFIER_HEADER),
            raw_body=request.get_data(),
            received_at=runtime.clock.now(),
        )
        with about(installation=installation.id, issue=delivery.issue_id, delivery=delivery.identifier):
            fresh = runtime.receive(installation, delivery)
            log.info("received" if fresh else "received again", webhook=delivery.event)
        return Response(status=204)

    return blueprint
