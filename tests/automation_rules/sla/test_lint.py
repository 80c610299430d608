"""What a valid SLA should tell its administrator before going live."""

from __future__ import annotations

import pytest

from automation_rules.sla.lint import remarks
from automation_rules.sla.model import SlaDocument
from tests.automation_rules.sla.desk import PACK, RESOLUTION, RESPONSE


@pytest.mark.promise("C13", "C15", "B23")
def test_document_c_overlaps_and_names_a_status_it_lacks() -> None:
    sla = SlaDocument.model_validate(RESPONSE | {"goals": {}})
    assert [(r.check.code, r.text) for r in remarks(sla, PACK)] == [
        ("RL050", "waiting-customer both stops and pauses response: the stop wins (on_conflict: stop)"),
        ("RL051", "resolved is no status of managed-operations: read as any status of category Done (closed)"),
        ("RL052", "response has no goals: it measures, but promises nothing until its targets are written"),
    ]


def test_the_remark_on_an_overlap_says_which_wins() -> None:
    sla = SlaDocument.model_validate(RESPONSE | {"on_conflict": "pause", "stop": ["waiting-customer"]})
    assert remarks(sla, PACK)[0].text == (
        "waiting-customer both stops and pauses response: the pause wins (on_conflict: pause)"
    )


def test_a_goal_in_days_says_what_it_counts() -> None:
    sla = SlaDocument.model_validate(RESOLUTION | {"goals": {"high": "2bd", "low": "3d"}})
    (remark,) = remarks(sla, PACK)
    assert remark.check.code == "RL053"
    assert remark.text == "resolution, low: 3d is 72 counted hours, as in JSM; for 3 working day(s) write 3bd"
