from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from connect_app.operations.job_names import MOST_TOGETHER, hinted, lane
from connect_app.store.inbox import Waiting


@st.composite
def waiting(draw: st.DrawFn) -> list[Waiting]:
    """What the inbox may hold: each row once, each issue of each site once, some of no issue."""
    groups = draw(st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 80)), max_size=60))
    row = 0
    found = []
    for site, issue in sorted(groups):
        rows = tuple(range(row, row + draw(st.integers(1, 3))))
        row = rows[-1] + 1
        found.append(Waiting(installation_id=site, issue_id=str(issue or ""), rows=rows, deliveries=("d",)))
    return found


@given(waiting())
def test_every_hint_is_in_one_job_and_every_job_is_of_one_lane(groups: list[Waiting]) -> None:
    told = list(hinted(groups))
    assert Counter(row for one in told for row in one.rows) == Counter(row for group in groups for row in group.rows)
    issues = Counter((one.installation_id, issue) for one in told for _, issue in one.jobs)
    assert issues == Counter((group.installation_id, group.issue_id) for group in groups if group.issue_id)
    for one in told:
        assert len(one.jobs) <= MOST_TOGETHER
        assert {lane(one.installation_id, issue) for _, issue in one.jobs} <= {one.lane}


@given(waiting(), st.data())
def test_a_job_of_one_name_is_about_the_same_issues(groups: list[Waiting], data: st.DataObject) -> None:
    """A drain that died after starting jobs meets them again, perhaps others too: none may hide behind a known name."""
    left = [group for group in groups if data.draw(st.booleans())]
    before = {one.name: {name for name, _ in one.jobs} for one in hinted(groups) if one.jobs}
    for one in hinted(left):
        if one.jobs and one.name in before:
            assert before[one.name] == {name for name, _ in one.jobs}
