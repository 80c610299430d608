from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from connect_app.doors.incoming import IncomingRequest
from connect_app.doors.qsh import relative_path
from connect_app.doors.request_tokens import check_bound
from connect_app.doors.signing import LIFETIME_SECONDS, ConnectAuth
from connect_app.errors import NotAllowed
from tests.connect_app.auth_cases import APP_KEY, CLIENT_KEY, NEW_SECRET, NOW


def auth(base_url: str = "https://demo.atlassian.net") -> ConnectAuth:
    return ConnectAuth(
        app_key=APP_KEY, client_key=CLIENT_KEY, base_url=base_url, secret=NEW_SECRET, host_time=lambda: NOW + 0.9
    )


def claims_of(prepared: requests.PreparedRequest) -> dict[str, Any]:
    scheme, _, token = prepared.headers["Authorization"].partition(" ")
    assert scheme == "JWT"
    options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    found: dict[str, Any] = jwt.decode(token, NEW_SECRET, algorithms=["HS256"], options=options)
    return found


def test_the_claims_are_those_jira_expects() -> None:
    prepared = requests.Request("GET", "https://demo.atlassian.net/rest/api/3/myself", auth=auth()).prepare()
    claims = claims_of(prepared)
    claims.pop("qsh")
    assert claims == {"iss": APP_KEY, "aud": [CLIENT_KEY], "iat": int(NOW), "exp": int(NOW) + LIFETIME_SECONDS}


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(["", "/jira", "/a/b"]),
    st.text(st.characters(codec="utf-8", exclude_characters="?#"), max_size=8),
    st.dictionaries(
        st.text(max_size=4), st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=3), max_size=3
    ),
)
def test_the_hash_is_that_of_the_request_as_sent(
    method: str, base: str, tail: str, params: dict[str, list[str]]
) -> None:
    url = f"https://demo.atlassian.net{base}/rest/api/3/{tail}"
    prepared = requests.Request(method, url, params=params).prepare()
    auth(f"https://demo.atlassian.net{base}")(prepared)
    sent = urlsplit(prepared.path_url)
    check_bound(
        claims_of(prepared)["qsh"],
        IncomingRequest(method=method, raw_path=relative_path(sent.path, base), query_string=sent.query),
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/rest",
        "https://demo.atlassian.net.evil.example/rest",
        "http://demo.atlassian.net/rest",
        "https://demo.atlassian.net:8443/rest",
        "https://evil.example@demo.atlassian.net/rest",
        "https://demo.atlassian.net@evil.example/rest",
    ],
)
def test_no_token_leaves_the_site(url: str) -> None:
    prepared = requests.Request("GET", url).prepare()
    with pytest.raises(NotAllowed):
        auth()(prepared)
    assert "Authorization" not in prepared.headers


def test_no_token_leaves_the_path_of_the_site() -> None:
    for path, allowed in (("/jira/rest", True), ("/jira", True), ("/jirax/rest", False), ("/rest", False)):
        prepared = requests.Request("GET", f"https://demo.atlassian.net{path}").prepare()
        if allowed:
            auth("https://demo.atlassian.net/jira/")(prepared)
        else:
            with pytest.raises(NotAllowed):
                auth("https://demo.atlassian.net/jira/")(prepared)


def test_the_default_port_is_the_same_place() -> None:
    prepared = requests.Request("GET", "https://demo.atlassian.net:443/rest").prepare()
    assert auth()(prepared).headers["Authorization"].startswith("JWT ")
