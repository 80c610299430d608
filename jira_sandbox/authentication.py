"""Tells who is calling: a person by e-mail and token, or an app by its JWT; 401 otherwise, as Jira says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from werkzeug.wrappers import Request

from jira_sandbox.errors import Refusal
from jira_sandbox.routing import Caller
from jira_sandbox.state.people import Person
from jira_sandbox.state.site import Site

AppDoor = Callable[[str, str, str, str], Caller | None]
"""Recognises an app: method, raw path, query string, token → caller, or None when the token does not hold."""

_CAPTCHA_AFTER = 10


def unauthorized(reason: str = "AUTHENTICATED_FAILED") -> Refusal:
    """401 with the header that tells a wrong or expired token from a locked account."""
    headers = {"X-Seraph-LoginReason": reason, "WWW-Authenticate": 'Basic realm="Jira"'}
    return Refusal(401, ["Client must be authenticated to access this resource."], {}, headers)


class Authentication:
    """The door's doorman; remembers wrong tokens, since Jira denies basic login after too many."""

    def __init__(self, site: Site, apps: AppDoor) -> None:
        self._site = site
        self._apps = apps
        self._failures: Counter[str] = Counter()

    def caller(self, request: Request) -> Caller:
        """Who makes this request; raises a 401 Refusal."""
        header = request.headers.get("Authorization", "")
        kind, _, rest = header.partition(" ")
        if kind.upper() == "JWT" or (not header and "jwt" in request.args):
            return self._app(request, rest.strip() or request.args["jwt"])
        credentials = request.authorization
        if kind.lower() == "basic" and credentials and credentials.username is not None:
            through_gateway = bool(request.environ.get("sandbox.gateway"))
            return self._person(credentials.username, credentials.password or "", through_gateway=through_gateway)
        raise unauthorized("OUT" if not header else "AUTHENTICATED_FAILED")

    def _app(self, request: Request, token: str) -> Caller:
        raw = str(request.environ.get("REQUEST_URI") or request.full_path)
        path, _, query = raw.partition("?")
        caller = self._apps(request.method, path, query, token)
        if caller is None:
            raise unauthorized()
        return caller

    def _person(self, email: str, token: str, *, through_gateway: bool) -> Caller:
        person = next((item for item in self._site.people.values() if item.email == email), None)
        if person is None or not self._opens(person, token, through_gateway=through_gateway):
            self._failures[email] += 1
            denied = self._failures[email] > _CAPTCHA_AFTER
            raise unauthorized("AUTHENTICATION_DENIED" if denied else "AUTHENTICATED_FAILED")
        if self._failures[email] > _CAPTCHA_AFTER or person.locked_out:
            raise unauthorized("AUTHENTICATION_DENIED")
        self._failures.pop(email, None)
        return Caller(person=person)

    def _opens(self, person: Person, token: str, *, through_gateway: bool) -> bool:
        """Whether a token is this person's, still valid, and good for the address it was sent to."""
        if person.is_app or not person.active or not person.token or person.token != token:
            return False
        ended = person.token_ends is not None and self._site.now() >= person.token_ends
        return not ended and (through_gateway or not person.token_scoped)


def caller_of(person: Person) -> Caller:
    """A person already known, for the site's own pages."""
    return Caller(person=person)


def claimed_principal(request: Request) -> str | None:
    """Who a request says it is from, not verified: "app", an e-mail address, or nobody."""
    if request.headers.get("Authorization", "").upper().startswith("JWT ") or "jwt" in request.args:
        return "app"
    return request.authorization.username if request.authorization else None
