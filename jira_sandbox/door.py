"""The door of a site's REST: match, authenticate, weigh scopes, validate, do, validate again, answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import Headers, MultiDict
from werkzeug.wrappers import Request, Response

from jira_sandbox.authentication import Authentication, claimed_principal
from jira_sandbox.clock import iso
from jira_sandbox.contract.law import Law
from jira_sandbox.contract.scopes import covers
from jira_sandbox.errors import Refusal, bad_request
from jira_sandbox.limits import Limits, too_many
from jira_sandbox.points import points
from jira_sandbox.records import Records
from jira_sandbox.routing import Answer, Call, Caller, Route, Router, refuse_unless
from jira_sandbox.state.faults import RestFault
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site


class HangUp(Exception):
    """The connection must be dropped; `wait` keeps it open and silent until the client gives up."""

    def __init__(self, *, wait: bool) -> None:
        super().__init__("the connection is dropped on purpose")
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class _Received:
    """A request as it came in, before anybody looked at what it means."""

    method: str
    path: str
    query: MultiDict[str, str]
    headers: Headers
    body: Value = None


class Door:
    """Answers the REST requests of one site."""

    def __init__(self, site: Site, router: Router, law: Law, authentication: Authentication) -> None:
        self.site = site
        self.records = Records()
        self._router = router
        self._law = law
        self._authentication = authentication
        self._limits = Limits()

    def handle(self, request: Request) -> Response:
        """Answers one HTTP request; raises HangUp when a fault says so."""
        fault = self._fault(request)
        if fault is not None and fault.effect in {"reset_before", "timeout_before"}:
            raise HangUp(wait=fault.effect == "timeout_before")
        caller: Caller | None = None
        try:
            received = _receive(request)
            caller = self._authentication.caller(request)
            if fault is not None and fault.status is not None:
                raise _faulty(fault)
            answer = self._answer(received, caller)
        except Refusal as refusal:
            answer = _refused(request.path, refusal)
        self._log(request, answer, caller)
        if fault is not None and fault.effect == "fail_after":
            return _response(_refused(request.path, Refusal(500, ["The sandbox was told to fail afterwards."])))
        if fault is not None and fault.effect is not None:
            raise HangUp(wait=fault.effect != "reset_after")
        return _response(answer)

    def call(self, method: str, path: str, body: Value, account_id: str) -> tuple[int, Value]:
        """Answers one request of the site's own pages, as the person looking at them."""
        parts = urlsplit(path)
        received = _Received(
            method=method,
            path=parts.path,
            query=MultiDict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=Headers({"X-ExperimentalApi": "opt-in"}),
            body=body,
        )
        try:
            answer = self._answer(received, Caller(person=self.site.person(account_id)))
        except Refusal as refusal:
            answer = _refused(path, refusal)
        return answer.status, answer.body

    def _fault(self, request: Request) -> RestFault | None:
        with self.site.lock:
            return self.site.faults.rest_fault(request.method, request.path, claimed_principal(request))

    def _answer(self, received: _Received, caller: Caller) -> Answer:
        found = self._router.find(received.method, received.path)
        if found is None:
            message = f"The sandbox does not know {received.method} {received.path}."
            return Answer(status=501, body={"errorMessages": [message], "errors": {}, "known": self._router.known()})
        route, params = found
        self._check_scope(route, caller)
        self._check_request(route, received)
        call = Call(
            site=self.site,
            caller=caller,
            method=received.method,
            template=route.template,
            version="2" if "/rest/api/2/" in route.template else "3",
            params=params,
            query=received.query,
            headers=received.headers,
            body=received.body,
        )
        try:
            answer = self._do(route, call)
        except Refusal as refusal:
            answer = _refused(received.path, refusal)
        finally:
            self.site.publish()
        return self._checked(route, call, answer)

    def _do(self, route: Route, call: Call) -> Answer:
        with self.site.lock:
            issue = self.site.find_issue(call.params.get("issueIdOrKey", ""))
            limit = self.site.faults.rate_limit
            self._limits.check(limit, call.method, route.template, issue.id if issue else None)
            if call.caller.app_key is None or limit is None:
                return route.handler(call)
            self._limits.check_quota(limit)
            answer = route.handler(call)
            told = self._limits.charge(limit, points(call.method, route.template, answer.body))
            return replace(answer, headers={**answer.headers, **told})

    def _check_scope(self, route: Route, caller: Caller) -> None:
        if caller.app_key is None:
            return
        needed = self._law.scope(route.method, route.template)
        if not covers(caller.scopes, needed):
            why = (
                "Connect apps cannot access this REST resource."
                if needed == "INACCESSIBLE"
                else (f"The app '{caller.app_key}' lacks the scope {needed}.")
            )
            raise Refusal(403, [why])

    def _check_request(self, route: Route, received: _Received) -> None:
        if received.method == "GET" and received.body is not None:
            raise Refusal(403, ["A GET request must not have a body."])
        operation = self._law.operation(route.method, route.template)
        if operation and operation.experimental and route.template.startswith("/rest/servicedeskapi"):
            refuse_unless(received.headers.get("X-ExperimentalApi") == "opt-in", _experimental())
        query = list(received.query.items(multi=True))
        problems = self._law.request_problems(route.method, route.template, query, received.body)
        if "/rest/api/2/" in route.template:
            # The v2 document is not held: v2 bodies carry texts where v3 has documents, parameters are the same.
            problems = [problem for problem in problems if problem.startswith("query")]
        if not problems:
            return
        self._violation("request", route, received.path, problems)
        wrong = [problem for problem in problems if "is not documented" not in problem]
        if wrong:
            raise bad_request("Invalid request payload. Refer to the REST API documentation and try again.", *wrong)

    def _checked(self, route: Route, call: Call, answer: Answer) -> Answer:
        if call.version == "2" and "/rest/api/" in route.template:
            return answer
        problems = self._law.answer_problems(route.method, route.template, answer.status, answer.body)
        if not problems:
            return answer
        self._violation("answer", route, route.template, problems)
        return Answer(status=500, body={"errorMessages": ["The sandbox broke the contract.", *problems], "errors": {}})

    def _violation(self, side: str, route: Route, path: str, problems: list[str]) -> None:
        self.records.violation(
            {
                "site": self.site.name,
                "side": side,
                "operation": f"{route.method} {route.template}",
                "path": path,
                "problems": problems,
            }
        )

    def _log(self, request: Request, answer: Answer, caller: Caller | None) -> None:
        principal = None if caller is None else "app" if caller.app_key else caller.person.email
        query = request.query_string.decode("ascii", "replace")
        self.records.request(
            {
                "method": request.method,
                "path": request.path + (f"?{query}" if query else ""),
                "status": answer.status,
                "principal": principal,
                "app": caller.app_key if caller else None,
                "at": iso(self.site.now()),
                "trace": request.headers.get("X-Atlassian-Webhook-Trace"),
            }
        )


def _receive(request: Request) -> _Received:
    received = _Received(
        method=request.method,
        path=request.path,
        query=MultiDict(request.args.items(multi=True)),
        headers=Headers(request.headers.items()),
    )
    raw = request.get_data()
    if not raw:
        return received
    try:
        return replace(received, body=json.loads(raw))
    except ValueError:
        raise bad_request("There was an error parsing JSON. Check that your request body is valid.") from None


def _faulty(fault: RestFault) -> Refusal:
    if fault.status == 429:
        return too_many(fault.reason, fault.retry_after if fault.retry_after is not None else 1)
    if fault.location is not None:
        return Refusal(fault.status or 302, [], {}, {"Location": fault.location})
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    return Refusal(fault.status or 500, ["The sandbox was told to fail."], {}, headers)


def _refused(path: str, refusal: Refusal) -> Answer:
    if path.startswith("/rest/servicedeskapi"):
        body: Json = {
            "errorMessage": str(refusal),
            "i18nErrorMessage": {"i18nKey": "sd.sandbox.refused", "parameters": []},
        }
    elif path.startswith("/rest/atlassian-connect"):
        body = {"message": str(refusal), "statusCode": refusal.status}
    else:
        body = {"errorMessages": list(refusal.messages), "errors": dict(refusal.errors)}
    return Answer(status=refusal.status, body=body, headers=refusal.headers)


def _response(answer: Answer) -> Response:
    response = Response(status=answer.status)
    if answer.body is not None:
        response.data = json.dumps(answer.body, ensure_ascii=False).encode()
        response.content_type = "application/json;charset=UTF-8"
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


def _experimental() -> Refusal:
    return Refusal(412, ["This API is experimental. Set the header X-ExperimentalApi: opt-in to use it."])
