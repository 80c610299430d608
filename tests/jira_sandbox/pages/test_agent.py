from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from jira_sandbox.apps import ShownModule
from jira_sandbox.pages.site_rest import Rest
from tests.jira_sandbox.pages.conftest import EVIL, Site, adf

ISSUE = "/rest/api/3/issue/SUP-1"


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def put_issue(site: Site) -> None:
    person = {"accountId": "c1", "displayName": EVIL}
    fields: dict[str, Any] = {
        "summary": EVIL,
        "description": adf(EVIL),
        "status": {"id": "1", "name": "Soumise"},
        "reporter": person,
        "customfield_10010": {"requestType": {"name": f"Panne {EVIL}"}},
        "customfield_10020": {"ongoingCycle": {"paused": True, "remainingTime": {"friendly": "3h 0m"}}},
        "labels": ["un", "deux"],
        "environment": None,
        "subtasks": [{"key": "SUP-2", "fields": {"summary": EVIL, "status": {"name": "À faire"}}}],
    }
    names = {"customfield_10010": f"Type {EVIL}", "customfield_10020": "Résolution (SLA)"}
    site.put(ISSUE, {"id": "10001", "key": "SUP-1", "fields": fields, "names": names})
    allowed = {"resolution": {"allowedValues": [{"id": "10000", "name": "Terminé"}]}}
    moves = [
        {"id": "11", "name": EVIL, "to": {"name": "En cours"}},
        {"id": "21", "name": "Résoudre", "fields": allowed},
    ]
    site.put(f"{ISSUE}/transitions", {"transitions": moves})
    comments = [
        {"id": "1", "author": person, "body": adf(f"public {EVIL}"), "created": "2026-11-02T09:00:00.000+0100"},
        {"id": "2", "author": person, "body": adf("secret"), "created": "x", "jsdPublic": False},
    ]
    site.put(f"{ISSUE}/comment", {"comments": comments, "total": 2})
    site.put(
        f"{ISSUE}/worklog", {"worklogs": [{"author": person, "timeSpent": "1h", "comment": adf(EVIL)}], "total": 1}
    )
    history = [
        {"id": "9", "author": person, "items": [{"field": "status", "fromString": EVIL, "toString": "Soumise"}]},
        {"id": "10", "author": person, "items": [{"field": "labels", "fromString": "", "toString": "un"}]},
    ]
    site.put(f"{ISSUE}/changelog", {"values": history, "total": 2})
    site.put(f"{ISSUE}/properties", {"keys": [{"key": "support/flow"}]})
    site.put(f"{ISSUE}/properties/support%2Fflow", {"key": "support/flow", "value": {"state": EVIL}})


def test_projects_lead_to_their_requests(site: Site, client: FlaskClient) -> None:
    site.put("/rest/api/3/project/search", {"values": [{"key": "SUP", "name": EVIL}], "total": 1})
    answer = client.get("/agent/")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert soup(answer.text).select_one('a[href="/agent/project/SUP"]') is not None
    assert site.asked[0][3] == "a1", "the first admin or agent looks, unless somebody else was chosen"


def test_requests_are_grouped_by_status_without_sub_tasks(site: Site, client: FlaskClient) -> None:
    def issue(number: int, status: str, **more: Any) -> dict[str, Any]:
        return {"key": f"SUP-{number}", "fields": {"summary": EVIL, "status": {"name": status}, **more}}

    found = [
        issue(1, "Soumise"),
        issue(2, "En cours"),
        issue(3, "Soumise"),
        issue(4, "Soumise", parent={"key": "SUP-1"}),
    ]
    site.put("/rest/api/3/search/jql", {"issues": found}, "POST")
    page = soup(client.get("/agent/project/SUP").text)
    groups = {part.select_one(".status").text: len(part.select("tbody tr")) for part in page.select("section")}  # type: ignore[union-attr]  # every section has one
    assert groups == {"En cours": 1, "Soumise": 2}
    assert page.select("script") == []


def test_search_follows_page_tokens() -> None:
    pages = iter([{"issues": [], "nextPageToken": "next"}, {"issues": []}])
    bodies: list[Any] = []

    def call(_method: str, _path: str, body: dict[str, Any] | None, _who: str) -> tuple[int, Any]:
        bodies.append(body)
        return 200, next(pages)

    Rest(call, "a1").search("project = SUP", ["summary"])
    assert [body.get("nextPageToken") for body in bodies] == [None, "next"]


def test_a_request_shows_everything_and_escapes_all_of_it(site: Site, client: FlaskClient) -> None:
    put_issue(site)
    answer = client.get("/agent/issue/SUP-1")
    assert answer.status_code == 200
    page = soup(answer.text)
    assert page.select("script") == []
    assert "<script>" not in answer.text
    assert EVIL in page.get_text()
    shown = {term.text: term.find_next("dd").text for term in page.select("aside dt")}  # type: ignore[union-attr]  # a dd follows
    assert shown[f"Type {EVIL}"] == f"Panne {EVIL}"
    assert shown["Résolution (SLA)"] == "3h 0m ⏸"
    assert shown["labels"] == "un, deux"
    assert "environment" not in shown
    assert page.select_one('a[href="/agent/issue/SUP-2"]') is not None
    assert page.select_one("pre") is not None
    history = [item.text for item in page.select("ol.history > li")]
    assert "labels" in history[0], "the newest change first, by number and not by text"


def test_public_and_internal_comments_are_told_apart(site: Site, client: FlaskClient) -> None:
    put_issue(site)
    page = soup(client.get("/agent/issue/SUP-1").text)
    public, internal = page.select("article.comment")
    assert public["class"] == ["comment", "public"]
    assert "Public" in public.text
    assert "02/11/2026 09:00" in public.text
    assert internal["class"] == ["comment", "internal"]
    assert "Interne" in internal.text


def test_transitions_are_buttons_that_post(site: Site, client: FlaskClient) -> None:
    put_issue(site)
    page = soup(client.get("/agent/issue/SUP-1").text)
    first, second = page.select('form[action="/agent/issue/SUP-1/transition"]')
    assert first.select_one('button[name="id"][value="11"]') is not None
    assert first.select("select") == []
    assert second.select_one('select[name="resolution"] option[value="10000"]') is not None
    site.put(f"{ISSUE}/transitions", None, "POST", 204)
    answer = client.post("/agent/issue/SUP-1/transition", data={"id": "21", "resolution": "10000"})
    assert (answer.status_code, answer.location) == (303, "/agent/issue/SUP-1")
    expected = {"transition": {"id": "21"}, "fields": {"resolution": {"id": "10000"}}}
    assert site.sent()[-1] == (f"{ISSUE}/transitions", expected, "a1")


@pytest.mark.parametrize(("audience", "internal"), [("public", False), ("internal", True)])
def test_a_comment_is_public_or_internal_by_its_button(
    site: Site, client: FlaskClient, audience: str, *, internal: bool
) -> None:
    site.put(f"{ISSUE}/comment", {"id": "3"}, "POST", 201)
    client.post("/agent/issue/SUP-1/comment", data={"text": "Bonjour\n\nMerci", "audience": audience})
    body = site.sent()[-1][1]
    assert [line["content"][0]["text"] for line in body["body"]["content"]] == ["Bonjour", "Merci"]
    expected = [{"key": "sd.public.comment", "value": {"internal": True}}] if internal else None
    assert body.get("properties") == expected


def test_time_is_logged(site: Site, client: FlaskClient) -> None:
    site.put(f"{ISSUE}/worklog", {"id": "1"}, "POST", 201)
    client.post("/agent/issue/SUP-1/worklog", data={"time_spent": "1h 30m", "text": ""})
    assert site.sent()[-1][1] == {"timeSpent": "1h 30m"}


def test_app_panels_are_frames_with_their_signed_address(site: Site, client: FlaskClient) -> None:
    put_issue(site)
    site.modules = [ShownModule(app="witness", key="panel", kind="jiraIssueContexts", title="Suivi", label="3 étapes")]
    site.lozenges = {"type": "lozenge", "value": {"label": EVIL, "type": "moved"}}
    page = soup(client.get("/agent/issue/SUP-1").text)
    frame = page.select_one("iframe")
    assert frame is not None
    assert frame["src"] == site.address("witness", "panel", "SUP-1", None, "a1")
    lozenge = page.select_one("summary .lozenge")
    assert lozenge is not None
    assert (lozenge.text, lozenge["class"]) == (EVIL, ["lozenge", "moved"])


@pytest.mark.parametrize(
    "path", ["/agent/issue/sup-1", "/agent/issue/SUP-1%3Fx", "/agent/issue/SUP-1%0A", '/agent/project/SUP"%20OR%201']
)
def test_other_texts_than_keys_are_not_asked_for(site: Site, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert site.asked == []


def test_an_unknown_action_is_not_found(site: Site, client: FlaskClient) -> None:
    assert client.post("/agent/issue/SUP-1/destroy").status_code == 404
    assert site.sent() == []


def test_a_refusal_is_shown_in_the_sites_words(site: Site, client: FlaskClient) -> None:
    site.put(f"{ISSUE}/transitions", {"errorMessages": [EVIL], "errors": {"resolution": "missing"}}, "POST", 400)
    answer = client.post("/agent/issue/SUP-1/transition", data={"id": "99"})
    assert answer.status_code == 400
    assert [item.text for item in soup(answer.text).select(".refusal li")] == [EVIL, "resolution: missing"]
