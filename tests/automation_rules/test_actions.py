"""Each action says in one line what it does."""

from __future__ import annotations

import pytest

from automation_rules.actions import (
    Action,
    AddComment,
    AddParticipants,
    Assign,
    CreateSubtask,
    MoveTo,
    Notify,
    SetProperty,
)
from automation_rules.facts import Audience


@pytest.mark.parametrize(
    ("action", "summary"),
    [
        (Action(key="k", rule="r"), "Action for rule r"),
        (
            AddComment(key="k", rule="r", audience=Audience.INTERNAL, message="m", text="t"),
            "post the internal comment “m”",
        ),
        (
            MoveTo(key="k", rule="r", from_status="a", to_status="b", resolution="c"),
            "move from a to b with resolution c",
        ),
        (
            CreateSubtask(key="k", rule="r", issue_type="t", title="#1", month="2026-11", billable=True),
            "create the imputation sub-task “#1”",
        ),
        (Assign(key="k", rule="r", account_id="x"), "assign the issue"),
        (Assign(key="k", rule="r", account_id=None), "clear the assignee"),
        (Notify(key="k", rule="r", subject="s", text="t"), "notify: “s”"),
        (AddParticipants(key="k", rule="r", account_ids=("a", "b")), "add 2 participant(s)"),
        (SetProperty(key="k", rule="r", name="n", value=1), "write the issue property n"),
    ],
)
def test_an_action_in_one_line(action: Action, summary: str) -> None:
    assert action.summary == summary
