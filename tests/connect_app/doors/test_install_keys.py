from __future__ import annotations

import threading

import pytest
import requests
import responses

from connect_app.doors.install_keys import KEPT_SECONDS, MOST_AT_ONCE, MOST_KEPT, UNKNOWN_SECONDS, InstallKeys
from connect_app.errors import KeyServerDown, Misconfigured, NotAuthentic
from tests.connect_app.auth_cases import KEYS

FIRST, SECOND = "https://first.example.com", "https://second.example.com/keys/"
KID, PEM = next(iter(KEYS.items()))


@pytest.mark.parametrize(
    "kid",
    ["", ".", "..", "...", "../../etc/passwd", "a/b", "a%2fb", "a?b", "a#b", "a\n", "é", "a" * 129, "a b", "a\\b"],
)
def test_an_odd_kid_never_reaches_an_address(kid: str) -> None:
    with responses.RequestsMock(), pytest.raises(NotAuthentic):
        InstallKeys([FIRST]).find(kid, 0.0)


def test_a_key_is_asked_for_once_an_hour() -> None:
    keys = InstallKeys([FIRST])
    with responses.RequestsMock() as server:
        asked = server.get(f"{FIRST}/{KID}", body=PEM)
        assert keys.find(KID, 0.0).key_size == 2048
        keys.find(KID, KEPT_SECONDS - 1)
        assert asked.call_count == 1
        keys.find(KID, KEPT_SECONDS)
        assert asked.call_count == 2


def test_an_unknown_kid_is_asked_for_once_a_minute() -> None:
    keys = InstallKeys([FIRST])
    with responses.RequestsMock() as server:
        asked = server.get(f"{FIRST}/nobody", status=404)
        for instant, calls in ((0.0, 1), (UNKNOWN_SECONDS - 1, 1), (UNKNOWN_SECONDS, 2)):
            with pytest.raises(NotAuthentic):
                keys.find("nobody", instant)
            assert asked.call_count == calls


def test_what_is_kept_is_bounded() -> None:
    keys = InstallKeys([FIRST])
    with responses.RequestsMock() as server:
        first = server.get(f"{FIRST}/k-0", status=404)
        for number in range(1, MOST_KEPT + 1):
            server.get(f"{FIRST}/k-{number}", status=404)
        for number in [*range(MOST_KEPT + 1), 0]:
            with pytest.raises(NotAuthentic):
                keys.find(f"k-{number}", 0.0)
        assert first.call_count == 2


def test_the_second_server_is_asked_when_the_first_does_not_know_or_does_not_answer() -> None:
    for first in ({"status": 404}, {"status": 500}, {"body": requests.ConnectionError()}, {"status": 302}):
        with responses.RequestsMock() as server:
            server.add("GET", f"{FIRST}/{KID}", **first)
            server.get(f"https://second.example.com/keys/{KID}", body=PEM)
            assert InstallKeys([FIRST, SECOND]).find(KID, 0.0)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 302, "headers": {"Location": "https://evil.example.com"}},
        {"status": 204},
        {"body": requests.ConnectTimeout()},
        {"body": requests.ReadTimeout()},
        {"body": "x" * 20_000},
        {"body": "<html>hello</html>"},
        {"body": ""},
    ],
)
def test_a_server_that_gives_no_key_is_down_and_is_asked_again(answer: dict[str, object]) -> None:
    keys = InstallKeys([FIRST])
    with responses.RequestsMock() as server:
        asked = server.add("GET", f"{FIRST}/{KID}", **answer)  # type: ignore[arg-type] # whatever `add` takes
        for calls in (1, 2):
            with pytest.raises(KeyServerDown):
                keys.find(KID, 0.0)
            assert asked.call_count == calls


EC_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""


def test_a_key_that_is_not_rsa_is_refused() -> None:
    with responses.RequestsMock() as server:
        server.get(f"{FIRST}/{KID}", body=EC_KEY)
        with pytest.raises(NotAuthentic):
            InstallKeys([FIRST]).find(KID, 0.0)


def test_a_flood_of_invented_kids_does_not_become_a_flood_of_requests() -> None:
    keys = InstallKeys([FIRST])
    inside, go_on = threading.Semaphore(0), threading.Event()

    def slow(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        del request
        inside.release()
        go_on.wait(10)
        return 404, {}, ""

    def ask(number: int) -> None:
        with pytest.raises(NotAuthentic):
            keys.find(f"k-{number}", 0.0)

    with responses.RequestsMock() as server:
        for number in range(MOST_AT_ONCE):
            server.add_callback("GET", f"{FIRST}/k-{number}", slow)
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(MOST_AT_ONCE)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert inside.acquire(timeout=10)
        with pytest.raises(KeyServerDown):
            keys.find("one-more", 0.0)
        go_on.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://keys.example.com",
        "http://127.0.0.1:8061/keys",
        "ftp://a",
        "https://",
        "https://u:p@a.example",
        "https://a/?b",
    ],
)
def test_keys_are_fetched_over_https_only(url: str) -> None:
    with pytest.raises(Misconfigured):
        InstallKeys([url])


def test_in_development_loopback_will_do() -> None:
    with responses.RequestsMock() as server:
        server.get(f"http://127.0.0.1:8061/keys/{KID}", body=PEM)
        assert InstallKeys(["http://127.0.0.1:8061/keys"], development=True).find(KID, 0.0)
    with pytest.raises(Misconfigured):
        InstallKeys(["http://keys.example.com"], development=True)
