"""One request on its way to a handler, the answer on its way back, and the table that matches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from werkzeug.datastructures import Headers, MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from jira_sandbox.errors import Refusal, bad_request
from jira_sandbox.state.people import Actor, Person
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls: a person with a token, or an app with its scopes."""

    person: Person
    app_key: str | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Call:
    """One REST request, authenticated and matched."""

    site: Site
    caller: Caller
    method: str
    template: str
    version: str
    params: Mapping[str, str]
    query: MultiDict[str, str]
    headers: Headers
    body: Value = None

    @property
    def person(self) -> Person:
        """The person (or app user) calling."""
        return self.caller.person

    @property
    def actor(self) -> Actor:
        """The caller as the author of changes."""
        return Actor(person=self.caller.person, trace=self.headers.get("X-Atlassian-Webhook-Trace"))

    @property
    def json(self) -> Json:
        """The body as an object; 400 when it is anything else."""
        if not isinstance(self.body, dict):
            raise bad_request("Invalid request payload. Refer to the REST API documentation and try again.")
        return self.body

    def param(self, name: str) -> str:
        """A path parameter."""
        return self.params[name]

    def text(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.query.get(name, default)

    def number(self, name: str, default: int) -> int:
        """A query parameter that is a whole number; 400 otherwise."""
        given = self.query.get(name)
        if given is None or given == "":
            return default
        try:
            return int(given)
        except ValueError:
            raise bad_request(f"The value '{given}' of the parameter '{name}' is not a number.") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A query parameter that is true or false, in whatever case."""
        given = self.query.get(name)
        return default if given is None else given.lower() == "true"

    def many(self, name: str) -> list[str]:
        """All values of a query parameter, repeated or separated by commas."""
        return [part for value in self.query.getlist(name) for part in value.split(",") if part]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back: a status, a JSON value (None for an empty body), headers."""

    status: int = 200
    body: Value = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, kw_only=True)
class Route:
    """An operation the sandbox knows; `template` is the path as the OpenAPI document writes it."""

    method: str
    template: str
    handler: Handler


class Routes:
    """A collection of operations; `{v}` in a template stands for the API versions 2 and 3."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Registers the handler of an operation."""

        def register(handler: Handler) -> Handler:
            for version in ("3", "2") if "{v}" in template else ("",):
                path = template.replace("{v}", version)
                self.all.append(Route(method=method, template=path, handler=handler))
            return handler

        return register


class Router:
    """Finds the operation of a request."""

    def __init__(self, collections: Iterable[Routes]) -> None:
        self.routes = [route for collection in collections for route in collection.all]
        rules = [
            Rule(route.template.replace("{", "<").replace("}", ">"), methods=[route.method], endpoint=str(number))
            for number, route in enumerate(self.routes)
        ]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The operation and its path parameters, or None when the sandbox does not know it."""
        adapter = self._map.bind("localhost")
        try:
            endpoint, params = adapter.match(path, method="GET" if method == "HEAD" else method)
        except (NotFound, MethodNotAllowed):
            return None
        return self.routes[int(endpoint)], params

    def known(self) -> list[str]:
        """The operations the sandbox knows, for the 501 answer."""
        return sorted(f"{route.method} {route.template}" for route in self.routes)


def page(
    call: Call, items: list[Item], *, name: str = "values", most: int = 50, last: bool = True
) -> tuple[Json, list[Item]]:
    """A classic page (`startAt`, `maxResults`): the envelope, and the items of this page to be viewed."""
    start, size = max(call.number("startAt", 0), 0), call.number("maxResults", most)
    if size < 0:
        size = most
    shown = items[start : start + size]
    envelope: Json = {"startAt": start, "maxResults": size, "total": len(items), name: []}
    if last:
        envelope["isLast"] = start + len(shown) >= len(items)
    return envelope, shown


def no_content() -> Answer:
    """204."""
    return Answer(status=204)


def refuse_unless(condition: object, refusal: Refusal) -> None:
    """Raises the refusal unless the condition holds."""
    if not condition:
        raise refusal
