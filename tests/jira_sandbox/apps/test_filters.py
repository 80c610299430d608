from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jira_sandbox.apps.filters import filter_problem, issue_passes

ISSUE = {
    "id": "10001",
    "key": "SUP-1",
    "fields": {
        "project": {"id": "10000", "key": "SUP", "name": "Support"},
        "status": {"id": "3", "name": "En cours"},
        "reporter": {"accountId": "557058:abc"},
        "assignee": None,
    },
}


@pytest.mark.parametrize(
    "jql",
    [
        "project = SUP",
        'project in (SUP, "My desk") AND issuetype != Bug',
        "(status = 'En cours' or priority not in (1, 2)) and not (reporter = abc:123)",
        "issue.property[support-flow].state = waiting",
    ],
)
def test_the_supported_filters_are_accepted(jql: str) -> None:
    assert filter_problem(jql) is None


@pytest.mark.parametrize(
    "jql",
    [
        "project = SUP ORDER BY created",
        "project = SUP AND",
        "(project = SUP",
        "project = SUP)",
        "created > -2d",
        "status CHANGED",
        "project in ()",
        "project in projectsLeadByUser()",
        "project ~ SUP",
        "project is empty",
    ],
)
def test_other_filters_are_refused(jql: str) -> None:
    assert filter_problem(jql)


@given(st.text(max_size=60))
def test_any_text_as_a_filter_gets_an_answer(jql: str) -> None:
    problem = filter_problem(jql)
    if problem is None:
        assert issue_passes(jql, ISSUE) in (True, False)


@pytest.mark.parametrize(
    ("jql", "passes"),
    [
        ("project = SUP", True),
        ("project = 10000", True),
        ("project = support", True),
        ("project != SUP", False),
        ("project in (A, sup)", True),
        ("project not in (A, B)", True),
        ("issueKey = SUP-1", True),
        ("issuekey in (SUP-2)", False),
        ("status = 'En cours'", True),
        ('status = "en \\"cours"', False),
        ("assignee = 557058:abc", False),
        ("assignee != 557058:abc", True),
        ("reporter = 557058:abc", True),
        ("project = X AND status = Y OR reporter = 557058:abc", True),
        ("project = X AND (status = Y OR reporter = 557058:abc)", False),
        ("NOT project = X AND NOT (status = Y)", True),
        ("not not project = SUP", True),
    ],
)
def test_a_deleted_issue_is_judged_by_its_last_state(jql: str, *, passes: bool) -> None:
    assert issue_passes(jql, ISSUE) is passes


WORDS = st.sampled_from(["project = SUP", "project = X", "status != 'En cours'", "reporter in (a, b)"])
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=6,
)


@given(TREES, TREES)
def test_filters_obey_de_morgan(one: str, other: str) -> None:
    together = issue_passes(f"NOT ({one} AND {other})", ISSUE)
    assert together is issue_passes(f"NOT {one} OR NOT {other}", ISSUE)
    assert issue_passes(f"{one} AND {other}", ISSUE) is not together
