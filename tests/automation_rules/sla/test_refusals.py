"""A clock that would measure a wrong number stops the start: the mistake is told with its file and its own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation_rules.policy import load_policies
from workflows.catalog import load_catalog
from workflows.document import DocumentError

POLICY = """kind: policy
pack: managed-operations
calendar: support-fr
calendars:
  - id: support-fr
    time_zone: Europe/Paris
    hours: {mon-fri: ["09:00-12:30", "14:00-18:00"]}
    holidays: FR
    date_overrides: {2026-12-24: ["09:00-12:00"]}
    breaks: {2026-12-23: ["10:00-11:00"], mon-fri: ["10:00-10:15"]}
slas:
  - id: response
    start: submitted
    stop: [planned, closed]
    calendar: by_contract
    default_calendar: support-fr
    contract_field: third-party
    goals: {High: 1h, default: 4h}
    contract_goals: {support-fr: {default: 2h}}
    warnings: [0.5, 0.8]
rules: []
"""
HOURS = '["09:00-12:30", "14:00-18:00"]'


def problems(folder: Path, text: str) -> list[str]:
    file = folder / "clocks.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        load_policies(load_catalog(), folder)
    except DocumentError as error:
        return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in error.problems]
    return []


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    assert problems(tmp_path, POLICY) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Europe/Paris", "Europe/Pari", "6: 'Europe/Pari' is not a time zone of the IANA database (did you mean"),
        (HOURS, '["09:00-12:30", "12:00-18:00"]', "7: mon: 12:00-18:00 overlaps the hours before it"),
        (HOURS, '["14:00-18:00", "09:00-12:30"]', "7: mon: 09:00-12:30 is written after later hours"),
        (HOURS, '["22:00-06:00"], sat: ["05:00-07:00"]', "7: fri: the last hours run past midnight and overlap those"),
        ("{mon-fri: " + HOURS, "{fri-mon: " + HOURS, "7: 'fri-mon' is inverted"),
        (HOURS, "[]", "7: an empty week: no goal could ever be reached on it"),
        ("holidays: FR", "holidays: DE", "8: no public holidays are known for 'DE'"),
        ('["09:00-12:00"]', '["09:00-25:00"]', "9: hours of 2026-12-24: '25:00' is not a time"),
        ("2026-12-23:", "2026-02-30:", "10: '2026-02-30' is not a day or a range of days"),
        ('["10:00-10:15"]', '["10:15"]', "10: '10:15' is not a range of hours"),
        ('["10:00-10:15"]', '["09:00-18:00"]', "5: the breaks leave an empty week"),
        ("contract_field: third-party", "contract_field: thrid-party", '17: unknown field "thrid-party" (did you mean'),
        ("High: 1h", "High: -1h", "18: '-1h' is not a duration such as 3d, 3bd, 24h, 8bh or 10m, above zero"),
        ("High: 1h", "High: 3600", "18: 3600 is not a duration"),
        ("High: 1h", "High: 1h, hîgh: 2h", '18: "High" and "hîgh" are the same priority'),
        ("{support-fr: {default: 2h}}", "{nowhere: {default: 2h}}", '19: unknown calendar "nowhere"'),
        ("{default: 2h}", "{default: 0h}", "19: '0h' is not a duration"),
        ("[0.5, 0.8]", "[0.5, 80]", "20: input should be less than or equal to 1"),
    ],
)  # fmt: skip
def test_the_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in POLICY
    (problem,) = problems(tmp_path, POLICY.replace(old, new, 1))
    assert problem.startswith(f"clocks.yaml:{told}"), problem
