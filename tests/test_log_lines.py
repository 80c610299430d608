"""Every line the app can log has a subject, and a line that keeps it from its reader is found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.log_lines import OUTSIDE_JOBS, SUBJECTS, said_in_code, traced, untold

DONE = {"event": "action done", "logger": "connect_app.x", "installation": "i", "issue": "1", "job": "inbox/1/i/1"}


def test_every_event_of_the_code_has_a_subject_and_no_other_has() -> None:
    assert set(said_in_code()) == set(SUBJECTS)
    assert set(SUBJECTS) >= OUTSIDE_JOBS


@pytest.mark.parametrize("name", ["installation", "issue", "job"])
def test_a_line_without_its_subject_is_found(name: str) -> None:
    assert untold([DONE], worker=True) == []
    assert len(untold([{k: v for k, v in DONE.items() if k != name}], worker=True)) == 1


def test_a_webhook_names_its_delivery_and_its_issue_if_it_is_about_one() -> None:
    line: dict[str, Any] = {"event": "received", "logger": "connect_app.x", "installation": "i", "delivery": "d"}
    assert untold([line | {"webhook": "project_deleted"}], worker=False) == []
    assert len(untold([line | {"webhook": "comment_created"}], worker=False)) == 1
    assert untold([line | {"webhook": "comment_created", "issue": "1"}], worker=False) == []
    assert len(untold([line | {"webhook": "project_deleted", "delivery": "d"} | DONE], worker=False)) == 0


def test_a_delivery_is_followed_to_what_its_job_did_and_what_that_job_started() -> None:
    web = [{"event": "received", "delivery": f"d-{n}", "webhook": f"w-{n}"} for n in (1, 2, 3)]
    made = {"event": "job made", "installation": "i", "job": "inbox/1/i/1", "deliveries": ["d-1", "d-2"]}
    other = {"event": "job made", "installation": "i", "job": "inbox/11/i/1", "deliveries": ["d-3"]}
    done = [DONE | {"key": "a"}, DONE | {"key": "b", "job": "inbox/1/i/1/retry-001"}, DONE | {"key": "c", "job": "x"}]
    assert traced(web, [made, other, *done], "i") == {"w-1": ["a", "b"], "w-2": ["a", "b"], "w-3": []}
