from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from connect_app.doors.forge.tokens import ForgeTokens
from connect_app.doors.incoming import IncomingRequest
from connect_app.doors.lifecycle_tokens import LifecycleTokens
from connect_app.doors.qsh import query_string_hash
from connect_app.errors import NotAuthentic
from tests.connect_app.auth_cases import BASE_URL, CLIENT_KEY, NOW

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key(kid: str, host_time: float) -> rsa.RSAPublicKey:
    assert (kid, host_time) == ("k-1", NOW)
    return KEY.public_key()


CLAIMS: dict[str, Any] = {
    "iss": CLIENT_KEY,
    "aud": BASE_URL,
    "exp": int(NOW) + 180,
    "qsh": query_string_hash("POST", "/connect/installed", ""),
}
APP_ID = "ari:cloud:ecosystem::app/1"
FORGE: dict[str, Any] = {
    "iss": "forge/invocation-token",
    "aud": APP_ID,
    "exp": int(NOW) + 25,
    "jti": "j-1",
    "app": {"installationId": "i-1", "apiBaseUrl": "https://api.atlassian.com/ex/jira/1"},
}


def request(claims: dict[str, Any], *, scheme: str = "JWT", kid: str | None = "k-1") -> IncomingRequest:
    kept = {name: value for name, value in claims.items() if value is not None}
    headers = None if kid is None else {"kid": kid}
    token = jwt.api_jws.encode(json.dumps(kept).encode(), KEY, "RS256", headers=headers)
    return IncomingRequest(method="POST", raw_path="/connect/installed", authorization=f"{scheme} {token}")


def test_a_good_token_names_its_site() -> None:
    tokens = LifecycleTokens(public_key, BASE_URL)
    assert tokens.verify(request(CLAIMS), host_time=NOW).client_key == CLIENT_KEY


@pytest.mark.parametrize(
    "change",
    [
        {"aud": None},
        {"aud": []},
        {"aud": ["https://other.example.com", BASE_URL]},
        {"aud": {"a": 1}},
        {"aud": BASE_URL + "/other"},
        {"iss": None},
        {"iss": 5},
        {"iss": "a b"},
        {"qsh": None},
        {"qsh": 5},
        {"exp": None},
        {"exp": int(NOW) - 31},
    ],
    ids=str,
)
def test_any_odd_claim_refuses_the_token(change: dict[str, Any]) -> None:
    tokens = LifecycleTokens(public_key, BASE_URL)
    with pytest.raises(NotAuthentic):
        tokens.verify(request(CLAIMS | change), host_time=NOW)


def test_no_key_is_asked_for_on_behalf_of_a_stranger() -> None:
    def never(kid: str, host_time: float) -> rsa.RSAPublicKey:
        raise AssertionError((kid, host_time))

    tokens = LifecycleTokens(never, BASE_URL)
    for incoming in (request(CLAIMS | {"aud": "https://other.example.com"}), request(CLAIMS, kid=None)):
        with pytest.raises(NotAuthentic):
            tokens.verify(incoming, host_time=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"app": None},
        {"app": []},
        {"app": {"installationId": "i-1"}},
        {"jti": None},
        {"jti": ""},
        {"aud": [APP_ID, "x"]},
    ],
    ids=str,
)
def test_an_odd_forge_token_is_refused(change: dict[str, Any]) -> None:
    tokens = ForgeTokens(public_key, APP_ID)
    assert tokens.verify(request(FORGE, scheme="Bearer"), host_time=NOW).installation_id == "i-1"
    for incoming in (
        request(FORGE | change, scheme="Bearer"),
        request(FORGE),
        request(FORGE, scheme="Bearer", kid=None),
    ):
        with pytest.raises(NotAuthentic):
            tokens.verify(incoming, host_time=NOW)
