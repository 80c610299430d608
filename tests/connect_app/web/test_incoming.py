from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from connect_app.web.incoming import raw_path
from tests.connect_app.web.conftest import changed, token

HOOK = "/connect/webhooks/issue-updated"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PATH_INFO": "/a b", "REQUEST_URI": "/a%20b?x=/c"}, "/a%20b"),
        ({"PATH_INFO": "/a/b", "RAW_URI": "/a%2Fb"}, "/a%2Fb"),
        ({"PATH_INFO": "/a", "REQUEST_URI": "https://app.example.com/a?x"}, "/a"),
        ({"PATH_INFO": "/b", "SCRIPT_NAME": "/a", "REQUEST_URI": "/a/b"}, "/a/b"),
        # granian says nothing but the decoded path
        ({"PATH_INFO": "/a b/é".encode().decode("latin-1")}, "/a%20b/%C3%A9"),
        ({"PATH_INFO": "/a&b'(c)!$*+,;=:@~"}, "/a&b'(c)!$*+,;=:@~"),
        # what is told does not decode to what was routed: not believed
        ({"PATH_INFO": "/connect/installed", "REQUEST_URI": "/connect/uninstalled"}, "/connect/installed"),
        ({"PATH_INFO": "/a", "REQUEST_URI": "https://[bad/a"}, "/a"),
        ({"PATH_INFO": "/a", "REQUEST_URI": 5}, "/a"),
        ({"PATH_INFO": "/b", "REQUEST_URI": "/prefix/b"}, "/b"),
    ],
)
def test_the_raw_path_is_believed_only_when_it_is_that_of_the_route(environ: dict[str, Any], expected: str) -> None:
    assert raw_path(environ) == expected


def post(client: FlaskClient, address: str, signed_path: str = HOOK) -> int:
    headers = {"Authorization": f"JWT {token(signed_path)}"}
    return client.post(address, json={"issue": {"id": "1"}}, headers=headers).status_code


def test_behind_a_proxy_that_strips_the_path_and_one_that_does_not(installed: FlaskClient) -> None:
    assert post(installed, f"/sf{HOOK}") == 204
    assert post(installed, HOOK) == 204
    # The hash is of the path below the base URL, never of the whole one.
    assert post(installed, f"/sf{HOOK}", f"/sf{HOOK}") == 401
    assert post(installed, f"/sfx{HOOK}") == 404
    assert post(installed, f"/sf/sf{HOOK}") == 404


@pytest.mark.usefixtures("installed")
def test_without_a_path_in_the_public_address(runtime: Runtime) -> None:
    client = create_app(changed(runtime, base_url="https://app.example.com")).test_client()
    assert post(client, HOOK) == 204
    assert post(client, f"/sf{HOOK}") == 404


def test_an_escaped_letter_in_the_path_is_another_request(installed: FlaskClient) -> None:
    escaped = "/connect/webhooks/issue%2Dupdated"
    assert post(installed, f"/sf{escaped}") == 401
    assert post(installed, f"/sf{escaped}", escaped) == 204


def test_a_trailing_slash_is_the_same_request(installed: FlaskClient) -> None:
    assert post(installed, f"/sf{HOOK}/") == 204
    assert post(installed, f"/sf{HOOK}//") == 404
