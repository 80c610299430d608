"""What Atlassian's own security tester asks of an app (contract §7), as far as it can be asked without TLS.

It walks the descriptor: every page and every call-back, its variables filled in, without a token and with forged ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import responses
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from connect_app.web.descriptor import read_descriptor
from tests.connect_app.auth_cases import BASE_URL, CLIENT_KEY, KEY_SERVER, NOW, forge

PICTURES = {"icon", "iconUrl", "thumbnailUrl"}
PRODUCTS = ("jira", "confluence", "bitbucket", "trello", "atlassian", "opsgenie", "statuspage")


def addresses(value: Any) -> Iterator[str]:
    """Every address of a page or a call-back in a part of the descriptor; pictures and cacheable modules apart."""
    if isinstance(value, list):
        for each in value:
            yield from addresses(each)
    elif isinstance(value, dict) and not value.get("cacheable"):
        for name, inner in value.items():
            if name == "url" and isinstance(inner, str):
                yield re.sub(r"\{[^}]*\}", "test", inner)
            elif name not in PICTURES:
                yield from addresses(inner)


def strings(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


@pytest.fixture
def pages(runtime: Runtime) -> list[str]:
    descriptor = read_descriptor(runtime.settings)
    found = [*addresses(descriptor["modules"]), *descriptor["lifecycle"].values()]
    assert len(found) > len(descriptor["lifecycle"]) + len(descriptor["modules"]["webhooks"])
    return found


def forged_tokens() -> dict[str, str | None]:
    claims = {"iss": CLIENT_KEY, "iat": int(NOW), "exp": int(NOW) + 180, "qsh": "context-qsh", "sub": "5b10"}
    unsigned = forge(claims, "", {"typ": "JWT", "alg": "none"}).rpartition(".")[0]
    return {"without": None, "fake HS256": forge(claims, "a secret of nobody" * 3), "alg none": f"{unsigned}."}


def test_every_page_and_every_call_back_of_the_descriptor_is_a_route(runtime: Runtime) -> None:
    descriptor = read_descriptor(runtime.settings)
    routes = create_app(runtime).url_map.bind("app.example.com")
    for kind, modules in descriptor["modules"].items():
        for address in addresses(modules):
            assert routes.match(address.partition("?")[0], "POST" if kind == "webhooks" else "GET")
    for address in descriptor["lifecycle"].values():
        assert routes.match(address, "POST")
    pictures = [text for text in strings(descriptor) if text.startswith("/static/")]
    assert pictures
    for picture in pictures:
        assert routes.match(picture, "GET")


@pytest.mark.usefixtures("key_server")
@pytest.mark.parametrize("kind", ["without", "fake HS256", "alg none"])
def test_no_page_opens_without_the_sites_own_signature(installed: FlaskClient, pages: list[str], kind: str) -> None:
    token = forged_tokens()[kind]
    headers = {} if token is None else {"Authorization": f"JWT {token}"}
    for page in pages:
        for method in ("GET", "POST"):
            answer = installed.open(f"/sf{page}", method=method, headers=headers)
            assert answer.status_code >= 400, (method, page)
            assert answer.status_code != 503, "skipped by the tester, which proves nothing"
            if token is not None:
                query = "&" if "?" in page else "?"
                answer = installed.open(f"/sf{page}{query}jwt={token}", method=method)
                assert answer.status_code >= 400, (method, page, "in the query")


def test_every_answer_forbids_caches_and_referrers(installed: FlaskClient, pages: list[str]) -> None:
    for page in pages:
        headers = installed.get(f"/sf{page}").headers
        assert {"no-cache", "no-store"} <= {part.strip() for part in headers["Cache-Control"].split(",")}, page
        first = headers["Referrer-Policy"].partition(",")[0].strip()
        assert first not in {"", "no-referrer-when-downgrade", "unsafe-url"}, page
        assert "Set-Cookie" not in headers, "there is no session to protect"


def test_an_installation_signed_by_a_stranger_is_refused_at_once(
    client: FlaskClient, runtime: Runtime, key_server: responses.RequestsMock
) -> None:
    key_server.get(f"{KEY_SERVER}/fake-kid", status=404)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": CLIENT_KEY, "aud": BASE_URL, "iat": int(NOW), "exp": int(NOW) + 180, "qsh": "x"}
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "fake-kid"})
    lifecycle = read_descriptor(runtime.settings)["lifecycle"]
    for event in ("installed", "uninstalled"):
        answer = client.post(
            f"/sf{lifecycle[event]}", json={"clientKey": CLIENT_KEY}, headers={"Authorization": f"JWT {token}"}
        )
        assert answer.status_code == 401, event


def test_the_descriptor_is_served_with_strict_transport_security(client: FlaskClient) -> None:
    policy = client.get("/sf/atlassian-connect.json").headers["Strict-Transport-Security"]
    assert int(policy.partition("max-age=")[2].partition(";")[0]) >= 31_536_000


def test_the_app_does_not_pass_itself_off_as_a_product(runtime: Runtime) -> None:
    name = read_descriptor(runtime.settings)["name"].casefold()
    assert not name.startswith(PRODUCTS)
