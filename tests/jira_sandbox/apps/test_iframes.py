from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from jira_sandbox.apps import Unauthorized, Viewer, issue_context, request_values
from jira_sandbox.apps.jwt import sign_shared
from jira_sandbox.apps.qsh import query_string_hash
from jira_sandbox.apps.shown import is_shown
from jira_sandbox.clock import host_now
from tests.jira_sandbox.apps.conftest import APP_KEY, SITE_URL, Bench, descriptor_of

ISSUE = {
    "id": "10001",
    "key": "SUP-1",
    "fields": {"project": {"id": 10000, "key": "SUP"}, "issuetype": {"id": "10003", "name": "Incident"}},
}
CONTEXT = {
    "jira": {
        "issue": {"id": "10001", "key": "SUP-1", "issuetype": {"id": "10003"}},
        "project": {"id": "10000", "key": "SUP"},
    }
}
PANEL = {
    "key": "sla-panel",
    "name": {"value": "Suivi"},
    "icon": {"width": 24, "height": 24, "url": "/icon.svg"},
    "content": {"type": "label", "label": {"value": "Suivi"}},
    "target": {"type": "web_panel", "url": "/panel?issueKey={issue.key}&none={version.id}"},
}
PORTAL = {"key": "portal", "url": "/portal/{servicedesk.requestId}?type={servicedesk.requestTypeId}"}
CACHED = {"key": "cached", "name": {"value": "Page"}, "url": "/cached", "cacheable": True}


@pytest.fixture
def installed(bench: Bench) -> Bench:
    modules: dict[str, Any] = {
        "jiraIssueContexts": [PANEL],
        "serviceDeskPortalRequestViewPanels": [PORTAL],
        "generalPages": [CACHED],
        "configurePage": {"key": "configure", "name": {"value": "Réglages"}, "url": "/configure"},
    }
    bench.receiver.descriptor = descriptor_of(bench.receiver.url, **modules)
    bench.apps.install(bench.receiver.descriptor_url)
    return bench


def claims_of(bench: Bench, token: str) -> dict[str, Any]:
    secret = bench.apps.installation(APP_KEY).shared_secret
    return jwt.decode(token, secret, algorithms=["HS256"])


def read(bench: Bench, url: str) -> tuple[dict[str, list[str]], dict[str, Any]]:
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    claims = claims_of(bench, query["jwt"][0])
    assert claims["qsh"] == query_string_hash("GET", parts.path, parts.query, "/sf"), "signed as it will be requested"
    return query, claims


def test_the_context_of_an_issue_is_atlassians() -> None:
    assert issue_context(ISSUE) == CONTEXT


def test_a_panel_has_atlassians_parameters_and_a_token_for_itself(installed: Bench) -> None:
    params = {"issue.key": "SUP-1&x=é"}
    url = installed.apps.page_url(APP_KEY, "sla-panel", params, "viewer-1", CONTEXT)
    query, claims = read(installed, url)
    assert url.startswith(f"{installed.receiver.url}/panel?issueKey=SUP-1%26x%3D%C3%A9&none=&")
    assert query["issueKey"] == ["SUP-1&x=é"]
    assert query["xdm_e"] == [SITE_URL]
    assert query["xdm_c"] == [f"channel-{APP_KEY}__sla-panel"]
    assert (query["cp"], query["lic"]) == ([""], ["none"])
    assert query["xdm_deprecated_addon_key_do_not_use"] == [APP_KEY]
    assert query["cv"][0].startswith("5.")
    assert claims["iss"] == installed.apps.client_key
    assert claims["sub"] == "viewer-1"
    assert claims["context"] == CONTEXT
    assert claims["exp"] == claims["iat"] + 180


def test_an_anonymous_viewer_has_no_sub(installed: Bench) -> None:
    _, claims = read(installed, installed.apps.page_url(APP_KEY, "sla-panel", {}, None, {}))
    assert "sub" not in claims
    assert "sub" not in claims_of(installed, installed.apps.context_token(APP_KEY, None, {}))


def test_a_cacheable_page_gets_neither_parameters_nor_a_token(installed: Bench) -> None:
    assert installed.apps.page_url(APP_KEY, "cached", {}, "v", {}) == f"{installed.receiver.url}/cached"


def test_a_single_page_module_is_found_and_others_are_not(installed: Bench) -> None:
    assert "/configure?" in installed.apps.page_url(APP_KEY, "configure", {}, "v", {})
    with pytest.raises(KeyError):
        installed.apps.page_url(APP_KEY, "absent", {}, "v", {})
    with pytest.raises(KeyError):
        installed.apps.page_url("absent", "configure", {}, "v", {})


def test_a_context_token_is_for_a_viewer_and_an_issue(installed: Bench) -> None:
    claims = claims_of(installed, installed.apps.context_token(APP_KEY, "viewer-1", CONTEXT))
    assert claims["qsh"] == "context-qsh"
    assert claims["sub"] == "viewer-1"
    assert claims["context"]["jira"]["issue"]["key"] == "SUP-1"


def test_the_panels_of_a_request_are_those_of_enabled_apps(installed: Bench) -> None:
    viewer = Viewer(account_id="viewer-1")
    [panel] = installed.apps.shown(["jiraIssueContexts"], viewer)
    assert (panel.title, panel.label, panel.icon) == ("Suivi", "Suivi", f"{installed.receiver.url}/icon.svg")
    request = {**ISSUE, "serviceDeskId": "1", "requestTypeId": "25"}
    [portal] = installed.apps.shown(["serviceDeskPortalRequestViewPanels"], viewer)
    url = installed.apps.page_url(APP_KEY, portal.key, request_values(request), None, CONTEXT)
    assert url.startswith(f"{installed.receiver.url}/portal/10001?type=25&")
    assert installed.apps.shown(["webPanels"], viewer) == []
    assert installed.apps.module(APP_KEY, panel.key) == panel
    installed.apps.disable(APP_KEY)
    assert installed.apps.shown(["jiraIssueContexts"], viewer) == []
    with pytest.raises(KeyError):
        installed.apps.module(APP_KEY, panel.key)


@pytest.mark.parametrize(
    ("conditions", "seen_by"),
    [
        (None, "nobody customer admin"),
        ([{"condition": "user_is_logged_in"}], "customer admin"),
        ([{"condition": "user_is_logged_in", "invert": True}], "nobody"),
        ([{"condition": "user_is_logged_in"}, {"condition": "user_is_admin"}], "admin"),
        (
            [{"or": [{"condition": "user_is_admin"}, {"condition": "user_is_logged_in", "invert": "true"}]}],
            "nobody admin",
        ),
        ([{"type": "AND", "conditions": [{"condition": "user_is_sysadmin"}]}], "admin"),
        ([{"condition": "feature_flag", "params": {"featureFlagKey": "x"}}], "nobody customer admin"),
    ],
)
def test_conditions_hide_pages_from_some(conditions: Any, seen_by: str) -> None:
    viewers = {
        "nobody": Viewer(account_id=None),
        "customer": Viewer(account_id="c1"),
        "admin": Viewer(account_id="a1", is_admin=True),
    }
    assert " ".join(name for name, viewer in viewers.items() if is_shown(conditions, viewer)) == seen_by


def test_the_app_is_known_by_its_token(installed: Bench) -> None:
    secret = installed.apps.installation(APP_KEY).shared_secret
    qsh = query_string_hash("GET", "/rest/api/3/issue/SUP-1", "fields=a%20b")
    token = sign_shared({"iss": APP_KEY, "aud": [installed.apps.client_key], "qsh": qsh}, secret, host_now())
    caller = installed.apps.authenticate("GET", "/rest/api/3/issue/SUP-1", "fields=a+b", token)
    assert caller.key == APP_KEY
    assert caller.account_id == f"app:{APP_KEY}"
    assert caller.scopes == {"NONE", "READ", "WRITE"}
    with pytest.raises(Unauthorized):
        installed.apps.authenticate("POST", "/rest/api/3/issue/SUP-1", "fields=a+b", token)
    with pytest.raises(Unauthorized):
        installed.apps.authenticate("GET", "/rest/api/3/issue/SUP%2D1", "fields=a+b", token)


def test_tokens_made_for_the_app_do_not_open_the_site(installed: Bench) -> None:
    token = installed.apps.context_token(APP_KEY, "viewer-1", CONTEXT)
    with pytest.raises(Unauthorized):
        installed.apps.authenticate("GET", "/rest/api/3/myself", "", token)


def test_people_read_an_apps_words_in_their_language_when_it_has_them(installed: Bench) -> None:
    names = {"value": "Progress", "i18n": "panel.name"}
    installed.receiver.descriptor = {
        **descriptor_of(installed.receiver.url, jiraProjectPages=[{"key": "page", "name": names, "url": "/page"}]),
        "translations": {"paths": {"fr-FR": "/hook/words", "de-DE": "/hook/absent"}},
    }
    installed.receiver.words = {"panel.name": "Avancement"}
    installed.apps.install(installed.receiver.descriptor_url)
    titles = {
        language: installed.apps.shown(["jiraProjectPages"], Viewer(account_id="v", language=language))[0].title
        for language in ("fr", "de", "en")
    }
    assert titles == {"fr": "Avancement", "de": "Progress", "en": "Progress"}
