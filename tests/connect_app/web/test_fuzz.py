"""Ten thousand requests that nobody foresaw: each is answered at once, none breaks anything, nothing grows."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from werkzeug.exceptions import SecurityError
from werkzeug.test import TestResponse

from connect_app.doors.installation import Admission, Credentials, Door, State
from connect_app.runtime import Runtime
from connect_app.store.schema import inbox, installations
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import CLIENT_KEY, KEY_SERVER, KEYS, NEW_SECRET, NOW
from tests.connect_app.web.fuzzing import HOOK, HOOK_SECRET, KID, Case, Fuzzer, Keys, Known
from tests.connect_app.web.known_jira import KnownJira

THOROUGH = os.environ.get("RELANCE_HYPOTHESIS") == "thorough"
CASES = 10_500 if THOROUGH else 300
ROUNDS = 21 if THOROUGH else 1
"""Hypothesis remembers every case of a round: what it holds must not be taken for ours."""

LIFECYCLE = ("/connect/uninstalled", "/connect/disabled")
LONGEST_SECONDS = 20.0
DATA = ("/api/panel/issue",)
"""What no browser shows: its texts are as people wrote them. Every other JSON holds the inside of a page."""

MOST_GROWTH = 40 * 1024 * 1024
"""Bytes a process may grow by once it is warm: caches fill, nothing else does."""

Answered = Counter[tuple[str, int]]


@pytest.fixture
def known_jira(tmp_path: Path) -> Iterator[KnownJira | None]:
    """A thorough run is held against a local Jira that knows what is asked for, a usual one against none."""
    if not THOROUGH:
        yield None
        return
    jira = KnownJira(tmp_path)
    yield jira
    jira.close()


@dataclass(frozen=True)
class Elsewhere:
    """Whatever the application asks of others: Atlassian's key server, with one key more, and the sites."""

    jira: KnownJira | None
    keys: Mapping[str, bytes | str]
    mock: responses.RequestsMock

    def answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes | str]:
        """The answer to one request."""
        self.mock.calls.reset()  # it would keep every call, and grow
        for registered in self.mock.registered():
            registered.calls.reset()
        url = str(request.url)
        if url.startswith(KEY_SERVER):
            key = self.keys.get(url.rpartition("/")[2])
            return (200, {}, key) if key is not None else (404, {}, b"")
        if self.jira is not None:
            return self.jira.answer(request)
        known = url.endswith("/rest/api/3/myself")
        return (200, {}, '{"accountId": "app"}') if known else (404, {}, '{"errorMessages": ["not here"]}')


@pytest.fixture
def fuzzed(runtime: Runtime, known_jira: KnownJira | None) -> Iterator[tuple[FlaskClient, Fuzzer]]:
    """The application with one site of each door, and whoever sends to it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    token = Admission(
        door=Door.TOKEN,
        client_key="token/one",
        base_url="https://one.atlassian.net",
        secret=HOOK_SECRET,
        hook_id=HOOK,
        credentials=Credentials(email="a@b.test", token="t"),  # noqa: S106 - made up
    )
    one = runtime.store.installations.install(token, now=runtime.clock.now(), host_time=NOW)
    app = create_app(runtime)
    known = Known() if known_jira is None else known_jira.known()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        elsewhere = Elsewhere(known_jira, {**KEYS, KID: public}, mock)
        mock.add_passthru("http://127.0.0.1")
        for method in (responses.GET, responses.POST, responses.PUT, responses.DELETE):
            mock.add_callback(method, re.compile(r"https://.*"), elsewhere.answer)
        for installed in (lets_in(runtime), one.id):
            if known_jira is not None:
                known_jira.bind(runtime, installed)
        yield app.test_client(), Fuzzer(app, Keys(private, runtime.store.links, one.id), known)


def lets_in(runtime: Runtime) -> str:
    """The id of the site of the app: installed or enabled again whenever a case has sent it away."""
    known = runtime.store.installations.secrets_of(CLIENT_KEY)
    if known is None:
        admission = Admission(
            door=Door.CONNECT, client_key=CLIENT_KEY, base_url="https://demo.atlassian.net", secret=NEW_SECRET
        )
        return runtime.store.installations.install(admission, now=runtime.clock.now(), host_time=NOW).id
    if known[0].state is not State.INSTALLED:
        runtime.change_state(CLIENT_KEY, State.INSTALLED)
    return known[0].id


def send(client: FlaskClient, case: Case) -> TestResponse | None:
    """The answer; None where no server would have passed the request on."""
    try:
        return client.open(case.address, method=case.method, headers=case.headers, data=case.body, buffered=True)
    except SecurityError:
        return None


def judge(case: Case, answer: TestResponse, seconds: float, logs: Sequence[Mapping[str, Any]]) -> None:
    """What holds for every answer whatever was asked."""
    told = (answer.status_code, answer.get_data(as_text=True)[:200], logs[-1:], case)
    assert seconds < LONGEST_SECONDS, told
    later = answer.status_code == 503 and (answer.headers.get("Retry-After") or case.route == "/readyz")
    assert answer.status_code < 500 or later, told
    assert "Location" not in answer.headers, told
    assert "Set-Cookie" not in answer.headers, told
    assert answer.headers["X-Content-Type-Options"] == "nosniff", told
    if answer.mimetype != "text/csv" and case.route not in DATA:
        assert "<script>alert(1)" not in answer.get_data(as_text=True), told


def memory() -> int:
    """Bytes this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def rows(runtime: Runtime) -> tuple[int, int]:
    """How many installations and deliveries there are."""
    with runtime.store.engine.connect() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (installations, inbox)
        ]
    return counts[0], counts[1]


def test_no_request_breaks_anything(
    runtime: Runtime, fuzzed: tuple[FlaskClient, Fuzzer], known_jira: KnownJira | None
) -> None:
    client, fuzzer = fuzzed
    answered: Answered = Counter()
    warm: list[int] = []

    # The numbers are the cases: nothing is gained by making one smaller.
    @settings(
        max_examples=CASES // ROUNDS,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.integers(0, 2**48))
    def fuzz(number: int) -> None:
        case = fuzzer.case(number)
        with capture_logs() as logs:
            begun = time.monotonic()
            answer = send(client, case)
            seconds = time.monotonic() - begun
        if answer is not None:
            judge(case, answer, seconds, logs)
            answered[case.route, answer.status_code] += 1
            if case.route in LIFECYCLE:
                lets_in(runtime)
        if sum(answered.values()) == CASES // 4:
            warm.append(memory())

    for _ in range(ROUNDS):
        fuzz()
    by_status = Counter(dict.fromkeys((200, 202, 204, 400, 401, 404, 405), 0))
    for (_, status), count in answered.items():
        by_status[status] += count
    assert sum(answered.values()) > CASES * 0.9
    good = sum(count for status, count in by_status.items() if status < 300)
    assert good > CASES / 10, f"hardly anything was let in: {by_status}"
    assert by_status[401] > CASES / 10, f"hardly anything was refused: {by_status}"
    sites, deliveries = rows(runtime)
    assert sites <= 2
    assert deliveries <= by_status[204]
    if warm:
        assert memory() - warm[0] < MOST_GROWTH
    if THOROUGH:
        unmet = {rule.rule for rule in fuzzer.rules} - {route for route, status in answered if status < 400}
        calls, grown = known_jira.asked if known_jira else 0, round((memory() - warm[0]) / 2**20)
        print(  # noqa: T201 - what a thorough run is for
            f"{sum(answered.values())} requests: {dict(by_status)}; {calls} calls to the local Jira, "
            f"{grown} MiB grown; never let in: {sorted(unmet)}"
        )
