"""The routes of Jira's webhooks: verified, stored once, answered; nothing is decided here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound as NoSuchRoute

from automation_rules.checklist.writing import WEBHOOK_EVENTS
from connect_app import metrics
from connect_app.logs import logger, tell
from connect_app.runtime import Runtime
from connect_app.web.deliveries import IDENTIFIER_HEADER, read_delivery
from connect_app.web.incoming import json_body
from connect_app.web.tokens import TokenClass, caller, opened_by

EVENTS = {event.removeprefix("jira:").replace("_", "-"): event for event in WEBHOOK_EVENTS}
"""The last segment of each webhook's address in the descriptor, and the event Jira sends there."""

log = logger(__name__)


def webhook_routes(runtime: Runtime) -> Blueprint:
    """One route for each event of the descriptor."""
    blueprint = Blueprint("webhooks", __name__, url_prefix="/connect/webhooks")

    blueprint.after_request(count_refusals)

    @blueprint.post("/<name>")
    @opened_by(TokenClass.REQUEST)
    def receive(name: str) -> Response:
        if name not in EVENTS:
            raise NoSuchRoute
        body = json_body(request, limit=runtime.settings.max_body_bytes)
        return take_in(runtime, EVENTS[name], body, received_at=runtime.clock.now())

    return blueprint


def count_refusals(answer: Response) -> Response:
    """Counts what was not taken in: refused (our answer is theirs to act on), or failed (ours)."""
    if answer.status_code >= 400:
        metrics.DELIVERIES.labels("refused" if answer.status_code < 500 else "failed").inc()
    return answer


def take_in(
    runtime: Runtime, event: str, body: Any, *, received_at: datetime, own_change: str | None = None
) -> Response:
    """Stores the delivery of the present request, once; `own_change` is the history entry a write of ours made."""
    installation = caller().installation
    delivery = read_delivery(
        event,
        body,
        identifier=request.headers.get(IDENTIFIER_HEADER),
        raw_body=request.get_data(),
        received_at=received_at,
    )
    tell(issue=delivery.issue_id, delivery=delivery.identifier)
    fresh = runtime.receive(installation, delivery, own_change=own_change)
    log.info("received" if fresh else "received again", webhook=delivery.event)
    metrics.DELIVERIES.labels("stored" if fresh else "repeated").inc()
    return Response(status=204)
