"""Walks every route: each declares its token class, none opens without it, none redirects, all carry the headers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from connect_app.web.descriptor import read_descriptor
from connect_app.web.tokens import TokenClass, caller, lifecycle_caller, opened_by, token_class_of
from tests.connect_app.auth_cases import CLIENT_KEY, NOW, forge
from tests.connect_app.web.conftest import token

DECLARED = {
    "/static/<path:name>": TokenClass.PUBLIC,
    "/atlassian-connect.json": TokenClass.PUBLIC,
    "/readyz": TokenClass.PUBLIC,
    "/healthz": TokenClass.PUBLIC,
    "/connect/installed": TokenClass.LIFECYCLE,
    "/connect/uninstalled": TokenClass.LIFECYCLE,
    "/connect/enabled": TokenClass.REQUEST,
    "/connect/disabled": TokenClass.REQUEST,
    "/connect/webhooks/<name>": TokenClass.REQUEST,
    "/hooks/<hook_id>": TokenClass.HOOK,
    "/links": TokenClass.LINK,
    "/links/<name>.csv": TokenClass.LINK,
    "/connect/pages/project": TokenClass.REQUEST,
    "/api/project": TokenClass.CONTEXT,
    "/api/project/time": TokenClass.CONTEXT,
    "/api/project/<name>.csv": TokenClass.CONTEXT,
    "/links/admin": TokenClass.OPERATOR,
    "/links/admin/audit.csv": TokenClass.OPERATOR,
    "/connect/pages/admin": TokenClass.REQUEST,
    "/api/admin": TokenClass.CONTEXT,
    "/api/admin/audit.csv": TokenClass.CONTEXT,
    "/connect/panels/issue": TokenClass.REQUEST,
    "/connect/dialogs/postpone": TokenClass.REQUEST,
    "/connect/dialogs/transfer": TokenClass.REQUEST,
    "/api/panel/issue": TokenClass.CONTEXT,
    "/api/agent/panel": TokenClass.CONTEXT,
    "/api/agent/<name>": TokenClass.CONTEXT,
    "/connect/portal/request": TokenClass.REQUEST,
    "/connect/portal/escalate": TokenClass.REQUEST,
    "/connect/portal/requests": TokenClass.REQUEST,
    "/api/portal/requests": TokenClass.CONTEXT,
    "/api/portal/request": TokenClass.CONTEXT,
    "/api/portal/answer": TokenClass.CONTEXT,
    "/api/portal/escalate": TokenClass.CONTEXT,
}

LINKED = {TokenClass.PUBLIC, TokenClass.LINK, TokenClass.OPERATOR}
"""What no token of Jira opens: a link that is none is not found."""


def test_every_route_declares_the_token_class_written_here(runtime: Runtime) -> None:
    app = create_app(runtime)
    found = {rule.rule: token_class_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert found == DECLARED


def test_a_route_that_declares_nothing_answers_nobody(runtime: Runtime) -> None:
    app = create_app(runtime)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/sf/forgotten")
    assert answer.status_code == 500
    assert answer.json == {"error": "internal server error"}
    with pytest.raises(TypeError):
        token_class_of(app, "forgotten")


@pytest.mark.usefixtures("installed")
def test_a_route_of_one_class_cannot_read_the_caller_of_another(runtime: Runtime) -> None:
    app = create_app(runtime)
    app.add_url_rule("/confused", "confused", opened_by(TokenClass.REQUEST)(lambda: repr(lifecycle_caller())))
    app.add_url_rule("/public", "public", opened_by(TokenClass.PUBLIC)(lambda: repr(caller())))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    headers = {"Authorization": f"JWT {token('/confused', method='GET')}"}
    assert app.test_client().get("/sf/confused", headers=headers).status_code == 500
    assert app.test_client().get("/sf/public", headers=headers).status_code == 500


def _addresses(client: FlaskClient) -> list[str]:
    rules = (rule.rule for rule in client.application.url_map.iter_rules() if DECLARED[rule.rule] not in LINKED)
    return list(dict.fromkeys(re.sub(r"<[^>]*>", "issue-created", rule) for rule in rules))


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_without_a_good_token_nothing_opens_and_nothing_redirects(installed: FlaskClient, method: str) -> None:
    claims = {"iss": CLIENT_KEY, "exp": NOW + 60, "qsh": "context-qsh"}
    unsigned = forge(claims, "", {"typ": "JWT", "alg": "none"}).rpartition(".")[0]
    forged = {
        "none": None,
        "nonsense": "JWT x.y.z",
        "unsigned": "JWT " + unsigned + ".",
        "wrong secret": "JWT " + token("/", secret="x" * 40, qsh="context-qsh"),
        "basic": "Basic Zm9vOmJhcg==",
    }
    addresses = _addresses(installed)
    assert len(addresses) == sum(kind not in LINKED for kind in DECLARED.values())
    for address in addresses:
        for suffix in ("", "/"):
            for authorization in forged.values():
                headers = {} if authorization is None else {"Authorization": authorization}
                answer = installed.open(f"/sf{address}{suffix}", method=method, headers=headers)
                assert answer.status_code in {401, 405}
                assert "Location" not in answer.headers
                assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/sf/connect/installed", "/sf/atlassian-connect.json", "/sf/nothing", "/sf/healthz", "/", "//sf//x"]
)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert "no-cache" in headers["Cache-Control"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers


def test_every_address_of_the_descriptor_is_a_route(runtime: Runtime) -> None:
    app = create_app(runtime)
    descriptor = read_descriptor(runtime.settings)
    posts = [*descriptor["lifecycle"].values(), *(hook["url"] for hook in descriptor["modules"]["webhooks"])]
    gets = [
        descriptor["modules"]["jiraIssueContexts"][0]["target"]["url"].partition("?")[0],
        descriptor["modules"]["jiraIssueContexts"][0]["icon"]["url"],
        descriptor["modules"]["adminPages"][0]["url"],
        *descriptor["translations"]["paths"].values(),
    ]
    routes = app.url_map.bind("app.example.com")
    for method, addresses in (("POST", posts), ("GET", gets)):
        for address in addresses:
            assert routes.match(address, method)


def test_only_known_assets_are_served(client: FlaskClient) -> None:
    good = client.get("/sf/static/panel.css")
    assert good.status_code == 200
    assert good.headers["Cache-Control"] == "public, max-age=3600"
    good.close()
    for name in ("../application.py", "..%2fapplication.py", "nothing.js", "%2e%2e/tokens.py"):
        assert client.get(f"/sf/static/{name}").status_code == 404
