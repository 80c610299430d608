"""Lets a route declare which class of token opens it, and checks that class before any route runs."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, g, request

from connect_app import logs
from connect_app.doors.caller import Caller, LifecycleCaller
from connect_app.doors.context_tokens import ContextTokens
from connect_app.doors.incoming import IncomingRequest
from connect_app.doors.install_keys import InstallKeys
from connect_app.doors.lifecycle_tokens import LifecycleTokens
from connect_app.doors.links import Link, Scope
from connect_app.doors.request_tokens import RequestTokens
from connect_app.doors.token.signatures import SIGNATURE_HEADER, HookSignatures
from connect_app.errors import NotAuthentic, NotFound
from connect_app.jira.spending import Purpose, spend_on
from connect_app.runtime import Runtime
from connect_app.web.deliveries import announced_delivery
from connect_app.web.incoming import incoming_request, limited_body

_DECLARED = "relance_token_class"

View = TypeVar("View", bound=Callable[..., Any])


class TokenClass(StrEnum):
    """Who may call a route (contract §3.5)."""

    LIFECYCLE = "lifecycle"
    REQUEST = "request"
    CONTEXT = "context"
    HOOK = "hook"
    LINK = "link"
    OPERATOR = "operator"
    PUBLIC = "public"


def opened_by(token_class: TokenClass) -> Callable[[View], View]:
    """Declares the token class of a route; goes under the route's own decorator."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, token_class)
        return view

    return declare


def token_class_of(app: Flask, endpoint: str) -> TokenClass:
    """What a route declared; `TypeError` when it declared nothing."""
    declared = getattr(app.view_functions[endpoint], _DECLARED, None)
    if not isinstance(declared, TokenClass):
        raise TypeError(f"the route {endpoint} declares no token class")
    return declared


def guard(app: Flask, runtime: Runtime) -> None:
    """Puts the verifiers in front of every route: one that declares nothing answers nobody."""
    settings, clock, installations = runtime.settings, runtime.clock, runtime.store.installations
    audiences = frozenset({settings.app_key, settings.base_url.rstrip("/")})
    keys = InstallKeys(settings.install_key_urls, development=settings.development)
    lifecycle = LifecycleTokens(keys.find, settings.base_url)
    bound = RequestTokens(installations.recent, audiences)
    context = ContextTokens(installations.recent, audiences)
    hooks = HookSignatures(installations.recent_of_hooks)

    def hook_caller(host_time: float) -> Caller:
        hook_id = (request.view_args or {}).get("hook_id", "")
        signature = request.headers.get(SIGNATURE_HEADER)

        def read_body() -> bytes:
            return limited_body(request, limit=settings.max_body_bytes)

        return hooks.verify(hook_id, signature, read_body, host_time=host_time)

    def link(host_time: float, *, operators: bool) -> Link:
        tokens = request.args.getlist("token")
        try:
            found = runtime.store.links.open(tokens[0] if len(tokens) == 1 else "", host_time=host_time)
        except NotAuthentic as refused:
            raise NotFound(refused.reason, status=404) from None
        if (found.scope is Scope.OPERATOR) is not operators:
            raise NotFound("a link of another scope", status=404)
        return found

    def incoming() -> IncomingRequest:
        return incoming_request(request, settings.base_path)

    verifiers: dict[TokenClass, Callable[[float], LifecycleCaller | Caller | Link | None]] = {
        TokenClass.LIFECYCLE: lambda now: lifecycle.verify(incoming(), host_time=now),
        TokenClass.REQUEST: lambda now: bound.verify(incoming(), host_time=now),
        TokenClass.CONTEXT: lambda now: context.verify(incoming(), host_time=now),
        TokenClass.HOOK: hook_caller,
        TokenClass.LINK: lambda now: link(now, operators=False),
        TokenClass.OPERATOR: lambda now: link(now, operators=True),
        TokenClass.PUBLIC: lambda _: None,
    }

    def check() -> None:
        logs.begin(delivery=announced_delivery(request))
        spend_on(Purpose.PAGE)  # whatever is asked of Jira here, somebody waits for it before a page
        if request.endpoint is None:
            return  # no such route: Flask answers 404 or 405, and no code of ours runs
        verify = verifiers[token_class_of(app, request.endpoint)]
        g.caller = _verified(verify, clock.host_time(), installations.forget_recent)
        logs.tell(**_about(g.caller))

    app.before_request(check)
    app.teardown_request(lambda _: logs.begin())


def _verified(
    verify: Callable[[float], LifecycleCaller | Caller | Link | None], now: float, forget: Callable[[], bool]
) -> LifecycleCaller | Caller | Link | None:
    """Who calls; asked once more when remembered secrets refused: another process may have renewed them since."""
    try:
        return verify(now)
    except NotAuthentic:
        if not forget():
            raise
        return verify(now)


def _about(whoever: LifecycleCaller | Caller | Link | None) -> logs.About:
    """What is known of a request as soon as it is let in; Jira's context may name the issue by its key alone."""
    if isinstance(whoever, Link):
        issue = whoever.subject if whoever.scope in {Scope.ISSUE, Scope.CUSTOMER} else None
        return {"installation": whoever.installation_id or None, "issue": issue}
    if isinstance(whoever, Caller):
        return {"installation": whoever.installation.id, "issue": whoever.issue_id or whoever.issue_key}
    return {}


def lifecycle_caller() -> LifecycleCaller:
    """Who calls the present lifecycle route."""
    found = g.get("caller")
    if not isinstance(found, LifecycleCaller):
        raise TypeError("not a lifecycle route")
    return found


def link_of() -> Link:
    """The link by which somebody sees the present page."""
    found = g.get("caller")
    if not isinstance(found, Link):
        raise TypeError("not a page of a link")
    return found


def caller() -> Caller:
    """Who calls the present request-bound or context route."""
    found = g.get("caller")
    if not isinstance(found, Caller):
        raise TypeError("not a route of a site")
    return found
