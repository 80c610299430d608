from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from jira_sandbox.apps import ShownModule
from jira_sandbox.pages.site_rest import Rest
from tests.jira_sandbox.pages.conftest import EVIL, Site

DESK = "/rest/servicedeskapi"
REQUEST = f"{DESK}/request/SUP-1"
FORM = f"{DESK}/servicedesk/1/requesttype/25/field"


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def page_of(values: list[Any]) -> dict[str, Any]:
    return {"values": values, "isLastPage": True, "size": len(values), "start": 0, "limit": 50}


def a_request(**more: Any) -> dict[str, Any]:
    return {
        "issueId": "10001",
        "issueKey": "SUP-1",
        "requestTypeId": "25",
        "serviceDeskId": "1",
        "reporter": {"accountId": "c1", "displayName": EVIL},
        "createdDate": {"iso8601": "2026-11-02T09:00:00+0100"},
        "currentStatus": {"status": "Soumise"},
        "requestFieldValues": [
            {"fieldId": "summary", "label": "Résumé", "value": EVIL},
            {"fieldId": "description", "label": "Détails", "value": EVIL},
        ],
        **more,
    }


def put_request(site: Site) -> None:
    site.put(REQUEST, a_request())
    comments = [
        {"id": "1", "body": f"bonjour {EVIL}", "public": True, "author": {"displayName": EVIL}},
        {"id": "2", "body": "entre nous", "public": False, "author": {"displayName": "Gil"}},
    ]
    site.put(f"{REQUEST}/comment", page_of(comments))
    site.put(
        f"{REQUEST}/status", page_of([{"status": "Soumise", "statusDate": {"iso8601": "2026-11-02T09:00:00+0100"}}])
    )
    site.put(f"{REQUEST}/transition", page_of([{"id": "31", "name": EVIL}]))
    site.put(f"{REQUEST}/participant", page_of([{"displayName": EVIL}]))


def test_my_requests_and_those_of_my_organisation(site: Site, client: FlaskClient) -> None:
    site.put(f"{DESK}/request", page_of([a_request()]))
    mine = client.get("/portal/")
    client.get("/portal/?whose=organization")
    assert soup(mine.text).select_one('a[href="/portal/request/SUP-1"]') is not None
    assert "<script>" not in mine.text
    asked = [path for _, path, _, _ in site.asked]
    assert "requestOwnership=OWNED_REQUESTS" in asked[0]
    assert "requestOwnership=ALL_ORGANIZATIONS" in asked[1]
    assert site.asked[0][3] == "c1", "the first customer looks, unless somebody else was chosen"


def test_long_lists_are_read_to_their_end() -> None:
    def call(_method: str, path: str, _body: dict[str, Any] | None, _who: str) -> tuple[int, Any]:
        first = "start=0" in path
        return 200, {"values": [a_request(issueKey="SUP-1" if first else "SUP-2")], "isLastPage": not first}

    found = Rest(call, "c1").desk_values(f"{DESK}/request")
    assert [each["issueKey"] for each in found] == ["SUP-1", "SUP-2"]


def test_a_request_as_its_customer_sees_it(site: Site, client: FlaskClient) -> None:
    put_request(site)
    answer = client.get("/portal/request/SUP-1")
    assert answer.status_code == 200
    page = soup(answer.text)
    assert page.select("script") == []
    assert len(page.select("article.comment")) == 1
    assert "entre nous" not in answer.text
    assert f"bonjour {EVIL}" in page.get_text()
    assert "02/11/2026 09:00" in page.get_text()
    assert any("public=true" in path and "internal=false" in path for _, path, _, _ in site.asked)


def test_a_customer_answers_publicly(site: Site, client: FlaskClient) -> None:
    site.put(f"{REQUEST}/comment", {"id": "3"}, "POST", 201)
    answer = client.post("/portal/request/SUP-1/comment", data={"text": "Merci"})
    assert (answer.status_code, answer.location) == (303, "/portal/request/SUP-1")
    assert site.sent() == [(f"{REQUEST}/comment", {"body": "Merci", "public": True}, "c1")]


def test_a_customers_transition_takes_a_comment(site: Site, client: FlaskClient) -> None:
    site.put(f"{REQUEST}/transition", None, "POST", 204)
    client.post("/portal/request/SUP-1/transition", data={"id": "31", "text": "Toujours en panne"})
    client.post("/portal/request/SUP-1/transition", data={"id": "31", "text": " "})
    bodies = [body for _, body, _ in site.sent()]
    assert bodies == [{"id": "31", "additionalComment": {"body": "Toujours en panne"}}, {"id": "31"}]


def test_portal_panels_are_given_the_request(site: Site, client: FlaskClient) -> None:
    put_request(site)
    site.modules = [ShownModule(app="witness", key="p", kind="serviceDeskPortalRequestViewPanels", title="")]
    page = soup(client.get("/portal/request/SUP-1").text)
    frame = page.select_one("iframe")
    assert frame is not None
    assert frame["src"] == site.address("witness", "p", "SUP-1", None, "c1")


def put_form(site: Site) -> None:
    fields = [
        {"fieldId": "summary", "name": EVIL, "required": True, "jiraSchema": {"type": "string", "system": "summary"}},
        {"fieldId": "description", "name": "Détails", "jiraSchema": {"type": "string", "system": "description"}},
        {
            "fieldId": "priority",
            "name": "Priorité",
            "jiraSchema": {"type": "priority"},
            "validValues": [{"value": "2", "label": f"Haute {EVIL}"}],
        },
        {"fieldId": "customfield_10030", "name": "Nombre", "jiraSchema": {"type": "number"}},
        {"fieldId": "labels", "name": "Étiquettes", "jiraSchema": {"type": "array", "items": "string"}},
    ]
    site.put(FORM, {"requestTypeFields": fields})


def test_the_form_of_a_request_type_is_that_of_the_site(site: Site, client: FlaskClient) -> None:
    put_form(site)
    answer = client.get("/portal/new/1/25")
    page = soup(answer.text)
    assert "<script>" not in answer.text
    assert page.select_one('input[name="summary"]') is not None
    assert page.select_one('textarea[name="description"]') is not None
    assert [option["value"] for option in page.select('select[name="priority"] option')] == ["", "2"]


def test_a_request_is_created_with_the_values_of_its_fields(site: Site, client: FlaskClient) -> None:
    put_form(site)
    site.put(f"{DESK}/request", {"issueKey": "SUP-7"}, "POST", 201)
    typed = {"summary": "Panne", "description": " ", "priority": "2", "customfield_10030": "2.5", "labels": "un deux"}
    answer = client.post("/portal/new/1/25", data=typed)
    assert answer.location == "/portal/request/SUP-7"
    values = {"summary": "Panne", "priority": {"id": "2"}, "customfield_10030": 2.5, "labels": ["un", "deux"]}
    assert site.sent()[-1][1] == {"serviceDeskId": "1", "requestTypeId": "25", "requestFieldValues": values}


def test_the_offers_of_every_desk(site: Site, client: FlaskClient) -> None:
    site.put(f"{DESK}/servicedesk", page_of([{"id": "1", "projectName": EVIL}]))
    site.put(f"{DESK}/servicedesk/1/requesttype", page_of([{"id": "25", "name": EVIL, "description": EVIL}]))
    page = soup(client.get("/portal/new").text)
    assert page.select("script") == []
    assert page.select_one('a[href="/portal/new/1/25"]') is not None


def test_a_refusal_by_the_desk_is_shown(site: Site, client: FlaskClient) -> None:
    site.put(REQUEST, {"errorMessage": EVIL, "i18nErrorMessage": {}}, status=403)
    answer = client.get("/portal/request/SUP-1")
    assert answer.status_code == 403
    assert soup(answer.text).select_one(".refusal li").text == EVIL  # type: ignore[union-attr]  # there is one
