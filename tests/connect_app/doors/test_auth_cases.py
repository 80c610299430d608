"""Every written case, straight through the verifiers; tests/connect_app/web sends the same through the application."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from connect_app.doors.context_tokens import ContextTokens
from connect_app.doors.forge.tokens import ForgeTokens
from connect_app.doors.installation import Secrets
from connect_app.doors.lifecycle_payload import LifecyclePayload
from connect_app.doors.lifecycle_tokens import LifecycleTokens
from connect_app.doors.request_tokens import RequestTokens
from connect_app.errors import NotAuthentic
from tests.connect_app.auth_cases import APP_KEY, AUTH, BASE_URL, CLIENT_KEY, KEYS, NOW, OLD_SECRET, Case, cases
from tests.connect_app.doors.conftest import AUDIENCES, knowing

SECRETS_OF = knowing(Secrets(shared=OLD_SECRET))


def key_of(kid: str, host_time: float) -> RSAPublicKey:
    del host_time
    if kid not in KEYS:
        raise NotAuthentic("kid is unknown to the key servers")
    key = load_pem_public_key(KEYS[kid].encode())
    assert isinstance(key, RSAPublicKey)
    return key


def forge_key_of(kid: str, host_time: float) -> RSAPublicKey:
    del host_time
    key = jwt.PyJWKSet.from_dict(AUTH["forge"]["jwks"])[kid].key
    assert isinstance(key, RSAPublicKey)
    return key


def verify(case: Case) -> None:
    request = case.incoming
    match case.kind:
        case "lifecycle":
            caller = LifecycleTokens(key_of, BASE_URL).verify(request, host_time=NOW)
            assert caller.client_key
            LifecyclePayload.model_validate(case.body).check_sender(caller.client_key, APP_KEY)
        case "webhook" | "iframe":
            found = RequestTokens(SECRETS_OF, AUDIENCES).verify(request, host_time=NOW)
            assert found.installation.client_key == CLIENT_KEY
        case "context":
            found = ContextTokens(SECRETS_OF, AUDIENCES).verify(request, host_time=NOW)
            assert found.issue_key == "SUP-1"
            assert found.account_id
        case "forge":
            assert ForgeTokens(forge_key_of, AUTH["forge"]["appId"]).verify(request, host_time=NOW).token_id
        case _:
            raise AssertionError(case.kind)


def test_there_are_forty_two_cases() -> None:
    assert len(cases()) == 42


# Whether the parameter contradicts the signed page is the route's question: the token itself is good.
ROUTES_OWN = "panel API, context token, asks for another issue"


@pytest.mark.parametrize("case", cases(), ids=lambda c: f"{c.kind}: {c.name}")
def test_the_case(case: Case) -> None:
    if case.accept or case.name == ROUTES_OWN:
        verify(case)
    else:
        with pytest.raises(NotAuthentic):
            verify(case)


@pytest.mark.parametrize("case", [c for c in cases() if c.accept], ids=lambda c: f"{c.kind}: {c.name}")
@pytest.mark.parametrize("kind", ["lifecycle", "webhook", "context", "forge"])
def test_a_good_token_is_good_for_its_own_class_only(case: Case, kind: str) -> None:
    if kind == case.kind or {kind, case.kind} == {"webhook", "iframe"}:
        return
    other = Case(case.name, kind, case.method, case.url, case.headers, case.body, accept=False)
    with pytest.raises(NotAuthentic):
        verify(other)
