from __future__ import annotations

import gzip
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from automation_rules.policy import load_policies
from automation_rules.sla.lint import SEARCHABLE
from automation_rules.sla.measure import Measure
from automation_rules.sla.timeline import ClockState
from connect_app.errors import Misconfigured
from connect_app.jira.marks import SLA_PROPERTY, STATE_PROPERTY
from connect_app.operations.publish_sla import published, published_state
from connect_app.runtime import Runtime
from connect_app.settings import Settings
from connect_app.web.application import create_app
from connect_app.web.descriptor import DESCRIPTOR, read_descriptor
from connect_app.web.webhooks import EVENTS
from tests.connect_app.auth_cases import APP_KEY, BASE_URL
from tests.connect_app.web.conftest import changed
from workflows.catalog import load_catalog

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def contracts() -> Path:
    """The folder of Atlassian's files; its absence fails the run where it must be present."""
    folder = Path(os.environ.get("RELANCE_CONTRACTS") or ROOT.parent / "shared" / "contracts")
    if not folder.is_dir():
        if os.environ.get("RELANCE_REQUIRE_CONTRACTS"):
            pytest.fail("RELANCE_CONTRACTS: the folder is not there")
        pytest.skip("the contracts folder is not there: set RELANCE_CONTRACTS")
    return folder


def test_it_is_served_with_this_address_and_key(client: FlaskClient) -> None:
    answer = client.get("/sf/atlassian-connect.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    descriptor = json.loads(answer.data)
    assert descriptor["key"] == APP_KEY
    assert descriptor["baseUrl"] == BASE_URL
    assert descriptor["links"]["self"] == f"{BASE_URL}/atlassian-connect.json"
    assert "{{" not in answer.text
    assert descriptor["apiMigrations"] == {"gdpr": True, "signed-install": True, "context-qsh": True}
    assert descriptor["scopes"] == ["READ", "WRITE"]


def test_every_webhook_has_its_route_and_event() -> None:
    hooks = read_descriptor(Settings())["modules"]["webhooks"]
    assert {hook["url"].removeprefix("/connect/webhooks/"): hook["event"] for hook in hooks} == EVENTS
    assert all("filter" not in hook for hook in hooks)  # one descriptor serves every site


def test_the_properties_are_those_we_write() -> None:
    modules = read_descriptor(Settings())["modules"]["jiraEntityProperties"]
    found = [module["keyConfigurations"][0]["propertyKey"] for module in modules]
    assert found == [SLA_PROPERTY, STATE_PROPERTY]


def test_every_indexed_value_is_written_and_every_value_written_is_indexed() -> None:
    modules = read_descriptor(Settings())["modules"]["jiraEntityProperties"]
    configured = [configuration for module in modules for configuration in module["keyConfigurations"]]
    indexed = {one["propertyKey"]: {e["objectName"]: e["type"] for e in one["extractions"]} for one in configured}
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    clock = Measure(
        sla="s", calendar="c", state=ClockState.STOPPED, now=now, stop=now, breach_time=now, goal=timedelta(hours=1)
    )
    slas = {sla.id for policy in load_policies(load_catalog()).documents.values() for sla in policy.slas}
    assert {name.partition(".")[0] for name in indexed[SLA_PROPERTY]} == SEARCHABLE
    slas |= SEARCHABLE  # an SLA we ship none of yet may be indexed
    written = {f"{sla}.{name}": value for sla in slas for name, value in published(clock).items()}
    assert indexed[SLA_PROPERTY] == {name: _type(name, value) for name, value in written.items()}
    state = published_state("closed", "managed-operations", now)
    assert indexed[STATE_PROPERTY] == {name: _type(name, value) for name, value in state.items()}
    aliases = [extraction["alias"] for one in configured for extraction in one["extractions"]]
    assert len(aliases) == len(set(aliases))


def _type(name: str, value: object) -> str:
    """How Jira must index a value; a date is only one when it reads as the contract asks."""
    if isinstance(value, int):
        return "number"
    dated = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d\+00:00", value)
    assert value is not None, f"{name} is never told"
    return "date" if dated else "string"


def test_every_translated_name_exists_in_both_languages(client: FlaskClient) -> None:
    text = DESCRIPTOR.read_text("utf-8")
    keys = {part.partition('"')[0] for part in text.split('"i18n": "')[1:]}
    for path in json.loads(text)["translations"]["paths"].values():
        answer = client.get(f"/sf{path}")
        assert set(json.loads(answer.data)) == keys
        answer.close()


def test_the_modules_have_atlassians_shapes(contracts: Path) -> None:
    schema = json.loads((contracts / "connect-jira-modules.schema.json").read_text("utf-8"))
    for name, value in read_descriptor(Settings(base_url="https://a.example"))["modules"].items():
        shape: dict[str, Any] = schema["modules"][name] | {"definitions": schema["definitions"]}
        if name == "webhooks":  # the schema is that of a Forge manifest, where webhooks have keys
            required = [field for field in shape["items"]["required"] if field != "key"]
            shape["items"] = shape["items"] | {"required": required}
        assert [error.message for error in jsonschema_rs.Draft7Validator(shape).iter_errors(value)] == []


def test_the_envelope_has_the_published_shape(contracts: Path) -> None:
    schema = json.loads(gzip.decompress((contracts / "connect-jira-global-schema-2019.json.gz").read_bytes()))
    descriptor = read_descriptor(Settings(base_url="https://a.example"))
    # Younger than the published schema: two migrations, and the context panels (checked above).
    assert descriptor["apiMigrations"].pop("signed-install")
    assert descriptor["apiMigrations"].pop("context-qsh")
    assert descriptor["modules"].pop("jiraIssueContexts")
    # Draft 4 leaves formats optional, and the schema calls its relative addresses `uri`.
    validator = jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    assert [error.message for error in validator.iter_errors(descriptor)] == []
    del descriptor["modules"]["webhooks"][0]["url"]
    assert not validator.is_valid(descriptor)


def test_an_address_cannot_break_the_json(tmp_path: Path) -> None:
    settings = Settings(base_url='https://a.example/"x', development=True)
    assert read_descriptor(settings)["baseUrl"] == 'https://a.example/"x'
    broken = tmp_path / "atlassian-connect.json"
    for text in (None, "{"):
        if text is not None:
            broken.write_text(text, "utf-8")
        with pytest.raises(Misconfigured, match=r"atlassian-connect\.json"):
            read_descriptor(settings, broken)


def test_a_trailing_slash_of_the_address_is_dropped(runtime: Runtime) -> None:
    client = create_app(changed(runtime, base_url=BASE_URL + "/")).test_client()
    assert json.loads(client.get("/sf/atlassian-connect.json").data)["baseUrl"] == BASE_URL
