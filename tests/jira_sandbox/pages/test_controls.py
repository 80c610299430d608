from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.jira_sandbox.pages.conftest import PEOPLE, Site

PROJECTS = "/rest/api/3/project/search"


@pytest.fixture(autouse=True)
def projects(site: Site) -> None:
    site.put(PROJECTS, {"values": [], "total": 0})


@pytest.mark.parametrize(("step", "hours"), [("hour", 1), ("day", 24), ("year", 0), ("", 0)])
def test_the_clock_moves_by_an_hour_or_a_day(site: Site, client: FlaskClient, step: str, hours: int) -> None:
    before = site.instant
    answer = client.post("/agent/clock", data={"step": step, "back": "/agent/issue/SUP-1"})
    assert (answer.status_code, answer.location) == (303, "/agent/issue/SUP-1")
    assert site.instant - before == timedelta(hours=hours)


def test_the_clock_is_shown_in_the_zone_of_the_site(client: FlaskClient) -> None:
    shown = BeautifulSoup(client.get("/agent/").text, "html.parser").select_one("header time")
    assert shown is not None
    assert shown.text == "02/11/2026 09:00:00"


def test_anybody_may_be_chosen_as_the_viewer(site: Site, client: FlaskClient) -> None:
    assert client.post("/agent/viewer", data={"account_id": "g1", "back": "/agent/"}).status_code == 303
    page = BeautifulSoup(client.get("/agent/").text, "html.parser")
    assert site.asked[-1][3] == "g1"
    assert [option["value"] for option in page.select("option")] == [
        *(person["accountId"] for person in PEOPLE),
        "anonymous",
    ]
    assert [option["value"] for option in page.select("option[selected]")] == ["g1"]


def test_a_stranger_cannot_be_chosen(site: Site, client: FlaskClient) -> None:
    client.post("/agent/viewer", data={"account_id": "nobody"})
    client.get("/agent/")
    assert site.asked[-1][3] == "a1"


def test_every_site_has_its_own_viewer_cookie(client: FlaskClient) -> None:
    answer = client.post("/portal/viewer", data={"account_id": "g1", "back": "/portal/"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("viewer-acme=g1")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/agent/", "/agent//evil", "/rest/api/3", "", "x"]
)
def test_the_way_back_stays_on_these_pages(client: FlaskClient, back: str) -> None:
    assert client.post("/portal/clock", data={"step": "hour", "back": back}).location == "/portal/"


def test_labels_are_french_first_and_english_on_request(client: FlaskClient) -> None:
    assert "Vue des agents" in client.get("/agent/").text
    client.post("/agent/language", data={"back": "/agent/"})
    english = client.get("/agent/")
    assert "Agent view" in english.text
    assert '<html lang="en"' in english.text
    client.post("/agent/language", data={"back": "/agent/"})
    assert "Vue des agents" in client.get("/agent/").text


def test_pages_allow_only_our_scripts_and_no_framing(client: FlaskClient) -> None:
    answer = client.get("/agent/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "<script" not in answer.text
    assert "frame-ancestors 'none'" in policy
    assert "style=" not in answer.text
    with client.get("/agent/static/pages.css") as style:
        assert style.status_code == 200
