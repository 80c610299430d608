"""Turns exceptions into answers that reveal nothing; the reason goes to the log."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from connect_app.errors import (
    KeyServerDown,
    Malformed,
    NotAllowed,
    NotAuthentic,
    NotFound,
    RelanceError,
    Temporary,
)
from connect_app.logs import logger
from connect_app.store.outages import out_of_order

RETRY_SECONDS = 30
"""What we ask for when we could not answer: Jira has its own delays, people's monitors obey."""

_STATUSES: tuple[tuple[type[RelanceError], int], ...] = (
    (NotAuthentic, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Malformed, 400),
    (KeyServerDown, 503),
    (Temporary, 503),
    (RelanceError, 502),
)

log = logger(__name__)


def answer_errors(app: Flask) -> None:
    """Registers the handlers: ours, HTTP's, and the last resort."""
    app.register_error_handler(RelanceError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: Exception) -> Response:
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 500)
    reason = error.reason if isinstance(error, NotAuthentic) else str(error)
    log.warning("refused", status=status, reason=reason, **_where())
    return _answer(status)


def _http(error: Exception) -> Response:
    status = (error.code if isinstance(error, HTTPException) else None) or 500
    log.info("refused", status=status, reason=type(error).__name__, **_where())
    # A redirect would leave with a token made for this address: nothing here redirects.
    return _answer(status if status >= 400 else 404)


def _database(error: Exception) -> Response:
    """503 when the database is down, full or read-only, so that Jira sends it again; what is our mistake stays one."""
    if not out_of_order(error):
        return _unforeseen(error)
    log.error("database out of order", error=str(error), **_where())
    return _answer(503)


def _unforeseen(error: Exception) -> Response:
    log.error("failed", exc_info=error, **_where())
    return _answer(500)


def _where() -> dict[str, str]:
    """The route, never the query: it may hold a token. Nor the address of a webhook: its id is nobody's business."""
    unguessable = request.url_rule is not None and "hook_id" in request.url_rule.arguments
    path = request.url_rule.rule if request.url_rule is not None and unguessable else request.path
    return {"method": request.method[:16], "path": path[:200]}


def _answer(status: int) -> Response:
    answer = jsonify(error=HTTP_STATUS_CODES.get(status, "error").lower())
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "JWT"
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
