"""Who may call: tokens, apps and their scopes, unknown operations."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from jira_sandbox.apps.jwt import sign_shared
from jira_sandbox.apps.qsh import query_string_hash
from jira_sandbox.clock import host_now
from tests.jira_sandbox.site.client import SiteUnderTest, adf

KEY = "com.example.probe"


def descriptor(base_url: str) -> dict[str, Any]:
    return {
        "key": KEY,
        "name": "Probe",
        "baseUrl": base_url,
        "vendor": {"name": "Probe", "url": base_url},
        "authentication": {"type": "jwt"},
        "lifecycle": {"installed": "/installed"},
        "scopes": ["READ", "WRITE"],
        "apiVersion": 1,
        "apiMigrations": {"gdpr": True, "signed-install": True, "context-qsh": True},
        "modules": {},
    }


class Probe(http.server.BaseHTTPRequestHandler):
    """An app that accepts everything."""

    def do_GET(self) -> None:
        body = json.dumps(descriptor(f"http://{self.headers['Host']}")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Stays silent."""


@pytest.fixture
def probe_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Probe)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class App:
    site: SiteUnderTest

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        bare, _, query = path.partition("?")
        secret = self.site.running.apps.installation(KEY).shared_secret
        token = sign_shared({"iss": KEY, "qsh": query_string_hash(method, bare, query)}, secret, host_now())
        with requests.Session() as session:
            session.trust_env = False
            url = self.site.running.site.base_url + path
            return session.request(method, url, json=body, headers={"Authorization": f"JWT {token}"}, timeout=10)


@pytest.fixture
def app(site: SiteUnderTest, probe_url: str) -> App:
    site.control("POST", f"/sites/{site.name}/apps", {"descriptorUrl": f"{probe_url}/atlassian-connect.json"})
    return App(site)


def test_an_app_acts_as_its_own_user(site: SiteUnderTest, app: App) -> None:
    me = app.send("GET", "/rest/api/3/myself").json()
    assert me["accountType"] == "app"
    key = site.issue()
    made = app.send("POST", f"/rest/api/3/issue/{key}/comment", {"body": adf("rappel")}).json()
    assert made["author"]["accountId"] == me["accountId"]
    asked = site.control("GET", f"/sites/{site.name}/requests")
    assert [item["principal"] for item in asked if item["app"] == KEY] == ["app", "app"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/rest/api/3/statuses/search", 403),
        ("GET", "/rest/api/3/workflows/search", 403),
        ("GET", "/rest/api/3/workflowscheme", 403),
        ("DELETE", "/rest/api/3/issue/SUP-1", 403),
        ("GET", "/rest/api/3/issue/SUP-1", 200),
        ("PUT", "/rest/api/3/issue/SUP-1/properties/p", 201),
        ("GET", "/rest/api/3/serverInfo", 200),
    ],
)
def test_scopes_bound_an_app(site: SiteUnderTest, app: App, method: str, path: str, status: int) -> None:
    site.issue()
    assert app.send(method, path, {"a": 1} if method == "PUT" else None).status_code == status


def test_a_token_is_bound_to_its_request(site: SiteUnderTest, app: App) -> None:
    secret = site.running.apps.installation(KEY).shared_secret
    other = sign_shared({"iss": KEY, "qsh": query_string_hash("GET", "/rest/api/3/field", "")}, secret, host_now())
    with requests.Session() as session:
        session.trust_env = False
        url = site.running.site.base_url + "/rest/api/3/myself"
        assert session.get(url, headers={"Authorization": f"JWT {other}"}, timeout=10).status_code == 401
    assert app.send("GET", "/rest/api/3/myself").status_code == 200


def test_an_app_keeps_its_own_properties(site: SiteUnderTest, app: App) -> None:
    path = f"/rest/atlassian-connect/1/addons/{KEY}/properties/state"
    assert [app.send("PUT", path, {"n": 1}).status_code for _ in range(2)] == [201, 200]
    assert app.send("GET", path).json()["value"] == {"n": 1}
    assert app.send("GET", path.replace(KEY, "com.example.other")).status_code == 403
    assert site.admin.status("GET", path) == 401


def test_dynamic_webhooks_are_for_apps(site: SiteUnderTest, app: App) -> None:
    base = site.running.apps.installation(KEY).descriptor.base_url
    wanted = {"events": ["jira:issue_updated"], "jqlFilter": "project = SUP"}
    body = {"url": f"{base}/hook", "webhooks": [wanted]}
    made = app.send("POST", "/rest/api/3/webhook", body).json()["webhookRegistrationResult"][0]["createdWebhookId"]
    assert [item["id"] for item in app.send("GET", "/rest/api/3/webhook").json()["values"]] == [made]
    assert app.send("PUT", "/rest/api/3/webhook/refresh", {"webhookIds": [made]}).status_code == 200
    assert app.send("DELETE", "/rest/api/3/webhook", {"webhookIds": [made]}).status_code == 202
    assert site.admin.status("POST", "/rest/api/3/webhook", body) == 403


def test_wrong_tokens_end_in_denial(site: SiteUnderTest) -> None:
    wrong = replace(site.agent, token=site.admin.token)
    answers = [wrong.send("GET", "/rest/api/3/myself") for _ in range(11)]
    assert {answer.status_code for answer in answers} == {401}
    reasons = [answer.headers["X-Seraph-LoginReason"] for answer in answers]
    assert (reasons[0], reasons[-1]) == ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")
    assert site.agent.status("GET", "/rest/api/3/myself") == 401, "even the right token, until a CAPTCHA"


def test_an_expired_token(site: SiteUnderTest) -> None:
    path = f"/sites/{site.name}/people/{site.agent.account_id}"
    site.control("PUT", path, {"token": ""})
    assert site.agent.status("GET", "/rest/api/3/myself") == 401
    site.control("PUT", path, {"token": site.agent.token})
    assert site.agent.status("GET", "/rest/api/3/myself") == 200


def test_unknown_operations_list_the_known_ones(site: SiteUnderTest) -> None:
    answer = site.admin.send("GET", "/rest/api/3/dashboard")
    assert answer.status_code == 501
    assert "POST /rest/api/3/search/jql" in answer.json()["known"]


def test_permissions_can_be_asked(site: SiteUnderTest) -> None:
    key = site.issue()
    body = {
        "accountId": site.customer.account_id,
        "globalPermissions": ["ADMINISTER"],
        "projectPermissions": [{"permissions": ["BROWSE_PROJECTS"], "issues": [10001], "projects": []}],
    }
    found = site.admin.post("/rest/api/3/permissions/check", body)
    assert found["globalPermissions"] == []
    assert found["projectPermissions"][0]["issues"] == []
    mine = site.agent.get(f"/rest/api/3/mypermissions?permissions=ADMINISTER,TRANSITION_ISSUES&issueKey={key}")
    assert [mine["permissions"][name]["havePermission"] for name in ("ADMINISTER", "TRANSITION_ISSUES")] == [
        False,
        True,
    ]


def test_a_second_site_knows_nothing_of_the_first(site: SiteUnderTest) -> None:
    site.control("POST", "/sites", {"name": f"{site.name}-b", "zone": "UTC", "locale": "en"})
    other = site.control("GET", f"/sites/{site.name}-b")
    stranger = replace(site.admin, base_url=other["baseUrl"])
    assert other["clientKey"] != site.running.apps.client_key
    assert stranger.status("GET", "/rest/api/3/myself") == 401
