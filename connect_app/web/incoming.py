"""Reads a Flask request as it was sent: the raw path, the limits of its body, its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote, unquote_to_bytes, urlsplit

from flask import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json
from werkzeug.exceptions import RequestEntityTooLarge

from connect_app.doors.incoming import IncomingRequest
from connect_app.doors.qsh import TOKEN_PARAMETER, relative_path
from connect_app.errors import Malformed

StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class SentForm(BaseModel):
    """What a form or a button of a page of ours sends; anything else in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


Form = TypeVar("Form", bound=SentForm)


def incoming_request(request: Request, base_path: str) -> IncomingRequest:
    """What the doors look at."""
    return IncomingRequest(
        method=request.method,
        raw_path=relative_path(raw_path(request.environ), base_path),
        query_string=request.query_string.decode("latin-1"),
        authorization=request.headers.get("Authorization"),
        jwt_parameters=tuple(request.args.getlist(TOKEN_PARAMETER)),
    )


def raw_path(environ: dict[str, Any]) -> str:
    """The path as sent when the server tells it, else the decoded path quoted again.

    What the server tells must decode to the path that was routed: a hash of one path must never open another.
    """
    routed = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    for name in ("REQUEST_URI", "RAW_URI"):
        told = environ.get(name)
        if isinstance(told, str):
            path = _path_of(told)
            if path is not None and unquote_to_bytes(path) == routed:
                return path
    # Not quoted: what RFC 3986 allows in a path, as Jira leaves it.
    return quote(routed, safe="/-._~!$&'()*+,;=:@")


def _path_of(uri: str) -> str | None:
    try:
        return uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path
    except ValueError:
        return None


def under_base_path(app: WsgiApp, base_path: str) -> WsgiApp:
    """Serves the same routes with and without the public path: a proxy in front may strip it or not."""
    base = base_path.encode().decode("latin-1")
    if not base:
        return app

    def mounted(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == base or path.startswith(base + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + base
            environ["PATH_INFO"] = path[len(base) :] or "/"
        return app(environ, start_response)

    return mounted


def json_body(request: Request, *, limit: int) -> Any:
    """The JSON of the body; `Malformed` for another content type or for what is not JSON, 413 above `limit` bytes."""
    if request.mimetype != "application/json":
        raise Malformed("the content type is not application/json")
    body = limited_body(request, limit=limit)
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        return _read_slowly(body)


def _read_slowly(body: bytes) -> Any:
    """What the fast reader refuses and Jira may write: half of a character that stands outside the basic plane."""
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {type(error).__name__}") from None


def read_form(kind: type[Form], sent: Any) -> Form:
    """What a page of ours sent, checked; `Malformed` for anything else."""
    try:
        return kind.model_validate(sent)
    except ValidationError:
        raise Malformed("the form is not filled in as it should be") from None


def limited_body(request: Request, *, limit: int) -> bytes:
    """The bytes of the body, at most `limit` of them; a body without an announced length is counted as it comes."""
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    # One byte more than allowed: Werkzeug cuts an endless body at its limit without a word.
    request.max_content_length = limit + 1
    body = request.get_data(cache=True)
    if len(body) > limit:
        raise RequestEntityTooLarge
    return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
