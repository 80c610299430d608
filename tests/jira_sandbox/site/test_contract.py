"""The law: requests and answers are held to Atlassian's documents when they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from jira_sandbox.contract.documents import find
from jira_sandbox.contract.law import Law
from jira_sandbox.contract.normalise import component, convert
from jira_sandbox.contract.scopes import covers
from jira_sandbox.host import Host
from tests.jira_sandbox.site.client import SiteUnderTest

present = pytest.mark.skipif(find() is None, reason="Atlassian's documents are not on this machine")


@pytest.fixture
def careless() -> bool:
    return True


@present
def test_a_body_that_breaks_the_contract_is_refused_and_kept(site: SiteUnderTest) -> None:
    path = "/rest/api/3/search/jql"
    assert site.admin.status("POST", path, {"jql": "project = SUP", "maxResult": 5}) == 400
    kept = site.running.door.records.violations()
    assert kept[0]["operation"] == f"POST {path}"
    assert kept[0]["side"] == "request"
    assert kept[0] in site.control("GET", "/violations")


@present
def test_an_undocumented_parameter_is_kept_and_let_through(site: SiteUnderTest) -> None:
    assert site.admin.status("GET", "/rest/api/3/myself?colour=red") == 200
    assert "colour" in site.running.door.records.violations()[0]["problems"][0]
    assert site.admin.status("GET", "/rest/api/3/field/search?maxResults=many") == 400


@present
def test_an_answer_that_breaks_the_contract_is_500(site: SiteUnderTest) -> None:
    site.running.site.priorities["3"].name = 7  # type: ignore[assignment] # on purpose
    assert site.admin.status("GET", "/rest/api/3/priority") == 500
    assert site.running.door.records.violations()[0]["side"] == "answer"


@present
def test_every_operation_known_is_documented(host: Host) -> None:
    unknown = {
        f"{route.method} {route.template}"
        for route in host._router.routes  # noqa: SLF001 - the table is what this test is about
        if "/rest/api/2/" not in route.template and host.law.operation(route.method, route.template) is None
    }
    elsewhere = ("atlassian-connect", "/rest/webhooks/1.0/")
    assert [name for name in unknown if not any(part in name for part in elsewhere)] == []


@present
def test_built_in_scopes_agree_with_the_documents(host: Host) -> None:
    bare = Law(None)
    differing = {
        f"{route.method} {route.template}": (bare.scope(route.method, route.template), documented.scope)
        for route in host._router.routes  # noqa: SLF001 - the table is what this test is about
        if (documented := host.law.operation(route.method, route.template)) is not None
        and bare.scope(route.method, route.template) != documented.scope
    }
    assert differing == {}


def test_without_documents_the_sandbox_says_so(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    law = Law(None)
    assert law.sentence.startswith("UNVALIDATED")
    assert law.request_problems("POST", "/rest/api/3/issue", [], {"anything": 1}) == []
    assert law.scope("GET", "/rest/api/2/workflows/search") == "INACCESSIBLE"


@pytest.mark.parametrize(
    ("granted", "needed", "verdict"),
    [
        ({"READ"}, "READ", True),
        ({"READ"}, "WRITE", False),
        ({"ADMIN"}, "PROJECT_ADMIN", True),
        ({"ADMIN"}, "INACCESSIBLE", False),
        (set(), "NONE", True),
        ({"WRITE"}, "ACT_AS_USER", False),
    ],
)
def test_scopes_imply_each_other(granted: set[str], needed: str, verdict: object) -> None:
    assert covers(frozenset(granted), needed) is verdict


def test_open_api_becomes_json_schema() -> None:
    urn = "urn:x"
    assert convert({"type": "string", "nullable": True, "example": "a"}, urn) == {"type": ["string", "null"]}
    assert convert({"$ref": "#/a", "description": "b"}, urn) == {"$ref": "urn:x#/a"}
    named = convert({"properties": {"example": {"type": "string"}, "deprecated": {"type": "boolean"}}}, urn)
    assert set(named["properties"]) == {"example", "deprecated"}
    assert convert({"enum": ["a"], "type": "string", "nullable": True}, urn)["enum"] == ["a", None]
    assert component("JsonNode", {"type": "object"}, urn) == {}
