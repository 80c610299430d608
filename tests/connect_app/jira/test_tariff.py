"""Endpoints are few, and each call costs what Atlassian's tariff says (contract §5.1)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.jira.tariff import burst_of, endpoint_of, is_read, points_of


@pytest.mark.parametrize(
    ("method", "path", "endpoint", "burst"),
    [
        ("GET", "rest/api/3/issue/10088?fields=status", "GET rest/api/3/issue/{}", 150),
        ("GET", "/rest/api/3/issue/SUP-88/changelog", "GET rest/api/3/issue/{}/changelog", 200),
        ("PUT", "rest/api/3/issue/1/properties/relance.sla", "PUT rest/api/3/issue/{}/properties/{}", 50),
        ("GET", "rest/servicedeskapi/servicedesk/4/customer", "GET rest/servicedeskapi/servicedesk/{}/customer", 5),
        ("GET", "rest/api/3/user", "GET rest/api/3/user", 150),
        ("GET", "rest/api/3/project/USER", "GET rest/api/3/project/{}", 100),
        ("DELETE", "rest/api/3/issue/1/comment/2", "DELETE rest/api/3/issue/{}/comment/{}", 50),
    ],
)
def test_an_endpoint_has_no_ids_and_its_own_limit(method: str, path: str, endpoint: str, burst: int) -> None:
    assert endpoint_of(method, path) == endpoint
    assert burst_of(endpoint) == burst


@pytest.mark.parametrize(
    ("endpoint", "body", "points"),
    [
        ("POST rest/api/3/search/jql", {"issues": [{}] * 100}, 101),
        ("POST rest/api/3/search/jql", {"issues": []}, 1),
        ("GET rest/api/3/issue/{}", {"id": "1", "fields": {}}, 2),
        ("GET rest/api/3/issue/{}/watchers", {"watchers": [{}, {}]}, 5),
        ("GET rest/api/3/user/groups", [{}, {}, {}], 7),
        ("GET rest/api/3/mypermissions", {"permissions": {"A": {}, "B": {}}}, 5),
        ("GET rest/api/3/project/{}/statuses", [{}] * 4, 5),
        ("POST rest/api/3/permissions/check", {"projectPermissions": [{}]}, 3),
        ("POST rest/api/3/issue/{}/comment", {"id": "1"}, 1),
        ("PUT rest/api/3/issue/{}/properties/{}", None, 1),
        ("GET rest/api/3/issue/{}", None, 1),
    ],
)
def test_a_call_costs_its_points(endpoint: str, body: Any, points: int) -> None:
    assert points_of(endpoint, body) == points


def test_a_search_is_a_read_and_a_comment_is_not() -> None:
    assert is_read("POST rest/api/3/search/jql")
    assert not is_read("POST rest/api/3/issue/{}/comment")


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="/?"), min_size=1, max_size=8), max_size=4))
def test_nothing_of_a_path_that_names_somebody_is_kept(parts: list[str]) -> None:
    kept = endpoint_of("GET", "rest/api/3/issue/" + "/".join(parts)).split(" ", 1)[1].split("/")
    assert set(kept[4:]) <= {"{}", ""} | {p for p in parts if p.isalpha() and not p.isupper()}
