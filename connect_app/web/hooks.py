"""The route of the webhook an administrator set up by hand: signed as a whole, stored once, answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from connect_app.doors.token.signatures import check_recent
from connect_app.jira.own_actions import TRACE_PREFIX
from connect_app.jira.session import TRACE_HEADER
from connect_app.logs import logger
from connect_app.runtime import Runtime
from connect_app.web.incoming import json_body
from connect_app.web.tokens import TokenClass, caller, opened_by
from connect_app.web.webhooks import EVENTS, count_refusals, take_in

HEARD = frozenset(EVENTS.values())
"""The same events as those of the descriptor; another one that was ticked by mistake is let go by."""

_HISTORY_ID = re.compile(r"[1-9][0-9]{0,18}")

log = logger(__name__)


def hook_routes(runtime: Runtime) -> Blueprint:
    """`POST /hooks/<id>`: one address for every event; the event is in the signed body."""
    blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")

    blueprint.after_request(count_refusals)

    @blueprint.post("/<hook_id>")
    @opened_by(TokenClass.HOOK)
    def receive(hook_id: str) -> Response:
        del hook_id  # the guard has found the site by it
        installation, now = caller().installation, runtime.clock.now()
        body = json_body(request, limit=runtime.settings.max_body_bytes)
        check_recent(body, now=now.timestamp())
        event = body.get("webhookEvent")
        if not isinstance(event, str) or event not in HEARD:
            log.info("webhook let go by", installation=installation.id, webhook=str(event)[:64])
            return Response(status=204)
        return take_in(runtime, event, body, received_at=now, own_change=_own_change(body))

    return blueprint


def _own_change(body: Mapping[str, Any]) -> str | None:
    """The id of the history entry that a write of ours made: Jira echoes the trace that write carried."""
    if not request.headers.get(TRACE_HEADER, "").startswith(TRACE_PREFIX):
        return None
    changelog = body.get("changelog")
    made = str(changelog.get("id")) if isinstance(changelog, Mapping) else ""
    return made if _HISTORY_ID.fullmatch(made) else None
