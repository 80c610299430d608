from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
import responses

from connect_app.errors import Moved, NotFound, Refused, Stale, Temporary, Unauthorized
from connect_app.jira.client import JiraClient, admin_client
from connect_app.jira.session import TRACE_HEADER, basic
from tests.connect_app.jira.conftest import SITE

PATH = "rest/api/3/issue/10088"
URL = f"{SITE}/{PATH}"
ALWAYS_UNKNOWN = (408, 500, 502, 503, 504)
NEVER_DONE = (425, 429)


@pytest.mark.parametrize("status", ALWAYS_UNKNOWN + NEVER_DONE)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_passes_is_temporary_and_says_whether_it_may_have_happened(
    jira: responses.RequestsMock, client: JiraClient, method: str, status: int
) -> None:
    jira.add(method, URL, status=status)
    with pytest.raises(Temporary) as caught:
        client.request(method, PATH, body={"a": 1} if method != "GET" else None)
    expected = None if method != "GET" and status in ALWAYS_UNKNOWN else False
    assert caught.value.happened is expected
    assert caught.value.retry_after is None
    assert len(jira.calls) == 1


def test_a_limit_says_how_long_to_wait_and_why(jira: responses.RequestsMock, client: JiraClient) -> None:
    headers = {"Retry-After": "17", "RateLimit-Reason": "jira-quota-global-based"}
    jira.add("POST", URL, status=429, headers=headers)
    with pytest.raises(Temporary) as caught:
        client.request("POST", PATH, body={})
    assert (caught.value.retry_after, caught.value.reason) == (17.0, "jira-quota-global-based")
    assert len(jira.calls) == 1, "the library must not wait and try again by itself"


def test_a_503_that_says_how_long_to_wait_refused_the_request(jira: responses.RequestsMock, client: JiraClient) -> None:
    """Only then: without it a proxy may have lost the answer of a comment that was posted."""
    jira.add("POST", URL, status=503, headers={"Retry-After": "3"})
    with pytest.raises(Temporary) as caught:
        client.request("POST", PATH, body={})
    assert (caught.value.happened, caught.value.retry_after) == (False, 3.0)


def test_a_search_that_is_posted_changes_nothing(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.add("POST", f"{SITE}/rest/api/3/search/jql", status=502)
    with pytest.raises(Temporary) as caught:
        client.request("POST", "rest/api/3/search/jql", body={})
    assert caught.value.happened is False


@pytest.mark.parametrize("header", ["", "0", "-1", "soon", "nan", "inf", "999999", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_makes_no_sense_is_ours_to_choose(
    jira: responses.RequestsMock, client: JiraClient, header: str
) -> None:
    jira.add("GET", URL, status=503, headers={"Retry-After": header})
    with pytest.raises(Temporary) as caught:
        client.get(PATH)
    assert caught.value.retry_after is None


def test_a_conflict_is_stale(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.add("POST", URL, status=409, json={"errorMessages": ["conflict"]})
    with pytest.raises(Stale, match="409 conflict"):
        client.request("POST", PATH, body={})


@pytest.mark.parametrize(
    ("status", "reason", "locked_out"),
    [
        (401, None, False),
        (401, "AUTHENTICATED_FAILED", False),
        (401, "AUTHENTICATION_DENIED", True),
        (403, "AUTHENTICATION_DENIED", True),
    ],
)
def test_credentials_refused_and_accounts_locked(
    jira: responses.RequestsMock, client: JiraClient, status: int, reason: str | None, *, locked_out: bool
) -> None:
    jira.add("GET", URL, status=status, headers={"X-Seraph-LoginReason": reason} if reason else {})
    with pytest.raises(Unauthorized) as caught:
        client.get(PATH)
    assert caught.value.locked_out is locked_out


PLATFORM = {"errorMessages": ["Issue does not exist"], "errors": {"resolution": "cannot be set"}}
SHAPES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "platform": (PLATFORM, ("Issue does not exist", "resolution: cannot be set")),
    "service management": (
        {"errorMessage": "Not a request", "i18nErrorMessage": {"i18nKey": "k", "parameters": []}},
        ("Not a request",),
    ),
    "a list of errors": ({"errors": [{"message": "bad"}]}, ("{'message': 'bad'}",)),
    "one text": ({"errorMessages": "no", "errors": None}, ("no",)),
    "a bare list": (["no"], ()),
    "nothing": ({}, ()),
}


@pytest.mark.parametrize(("body", "sentences"), SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (403, Refused), (404, NotFound), (413, Refused)])
def test_a_refusal_carries_jiras_own_sentences(
    jira: responses.RequestsMock,
    client: JiraClient,
    *,
    status: int,
    kind: type[Refused],
    body: Any,
    sentences: tuple[str, ...],
) -> None:
    jira.add("POST", URL, status=status, json=body)
    with pytest.raises(Refused) as caught:
        client.request("POST", PATH, body={})
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.errors) == (status, sentences)


def test_a_refusal_in_html_is_a_refusal(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.add("GET", URL, status=404, body=b"<html>\xff not here</html>", content_type="text/html")
    with pytest.raises(NotFound) as caught:
        client.get(PATH)
    assert caught.value.errors == ()


@pytest.mark.parametrize(("method", "happened"), [("GET", False), ("POST", None)])
def test_an_answer_that_is_not_json_is_not_an_answer(
    jira: responses.RequestsMock, client: JiraClient, method: str, *, happened: bool | None
) -> None:
    jira.add(method, URL, status=200, body="<html>maintenance</html>")
    with pytest.raises(Temporary) as caught:
        client.request(method, PATH)
    assert caught.value.happened is happened


@pytest.mark.parametrize(
    ("error", "method", "happened"),
    [
        (requests.ConnectTimeout(), "POST", False),
        (requests.ReadTimeout(), "POST", None),
        (requests.ConnectionError(), "PUT", None),
        (requests.exceptions.ChunkedEncodingError(), "DELETE", None),
        (requests.ReadTimeout(), "GET", False),
    ],
)
def test_a_lost_connection_tells_before_from_after(
    jira: responses.RequestsMock, client: JiraClient, error: Exception, method: str, *, happened: bool | None
) -> None:
    jira.add(method, URL, body=error)
    with pytest.raises(Temporary) as caught:
        client.request(method, PATH)
    assert caught.value.happened is happened


def test_an_empty_answer_is_none(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.add("PUT", URL, status=204)
    answer = client.request("PUT", PATH, body={})
    assert (answer.status, answer.body) == (204, None)


@pytest.mark.parametrize("body", [[], {}, "text", 0, False, {"é": [None]}])
def test_every_json_body_goes_out_as_json(jira: responses.RequestsMock, client: JiraClient, body: Any) -> None:
    jira.add("PUT", URL, status=204)
    client.request("PUT", PATH, body=body)
    sent = jira.calls[0].request
    assert json.loads(sent.body or b"null") == body
    assert sent.headers["Content-Type"] == "application/json"


def test_a_write_carries_its_trace_and_a_read_none(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.add("POST", URL, status=204)
    jira.add("GET", URL, json={})
    client.request("POST", PATH, body={}, trace="relance:key")
    client.request("GET", PATH, trace="relance:key")
    assert jira.calls[0].request.headers[TRACE_HEADER] == "relance:key"
    assert TRACE_HEADER not in jira.calls[1].request.headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_site_that_sends_us_elsewhere_is_refused_and_never_followed(
    jira: responses.RequestsMock, client: JiraClient, status: int
) -> None:
    jira.add("GET", URL, status=status, headers={"Location": "https://me:private@evil.example/private"}, body="<html>")
    with pytest.raises(Moved) as caught:
        client.get(PATH)
    assert caught.value.location == "https://evil.example"
    assert "private" not in str(caught.value)


class Recorder(BaseHTTPRequestHandler):
    """Answers every POST with a redirect to the server's `elsewhere`, and remembers what it was asked."""

    asked: ClassVar[list[tuple[int, str, str, str | None]]] = []
    elsewhere: ClassVar[str] = ""

    def _answer(self) -> None:
        port = int(self.connection.getsockname()[1])
        self.asked.append((port, self.command, self.path, self.headers.get("Authorization")))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(303 if self.command == "POST" else 200)
        self.send_header("Location", f"{self.elsewhere}/rest/api/3/task/1")
        self.send_header("Set-Cookie", "session=1; Path=/")
        body = b"see elsewhere" if self.command == "POST" else b"{}"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = _answer  # noqa: N815 - the name the server looks for
    do_POST = _answer  # noqa: N815 - likewise
    do_CONNECT = _answer  # noqa: N815 - likewise

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def two_servers() -> Iterator[tuple[str, str]]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Recorder) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}) for server in servers]
    for thread in threads:
        thread.start()
    first, second = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    Recorder.asked.clear()
    Recorder.elsewhere = second
    yield first, second
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_task_is_an_answer_and_our_signature_stays_at_home(two_servers: tuple[str, str]) -> None:
    first, second = two_servers
    client = JiraClient(first, basic("a", "b"))
    answer = client.request("POST", "rest/api/3/workflows/create", body={})
    assert (answer.status, answer.body) == (303, None)
    assert answer.headers["Location"] == f"{second}/rest/api/3/task/1"
    client.session.close()
    assert [asked[:3] for asked in Recorder.asked] == [
        (int(first.rpartition(":")[2]), "POST", "/rest/api/3/workflows/create")
    ]


def test_nothing_of_the_machines_environment_is_used(
    two_servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = two_servers
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login intruder password stolen\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, second)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    client = admin_client(f"{first}/", "admin@example.com", "token", timeout=0.5)
    assert client.get("rest/api/3/myself") == {}
    client.session.close()
    expected = "Basic " + base64.b64encode(b"admin@example.com:token").decode()
    assert Recorder.asked == [(int(first.rpartition(":")[2]), "GET", "/rest/api/3/myself", expected)]
