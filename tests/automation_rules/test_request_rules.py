"""Rules that share, label and name the kinds of comment say what is wrong with them, with line and nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation_rules.policy import load_policies
from workflows.catalog import load_catalog
from workflows.document import DocumentError

HEAD = """kind: policy
pack: client-support
calendar: office
calendars:
  - {id: office, time_zone: Europe/Paris, hours: {mon-fri: ["09:00-17:00"]}}
rules:
  - {id: a, %s}
"""

MISTAKES = {
    "an unknown field": ("kind: sharing, field: collaborator", 'did you mean "collaborators"?'),
    "an unknown subject": ("kind: sharing, field: collaborators, subject: x", 'unknown message "x"'),
    "a value the rule has not": (
        "kind: sharing, field: collaborators, subject: now-planned",
        "asks for {planned_date}",
    ),
    "an unknown origin": ("kind: label, from: resolve, to: open, label: x", 'did you mean "resolved"?'),
    "an unknown end": ("kind: label, from: resolved, to: [open, take], label: x", 'did you mean "taken"?'),
    "a label of two words": ("kind: label, from: resolved, to: open, label: deux mots", "7: "),
    "no end": ("kind: label, from: resolved, to: [], label: x", "7: "),
    "an unknown kind of comment": ("kind: notification, channel: jsm, on: {comment: by_a_robot}", "7: "),
    "two occasions": ("kind: notification, channel: jsm, on: {comment: reporter, created: true}", "exactly one of"),
    "a subject without its comment": (
        "kind: inactivity, while: {role: answered}, steps: [{after: 3d, subject: x, move_to: taken}]",
        "a subject heads a comment",
    ),
    "an unknown subject of a step": (
        "kind: inactivity, while: {role: answered}, steps: [{after: 3d, subject: x, comment: reminder-first}]",
        'unknown message "x"',
    ),
}


@pytest.mark.parametrize(("rule", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, rule: str, told: str) -> None:
    (tmp_path / "p.yaml").write_text(HEAD % rule, encoding="utf-8")
    with pytest.raises(DocumentError) as error:
        load_policies(load_catalog(), tmp_path)
    assert told in str(error.value)
    assert "p.yaml:7: " in str(error.value)
