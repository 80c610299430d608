from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from jira_sandbox.apps import ShownModule
from jira_sandbox.pages.bridge_files import FILES
from tests.jira_sandbox.pages.conftest import EVIL, Site

PROJECT = ShownModule(app="witness", key="report", kind="jiraProjectPages", title=f"Rapport {EVIL}")
ADMIN = ShownModule(app="witness", key="settings", kind="adminPages", title="Réglages")
MENU = ShownModule(app="witness", key="mine", kind="serviceDeskPortalUserMenuActions", title="Mes demandes à nous")
ACTION = ShownModule(
    app="witness", key="ask", kind="serviceDeskPortalRequestViewActions", title="Escalader", target="dialog"
)
DIALOG = ShownModule(app="witness", key="why", kind="dialogs", title="why", options={"size": "small"})


@pytest.fixture(autouse=True)
def answers(site: Site) -> None:
    site.modules = [PROJECT, ADMIN, MENU, ACTION, DIALOG]
    site.put("/rest/api/3/search/jql", {"issues": []}, "POST")
    site.put("/rest/api/3/project/SUP", {"key": "SUP"})
    site.put("/rest/api/3/project/search", {"values": [], "total": 0})
    site.put("/rest/servicedeskapi/request", {"values": [], "isLastPage": True})
    site.put("/rest/servicedeskapi/request/SUP-1", {"issueKey": "SUP-1"})


def put_bridge(packages: Path) -> None:
    for package, name in FILES.values():
        path = packages / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {name} */", "utf-8")


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "<script>alert" not in answer.text
    return BeautifulSoup(answer.text, "html.parser")


def choose(client: FlaskClient, who: str) -> None:
    client.post("/agent/viewer", data={"account_id": who, "back": "/agent/"})


@pytest.mark.parametrize(
    ("list_at", "page_at", "module", "about"),
    [
        ("/agent/project/SUP", "/agent/project/SUP/app/witness/report", "report", (None, "SUP")),
        ("/agent/admin/", "/agent/admin/witness/settings", "settings", (None, None)),
        ("/portal/", "/portal/app/witness/mine", "mine", (None, None)),
        (None, "/portal/request/SUP-1/app/witness/ask", "ask", ("SUP-1", None)),
    ],
)
def test_an_apps_page_is_found_where_jira_shows_it(  # noqa: PLR0917 - one per column of the table
    site: Site,
    client: FlaskClient,
    list_at: str | None,
    page_at: str,
    module: str,
    about: tuple[str | None, str | None],
) -> None:
    if list_at:
        assert soup(client, list_at).select_one(f'a[href="{page_at}"]') is not None
    frame = soup(client, page_at).select_one("iframe")
    assert frame is not None
    assert frame["src"] == site.address("witness", module, *about, "a1" if "agent" in page_at else "c1")
    assert "allow-downloads" in frame["sandbox"]


@pytest.mark.parametrize("who", ["g1", "c1"])
def test_the_administration_is_for_administrators(client: FlaskClient, who: str) -> None:
    choose(client, who)
    assert client.get("/agent/admin/").status_code == 403
    assert client.get("/agent/admin/witness/settings").status_code == 403


def test_nobody_logged_in_sees_only_frames_that_stand_alone(site: Site, client: FlaskClient) -> None:
    choose(client, "anonymous")
    assert client.get("/agent/issue/SUP-1").status_code == 401
    assert client.get("/portal/").status_code == 401
    frame = soup(client, "/agent/frame/witness/report?project=SUP").select_one("iframe")
    assert frame is not None
    assert frame["src"] == site.address("witness", "report", None, "SUP", None)


@pytest.mark.parametrize(
    "path",
    [
        "/agent/frame/witness/absent",
        "/agent/project/SUP/app/witness/settings",
        "/agent/admin/witness/report",
        "/portal/app/witness/ask",
        "/agent/project/sup/app/witness/report",
        "/portal/request/x/app/witness/ask",
    ],
)
def test_a_page_in_the_wrong_place_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_with_the_bridge_the_frames_are_told_to_its_script(site: Site, client: FlaskClient, packages: Path) -> None:
    put_bridge(packages)
    page = soup(client, "/agent/project/SUP/app/witness/report")
    assert page.select("iframe") == [], "the bridge makes it"
    assert page.select_one('.app-frame[data-app="witness"][data-key="report"]') is not None
    told = json.loads(page.select_one("script#bridge").text)  # type: ignore[union-attr]  # it is there
    [frame] = told["frames"]
    assert (frame["url"], frame["project"]) == (site.address("witness", "report", None, "SUP", "a1"), "SUP")
    assert told["dialogs"] == [{"app": "witness", "key": "why", "options": {"size": "small"}}]
    assert told["viewer"]["locale"] == "fr_FR"
    for script in page.select("script[src]"):
        answer = client.get(script["src"])
        assert answer.status_code == 200
        answer.close()
    assert client.get("/agent/bridge/files/package.json").status_code == 404


def test_a_portal_action_opens_as_a_dialog_where_there_is_a_bridge(
    site: Site, client: FlaskClient, packages: Path
) -> None:
    put_bridge(packages)
    for name in ("comment", "status", "transition", "participant"):
        site.put(f"/rest/servicedeskapi/request/SUP-1/{name}", {"values": [], "isLastPage": True})
    link = soup(client, "/portal/request/SUP-1").select_one('a[data-app-dialog="ask"]')
    assert link is not None
    assert (link["data-app"], link["data-issue"]) == ("witness", "SUP-1")


def test_the_bridge_gets_tokens_and_addresses_of_whoever_looks(site: Site, client: FlaskClient) -> None:
    choose(client, "c1")
    asked = {"app": "witness", "key": "report", "project": "SUP"}
    token = client.get("/agent/bridge/token", query_string=asked).json
    assert token == {"token": "token of c1 for witness about SUP"}
    address = client.get("/agent/bridge/address", query_string=asked).json
    assert address is not None
    assert address["url"] == site.address("witness", "report", None, "SUP", "c1")
    context = client.get("/agent/bridge/context", query_string={"issue": "SUP-1"}).json
    assert context == {"jira": {"issue": {"key": "SUP-1"}}}


def test_an_apps_request_is_made_as_whoever_looks_and_only_to_rest(site: Site, client: FlaskClient) -> None:
    choose(client, "c1")
    site.put("/rest/api/3/myself", {"accountId": "c1"})
    answer = client.post("/agent/bridge/rest", json={"url": "/rest/api/3/myself"})
    assert answer.json == {"status": 200, "body": {"accountId": "c1"}}
    assert site.asked[-1][3] == "c1"
    refused = client.post("/agent/bridge/rest", json={"url": "/rest/api/3/issue/SUP-9"})
    assert refused.json is not None
    assert refused.json["status"] == 404, "the site's answer, inside"
    assert client.post("/agent/bridge/rest", json={"url": "https://evil.example/rest/"}).status_code == 400


def test_dark_is_remembered(client: FlaskClient) -> None:
    client.post("/agent/theme", data={"back": "/agent/"})
    assert soup(client, "/agent/").html["data-color-mode"] == "dark"  # type: ignore[index]  # the page has a root
    client.post("/agent/theme", data={"back": "/agent/"})
    assert soup(client, "/agent/").html["data-color-mode"] == "light"  # type: ignore[index]  # the page has a root
