from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt as pyjwt
import pytest

from jira_sandbox.apps.jwt import Unauthorized, issuer, sign_shared, verify_request_token
from jira_sandbox.apps.qsh import query_string_hash
from tests.jira_sandbox.apps.vectors import contract

SECRET = "s" * 64
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUEST = ("GET", "/rest/api/3/issue/SUP-1", "fields=status")
CASES: dict[str, Any] = contract("connect-auth-cases.json")
BOUND = [case for case in CASES["cases"] if case["kind"] in ("webhook", "iframe")]


def claims(**more: Any) -> dict[str, Any]:
    return {"iss": "app", "qsh": query_string_hash(*REQUEST), **more}


def raw(content: dict[str, Any], algorithm: str = "HS256", key: str = SECRET) -> str:
    return pyjwt.encode(content, key, algorithm=algorithm)


def test_a_token_of_ours_passes() -> None:
    token = sign_shared(claims(), SECRET, NOW)
    assert issuer(token) == "app"
    assert verify_request_token(token, SECRET, REQUEST, NOW)["iss"] == "app"


@pytest.mark.parametrize("seconds", [-29, 0, 179, 209])
def test_clocks_may_differ_by_half_a_minute(seconds: int) -> None:
    token = raw(claims(exp=int(NOW.timestamp()) + seconds))
    verify_request_token(token, SECRET, REQUEST, NOW)


@pytest.mark.parametrize("seconds", [-31, 211, 3600])
def test_expired_or_long_lived_tokens_are_refused(seconds: int) -> None:
    with pytest.raises(Unauthorized):
        verify_request_token(raw(claims(exp=int(NOW.timestamp()) + seconds)), SECRET, REQUEST, NOW)


EXP = int(NOW.timestamp()) + 60


@pytest.mark.parametrize(
    "token",
    [
        raw(claims()),
        raw(claims(exp="soon")),
        raw(claims(exp=True)),
        raw(claims(exp=EXP)) + "x",
        raw(claims(exp=EXP), "HS384"),
        raw(claims(exp=EXP), "HS512"),
        pyjwt.encode(claims(exp=EXP), "", algorithm="none"),
        raw(claims(exp=EXP), key="t" * 64),
        raw({**claims(exp=EXP), "qsh": "context-qsh"}),
        raw({**claims(exp=EXP), "qsh": query_string_hash("POST", "/rest/api/3/issue/SUP-1", "fields=status")}),
        raw({**claims(exp=EXP), "qsh": query_string_hash("GET", "/rest/api/3/issue/SUP-2", "fields=status")}),
        raw({**claims(exp=EXP), "qsh": query_string_hash("GET", "/rest/api/3/issue/SUP-1", "fields=*all")}),
        raw({**claims(exp=EXP), "qsh": 7}),
        raw({"iss": "app", "exp": EXP}),
        "not.a.token",
        "",
    ],
)
def test_every_other_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        verify_request_token(token, SECRET, REQUEST, NOW)


def test_without_an_issuer_nobody_is_asked_for() -> None:
    for token in ("nonsense", raw({"exp": EXP}), raw({"iss": ""})):
        with pytest.raises(Unauthorized):
            issuer(token)


def test_the_hash_is_relative_to_the_base_path_of_the_site() -> None:
    token = sign_shared({"iss": "app", "qsh": query_string_hash("GET", "/rest/x", "")}, SECRET, NOW)
    verify_request_token(token, SECRET, ("GET", "/jira/rest/x", ""), NOW, "/jira")
    with pytest.raises(Unauthorized):
        verify_request_token(token, SECRET, ("GET", "/jira/rest/x", ""), NOW)


@pytest.mark.parametrize("case", BOUND, ids=lambda case: str(case["name"]))
def test_written_cases_of_request_bound_tokens(case: dict[str, Any]) -> None:
    parts = urlsplit(case["url"])
    header = case["headers"].get("Authorization", "").removeprefix("JWT ")
    token = header or parse_qs(parts.query)["jwt"][0]
    now = datetime.fromtimestamp(CASES["now"], UTC)
    secret = CASES["tenant"]["sharedSecretBefore"]
    known = issuer(token) == CASES["tenant"]["clientKey"]
    request = (case["method"], parts.path, parts.query)
    if case["expect"] == "accept":
        verify_request_token(token, secret, request, now, "/sf")
        return
    if known:
        with pytest.raises(Unauthorized):
            verify_request_token(token, secret, request, now, "/sf")


def test_a_token_lives_three_minutes() -> None:
    token = sign_shared(claims(), SECRET, NOW)
    verify_request_token(token, SECRET, REQUEST, NOW + timedelta(seconds=200))
    with pytest.raises(Unauthorized):
        verify_request_token(token, SECRET, REQUEST, NOW + timedelta(seconds=211))
