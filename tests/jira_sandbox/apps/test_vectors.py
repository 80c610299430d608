from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from jira_sandbox.apps.admin_webhooks import hub_signature
from jira_sandbox.apps.jwt import _verified
from jira_sandbox.apps.qsh import canonical_request, query_string_hash
from tests.jira_sandbox.apps.vectors import contract

VECTORS: dict[str, Any] = contract("connect-jwt-qsh-vectors.json")


def test_there_are_fifty_one_vectors() -> None:
    assert len(VECTORS["signedUrls"]) + len(VECTORS["unit"]) == 51


@pytest.mark.parametrize("vector", VECTORS["signedUrls"], ids=lambda vector: str(vector["name"]))
def test_signed_urls_of_atlassian(vector: dict[str, str]) -> None:
    parts = urlsplit(vector["signedUrl"])
    assert canonical_request(vector["method"], parts.path, parts.query) == vector["canonical"]
    assert query_string_hash(vector["method"], parts.path, parts.query) == vector["qsh"]
    token = parse_qs(parts.query)["jwt"][0]
    assert _verified(token, VECTORS["hs256Secret"])["qsh"] == vector["qsh"]


@pytest.mark.parametrize("vector", VECTORS["unit"], ids=lambda vector: str(vector["name"]))
def test_unit_cases_of_atlassian(vector: dict[str, Any]) -> None:
    query = vector["query"] if "query" in vector else urlencode(vector["queryPairs"])
    request = (vector["method"], vector["path"], query, vector.get("baseUrlPath", ""))
    assert canonical_request(*request) == vector["canonical"]
    assert query_string_hash(*request) == vector["qsh"]


def test_the_signature_of_a_body_is_that_of_atlassians_page() -> None:
    expected = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    assert hub_signature("It's a Secret to Everybody", b"Hello World!") == expected
