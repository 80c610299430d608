"""What blocks an issue and what it blocks, from Jira's links, in the languages of sites."""

from __future__ import annotations

from typing import Any

import pytest

from automation_rules.facts import Blocker
from connect_app.jira.links import blockers, unblocked_by
from connect_app.jira.reading import RawIssue


def other(number: int, category: str) -> dict[str, Any]:
    return {"id": str(number), "key": f"DEV-{number}", "fields": {"status": {"statusCategory": {"key": category}}}}


def raw(category: str, *links: dict[str, Any]) -> RawIssue:
    fields = {"status": {"statusCategory": {"key": category}}, "issuelinks": list(links)}
    issue = {"id": "1", "key": "SUP-1", "fields": fields}
    return RawIssue(issue=issue, histories=(), comments=(), worklogs=(), imputations={})


BLOCKS = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
BLOQUE = {"name": "Blocage", "inward": "est bloqué par", "outward": "bloque"}
RELATES = {"name": "Relates", "inward": "relates to", "outward": "relates to"}


@pytest.mark.promise("E23")
def test_blockers_are_the_inward_ends_of_blocking_links_done_or_not() -> None:
    found = raw(
        "indeterminate",
        {"type": BLOQUE, "inwardIssue": other(8, "done")},
        {"type": BLOCKS, "inwardIssue": other(7, "new")},
        {"type": RELATES, "inwardIssue": other(6, "new")},
        {"type": BLOCKS, "outwardIssue": other(5, "new")},
        {"type": {}, "inwardIssue": {"id": "4", "key": "DEV-4"}},
    )
    assert blockers(found) == (Blocker(key="DEV-7", done=False), Blocker(key="DEV-8", done=True))


@pytest.mark.promise("E23")
@pytest.mark.parametrize(("category", "concerned"), [("done", ("5",)), ("indeterminate", ())])
def test_what_is_done_concerns_the_open_issues_it_blocked(category: str, concerned: tuple[str, ...]) -> None:
    links = (
        {"type": BLOCKS, "outwardIssue": other(5, "indeterminate")},
        {"type": BLOCKS, "outwardIssue": other(4, "done")},
        {"type": BLOCKS, "inwardIssue": other(3, "new")},
    )
    assert unblocked_by(raw(category, *links)) == concerned


def test_an_issue_without_links_or_with_links_switched_off_blocks_nothing() -> None:
    bare = RawIssue(issue={"fields": {}}, histories=(), comments=(), worklogs=(), imputations={})
    assert (blockers(bare), unblocked_by(bare)) == ((), ())
