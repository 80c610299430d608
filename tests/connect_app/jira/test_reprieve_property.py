"""Words on a silence that somebody wrote into the property by hand stop no job and count for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from automation_rules.decide import review
from automation_rules.facts import Word
from connect_app.jira.marks import REPRIEVES
from connect_app.jira.reading import RawIssue
from connect_app.jira.reprieve_property import with_reprieves
from tests.automation_rules.desk import Story, day, policy

GOOD = {
    "id": "reprieve/by-hand/10088/a",
    "at": "2026-11-03T09:00:00+00:00",
    "by": "sebastien",
    "word": "exempted",
    "until": None,
    "reason": "",
}
STRANGE: list[Any] = [
    1,
    None,
    {"id": 2},
    {**GOOD, "id": "reprieve/by-hand/10089/a"},
    {**GOOD, "word": "stay"},
    {**GOOD, "word": "postponed"},
    {**GOOD, "until": "2026-12-15"},
    *({**GOOD, "word": "postponed", "until": until} for until in ("soon", "0001-01-01", "9999-12-31", 5)),
    *({**GOOD, "at": at} for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "2026-11-03", "")),
    {**GOOD, "word": "resumed", "at": "9999-12-30T23:59:59+00:00"},
]


def raw(written: Any) -> RawIssue:
    issue = {"id": "10088", "key": "SUP-88", "fields": {}, "properties": {REPRIEVES: written}}
    return RawIssue(issue=issue, histories=(), comments=(), worklogs=(), imputations={})


@pytest.mark.parametrize("strange", STRANGE)
def test_what_does_not_read_well_is_left_out(strange: Any) -> None:
    written = {"list": [GOOD, strange]}
    issue = with_reprieves(Story().waiting().issue, raw(written))
    assert [(one.id, one.word) for one in issue.reprieves] == [(GOOD["id"], Word.EXEMPTED)]
    assert review(issue, policy(), day(30)).actions == ()


@pytest.mark.parametrize("written", [None, "x", [], {}, {"list": "x"}, {"list": {}}])
def test_a_property_that_is_no_list_says_nothing(written: Any) -> None:
    assert with_reprieves(Story().waiting().issue, raw(written)).reprieves == ()
