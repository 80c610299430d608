"""A mistake in what a policy bills stops the start, with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from automation_rules.policy import POLICY_FOLDER, load_policies
from workflows.catalog import load_catalog
from workflows.document import DocumentError


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("incident], basis", "incidnt], basis", 1, 'did you mean "incident"'),
        ("[assistance, incident], basis", "assistance, basis", 0, '"incident" has no billing basis'),
        (
            "request_type: evolution  # A47",
            "request_type: [evolution, incident]  # A47",
            2,
            "already has a billing basis",
        ),
        ("field: estimate", "field: estimat", 4, 'unknown number field "estimat" (did you mean "estimate"?)'),
        ("unit: hours", "unit: euros", 5, '"euros" is not one of hours, days'),
        ("unit: hours", "unit: days", 2, "hours_per_day goes with unit: days"),
        ("from: waiting-estimate,", "from: waiting-estimat,", 6, 'did you mean "waiting-estimate"'),
        ("from: waiting-estimate,", "from: open,", 6, 'no transition of "evolution" leads from "open"'),
        ("basis: time}", "basis: tim}", 1, "tim"),
        ("internal_for: {request_type: evolution}", "internal_for: {request_type: incident}", -1, "is internal here"),
        ("internal_for: {request_type: evolution}", "internal_for: {request_type: incident}", -1, "name it here"),
    ],
)
def test_the_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(POLICY_FOLDER, folder)
    file = folder / "tiered_support.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    rows = text.splitlines()
    at = rows.index("billing:") + 1 + line
    if line < 0:
        at = next(number for number, row in enumerate(rows, start=1) if "internal_for:" in row)
    with pytest.raises(DocumentError) as caught:
        load_policies(load_catalog(), folder)
    told = [problem for problem in caught.value.problems if message in str(problem)]
    assert told, str(caught.value)
    assert f"{file.as_posix()}:{at}: " in str(told[0])
