from __future__ import annotations

from typing import Any

import pytest

from connect_app.doors.context_tokens import ContextTokens
from connect_app.doors.incoming import IncomingRequest
from connect_app.doors.installation import Door, Secrets
from connect_app.doors.qsh import query_string_hash
from connect_app.doors.request_tokens import RequestTokens
from connect_app.doors.tenant_tokens import SecretsOf
from connect_app.errors import Malformed, NotAuthentic
from tests.connect_app.auth_cases import APP_KEY, BASE_URL, CLIENT_KEY, NEW_SECRET, NOW, OLD_SECRET, forge
from tests.connect_app.doors.conftest import AUDIENCES, Sign, knowing

BOUND = query_string_hash("POST", "/hook", "a=1")


def request(token: str | None, **changes: Any) -> IncomingRequest:
    usual: dict[str, Any] = {"method": "POST", "raw_path": "/hook", "query_string": "a=1"}
    authorization = None if token is None else f"JWT {token}"
    return IncomingRequest(**(usual | {"authorization": authorization} | changes))


def test_the_newest_and_the_previous_secret_open_until_the_grace_ends(secrets_of: SecretsOf, signed: Sign) -> None:
    tokens = RequestTokens(secrets_of, AUDIENCES)
    late = {"exp": int(NOW) + 10_000}
    for secret, seconds, opens in (
        (NEW_SECRET, 0, True),
        (OLD_SECRET, 599, True),
        (OLD_SECRET, 600, False),
        (NEW_SECRET, 6000, True),
        ("y" * 40, 0, False),
    ):
        incoming = request(signed(secret, qsh=BOUND, **late))
        if opens:
            assert tokens.verify(incoming, host_time=NOW + seconds).installation.client_key == CLIENT_KEY
        else:
            with pytest.raises(NotAuthentic):
                tokens.verify(incoming, host_time=NOW + seconds)


def test_a_site_with_an_api_token_never_comes_in_by_a_signed_one(signed: Sign) -> None:
    secrets_of = knowing(Secrets(shared=NEW_SECRET), door=Door.TOKEN)
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(signed(qsh=BOUND)), host_time=NOW)


@pytest.mark.parametrize("audience", [APP_KEY, BASE_URL, BASE_URL + "/", CLIENT_KEY, [CLIENT_KEY], [], None])
def test_an_audience_may_be_missing_or_ours(secrets_of: SecretsOf, signed: Sign, audience: Any) -> None:
    tokens = RequestTokens(secrets_of, AUDIENCES)
    assert tokens.verify(request(signed(qsh=BOUND, aud=audience)), host_time=NOW)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "hs256"},
        {"alg": "HS384"},
        {"alg": "HS512"},
        {"alg": "none"},
        {"alg": ["HS256"]},
        {"alg": None},
        {},
        [],
        "[" * 2000,
        {"alg": "HS256", "crit": ["b64"], "b64": False},
    ],
    ids=str,
)
def test_only_the_exact_algorithm_is_read(secrets_of: SecretsOf, header: object) -> None:
    claims = {"iss": CLIENT_KEY, "exp": NOW + 60, "qsh": BOUND}
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(forge(claims, NEW_SECRET, header)), host_time=NOW)


@pytest.mark.parametrize(
    "payload",
    ["[" * 5000, '{"a":' * 1000, "[]", "null", '"text"', "{", "1e999", '{"exp": 1e999}', '{"exp": NaN}', "\ud800"],
    ids=range(10),
)
def test_odd_claims_are_refused_even_when_well_signed(secrets_of: SecretsOf, payload: str) -> None:
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(forge(payload, NEW_SECRET)), host_time=NOW)


@pytest.mark.parametrize("expires", ["1e999", "NaN", "-1", '"9999999999"', "[]", "true", "1" * 400, "1" * 5000])
def test_an_expiry_that_is_no_date_is_refused(secrets_of: SecretsOf, expires: str) -> None:
    payload = f'{{"iss": "{CLIENT_KEY}", "qsh": "{BOUND}", "exp": {expires}}}'
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(forge(payload, NEW_SECRET)), host_time=NOW)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é.é.é", "a" * 9000, "eyJhbGciOiJIUzI1NiJ9..", "\x00"])
def test_what_is_not_a_token_is_refused(secrets_of: SecretsOf, token: str) -> None:
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(token), host_time=NOW)


def test_the_token_may_stand_in_the_address_of_a_page_but_not_of_the_api(secrets_of: SecretsOf, signed: Sign) -> None:
    bound, context = signed(qsh=BOUND), signed(qsh="context-qsh")
    assert RequestTokens(secrets_of).verify(request(None, jwt_parameters=(bound,)), host_time=NOW)
    with pytest.raises(NotAuthentic):
        ContextTokens(secrets_of).verify(request(None, jwt_parameters=(context,)), host_time=NOW)
    assert ContextTokens(secrets_of).verify(request(context), host_time=NOW)


@pytest.mark.parametrize(
    ("authorization", "parameters"),
    [
        (None, ()),
        ("", ()),
        ("JWT", ()),
        ("JWT ", ()),
        ("{token}", ()),
        ("Bearer {token}", ()),
        ("JWT {token}, JWT {token}", ()),
        ("JWT {token}", ("{token}",)),
        (None, ("{token}", "{token}")),
        (None, ("",)),
    ],
)
def test_exactly_one_token_in_one_place(
    secrets_of: SecretsOf, signed: Sign, authorization: str | None, parameters: tuple[str, ...]
) -> None:
    token = signed(qsh=BOUND)
    incoming = request(
        None,
        authorization=authorization and authorization.format(token=token),
        jwt_parameters=tuple(p.format(token=token) for p in parameters),
    )
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(incoming, host_time=NOW)


@pytest.mark.parametrize(
    "change", [{"method": "PUT"}, {"raw_path": "/hook2"}, {"raw_path": "/%68ook"}, {"query_string": "a=2"}]
)
def test_a_token_is_good_for_its_own_request_only(secrets_of: SecretsOf, signed: Sign, change: dict[str, Any]) -> None:
    with pytest.raises(NotAuthentic):
        RequestTokens(secrets_of).verify(request(signed(qsh=BOUND), **change), host_time=NOW)


def test_the_context_tells_the_issue_or_is_refused(secrets_of: SecretsOf, signed: Sign) -> None:
    tokens = ContextTokens(secrets_of)

    def caller(context: Any) -> Any:
        return tokens.verify(request(signed(qsh="context-qsh", context=context)), host_time=NOW)

    good = caller({"jira": {"issue": {"id": "10002", "key": "SUP-1"}}})
    assert (good.issue_key, good.issue_id) == ("SUP-1", "10002")
    silent: list[Any] = [{}, {"jira": {}}, {"jira": []}, {"jira": {"issue": "SUP-1"}}, "SUP-1", None]
    for context in silent:
        assert caller(context).issue_key is None
    for key in ("../SUP-1", "SUP-1/properties", "sup-1", "SUP-0", 5, "SUP-1\n"):
        with pytest.raises(Malformed):
            assert caller({"jira": {"issue": {"key": key}}}).issue_key


def test_nothing_secret_shows_in_a_repr() -> None:
    shown = repr(request("eyJ", jwt_parameters=("abc",), query_string="jwt=abc"))
    assert "eyJ" not in shown
    assert "abc" not in shown
    assert NEW_SECRET not in repr(Secrets(shared=NEW_SECRET, previous=NEW_SECRET))
