from __future__ import annotations

from typing import Any

import pytest
import responses

from connect_app.errors import NotFound
from connect_app.jira.client import JiraClient
from connect_app.jira.vocabulary import ORGANIZATIONS, REQUEST_TYPE, learn
from tests.connect_app.jira.conftest import SITE
from workflows.catalog import load_catalog

API = f"{SITE}/rest/api/3"
PACK = load_catalog().pack("managed-operations")


def site(jira: responses.RequestsMock, statuses: list[dict[str, Any]], fields: list[dict[str, Any]]) -> None:
    jira.get(f"{API}/project/SUP", json={"id": "10000", "key": "SUP"})
    jira.get(f"{API}/project/SUP/statuses", json=[{"name": "Demande", "statuses": statuses}, {"name": "Sans"}])
    jira.get(f"{API}/field", json=fields)


def test_every_status_of_the_pack_is_found_by_its_name_or_an_alias(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    shouted = [{"id": f"name-{s.id}", "name": s.jira_name.upper()} for s in PACK.statuses]
    aliases = [{"id": f"alias-{s.id}", "name": alias} for s in PACK.statuses for alias in s.aliases]
    site(jira, [*shouted, *aliases, {"id": "99", "name": "Un statut à nous seuls"}, {"id": "98"}], [])
    learned = learn(client, "SUP", PACK)
    expected = {f"name-{s.id}": s.id for s in PACK.statuses}
    expected |= {f"alias-{s.id}": s.id for s in PACK.statuses if s.aliases}
    assert dict(learned.statuses) == expected
    assert learned.project_id == "10000"


def test_service_management_fields_are_found_by_schema_never_by_name(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    fields: list[dict[str, Any]] = [
        {"id": "customfield_1", "name": "Organizations", "schema": {"custom": "com.example:impostor"}},
        {"id": "customfield_2", "name": "Organisations", "schema": {"custom": ORGANIZATIONS}},
        {"id": "customfield_3", "name": "Type", "schema": {"custom": REQUEST_TYPE}},
        {"id": "summary", "name": "Résumé", "schema": {"type": "string", "system": "summary"}},
        {"id": "nothing", "name": None},
    ]
    site(jira, [], fields)
    learned = learn(client, "SUP", PACK)
    assert (learned.organizations_field, learned.request_type_field) == ("customfield_2", "customfield_3")


def test_the_packs_fields_are_found_by_name_where_the_site_has_them(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    present = [{"id": f"customfield_{n}", "name": f.name.fr} for n, f in enumerate(PACK.fields)]
    site(jira, [], present[:-1])
    learned = learn(client, "SUP", PACK)
    assert dict(learned.fields) == {f.id: f"customfield_{n}" for n, f in enumerate(PACK.fields[:-1])}
    assert (learned.organizations_field, learned.request_type_field) == (None, None)


def test_a_project_that_is_hidden_is_not_found(jira: responses.RequestsMock, client: JiraClient) -> None:
    jira.get(f"{API}/project/SUP", status=404)
    with pytest.raises(NotFound):
        learn(client, "SUP", PACK)


@pytest.mark.promise("D16")
def test_a_field_of_jiras_own_is_found_by_its_type_whatever_it_is_called(
    jira: responses.RequestsMock, client: JiraClient
) -> None:
    kind = "com.atlassian.servicedesk:sd-request-participants"
    fields: list[dict[str, Any]] = [
        {"id": "customfield_1", "name": "Participants à la demande", "schema": {"custom": "elsewhere"}},
        {"id": "customfield_2", "name": "Deelnemers", "schema": {"custom": kind}},
    ]
    site(jira, [], fields)
    learned = learn(client, "SUP", load_catalog().pack("internal-helpdesk"))
    assert dict(learned.fields) == {"participants": "customfield_2"}
