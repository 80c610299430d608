"""Control of the test clock."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.clock import ClockError, iso, parse_instant
from jira_sandbox.control.documents import ClockMove
from jira_sandbox.errors import Refusal
from jira_sandbox.host import Host


def time_controls(host: Host) -> Blueprint:
    """The routes of the clock."""
    blueprint = Blueprint("time", __name__)

    @blueprint.get("/_sandbox/clock")
    def clock() -> ResponseReturnValue:
        return {"now": iso(host.clock.now())}

    @blueprint.post("/_sandbox/clock")
    def move_clock() -> ResponseReturnValue:
        wanted = ClockMove.model_validate(_document())
        try:
            if wanted.to is not None:
                now = host.clock.move_to(parse_instant(wanted.to))
            else:
                now = host.clock.advance(wanted.advance or 0.0)
        except (ClockError, ValueError) as error:
            raise Refusal(400, [str(error)]) from None
        if "text/html" in request.headers.get("Accept", ""):
            return "", 303, {"Location": request.referrer or "/_sandbox/"}
        return {"now": iso(now)}

    return blueprint


def _document() -> object:
    """The JSON body, or the fields of a form (the buttons of the pages)."""
    return request.form.to_dict() if request.form else request.get_json()
