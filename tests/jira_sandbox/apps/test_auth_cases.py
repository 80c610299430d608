from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from jira_sandbox.apps import KeyPair, issue_context
from jira_sandbox.apps.jwt import CONTEXT_QSH, sign_lifecycle, sign_shared
from jira_sandbox.apps.qsh import query_string_hash
from tests.jira_sandbox.apps.vectors import contract

CASES: dict[str, Any] = contract("connect-auth-cases.json")
NOW = datetime.fromtimestamp(CASES["now"], UTC)
TENANT = CASES["tenant"]


def accepted(kind: str) -> list[dict[str, Any]]:
    return [case for case in CASES["cases"] if case["kind"] == kind and case["expect"] == "accept"]


def token_of(case: dict[str, Any]) -> str:
    return str(case["headers"]["Authorization"]).removeprefix("JWT ")


def read(token: str, key: str, algorithm: str) -> dict[str, Any]:
    return jwt.decode(token, key, algorithms=[algorithm], options={"verify_exp": False, "verify_aud": False})


@pytest.mark.parametrize("case", accepted("lifecycle"), ids=lambda case: str(case["name"]))
def test_our_lifecycle_tokens_say_what_the_written_ones_say(case: dict[str, Any], key_pair: KeyPair) -> None:
    kid = jwt.get_unverified_header(token_of(case))["kid"]
    written = read(token_of(case), CASES["installKeyServer"]["keys"][kid], "RS256")
    path = urlsplit(case["url"]).path
    qsh = query_string_hash(case["method"], path, "", urlsplit(CASES["appBaseUrl"]).path)
    assert written["qsh"] == qsh
    claims = {"iss": TENANT["clientKey"], "aud": [CASES["appBaseUrl"]], "qsh": qsh}
    token = sign_lifecycle(claims, key_pair, NOW)
    ours = read(token, key_pair.public_pem, "RS256")
    assert ours.keys() == written.keys()
    assert (ours["iss"], ours["qsh"]) == (written["iss"], written["qsh"])
    audience = written["aud"] if isinstance(written["aud"], list) else [written["aud"]]
    assert [each.rstrip("/") for each in audience] == ours["aud"]
    assert jwt.get_unverified_header(token).keys() == jwt.get_unverified_header(token_of(case)).keys()
    assert ours["exp"] - ours["iat"] == written["exp"] - written["iat"] == 180


@pytest.mark.parametrize("case", accepted("context"), ids=lambda case: str(case["name"]))
def test_our_context_tokens_say_what_the_written_ones_say(case: dict[str, Any]) -> None:
    written = read(token_of(case), TENANT["sharedSecretBefore"], "HS256")
    assert written["qsh"] == CONTEXT_QSH
    about = written["context"]["jira"]
    fields = {name: about[name] for name in ("project",) if name in about}
    if "issuetype" in about["issue"]:
        fields["issuetype"] = about["issue"]["issuetype"]
    context = issue_context({**about["issue"], "fields": fields})
    assert context == written["context"]
    claims = {"iss": TENANT["clientKey"], "qsh": CONTEXT_QSH, "sub": written["sub"], "context": context}
    ours = read(sign_shared(claims, TENANT["sharedSecretBefore"], NOW), TENANT["sharedSecretBefore"], "HS256")
    assert ours.keys() == written.keys()
    assert ours["exp"] - ours["iat"] == 180
