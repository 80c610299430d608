"""A webhook is a hint by an issue's id: what else it says may be old, odd or missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connect_app.errors import Malformed
from connect_app.store.inbox import Delivery
from connect_app.web.deliveries import read_delivery

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def read(body: Any) -> Delivery:
    return read_delivery("jira:issue_updated", body, identifier="d-1", raw_body=b"{}", received_at=NOW)


def about(key: object, project: object = "SUP") -> dict[str, Any]:
    return {"issue": {"id": "10001", "key": key, "fields": {"project": {"key": project}}}}


@pytest.mark.parametrize("key", ["SUP-1", "OPS-7", "", None, "../etc", "😀"])
def test_an_issue_that_moved_is_found_whatever_key_the_webhook_still_has(key: object) -> None:
    assert read(about(key)).issue_id == "10001"


@pytest.mark.parametrize(
    ("project", "known"), [("OPS", "OPS"), ("ops", None), (None, None), (["SUP"], None), (7, None)]
)
def test_an_odd_project_key_is_left_aside(project: object, known: str | None) -> None:
    found = read(about("SUP-1", project))
    assert (found.issue_id, found.project_key) == ("10001", known)


@pytest.mark.parametrize("issue_id", ["10001/../2", "-1", "abc", True, {"id": 1}, "1" * 400])
def test_an_id_that_is_none_is_refused(issue_id: object) -> None:
    with pytest.raises(Malformed):
        read({"issue": {"id": issue_id}})


def test_a_webhook_about_no_issue_hints_at_none() -> None:
    assert read({"project": {"key": "SUP"}}).issue_id is None
    with pytest.raises(Malformed):
        read([])
