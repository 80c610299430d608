"""Calendars and SLAs as a policy writes them: what is understood, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from automation_rules.sla.calendar import Calendar
from automation_rules.sla.hours import Hours
from automation_rules.sla.model import CalendarDocument, Cycle, Goal, SlaDocument
from automation_rules.sla.public_holidays import HolidayCalendar
from workflows.document import DocumentError, load

OFFICE: dict[str, Any] = {
    "id": "support-fr",
    "time_zone": "Europe/Paris",
    "hours": {"mon-fri": ["09:00-12:30", "14:00-18:00"]},
    "holidays": "FR",
}
RESPONSE: dict[str, Any] = {
    "id": "response",
    "start": "submitted",
    "stop": ["planned", {"role": "closed"}, {"on": "public_agent_comment"}],
    "pause": [{"category": "IN_PROGRESS"}],
    "calendar": "support-fr",
    "goals": {"high": "1h", "Élevée": "30m", "default": "1d"},
}


def test_a_calendar_document_is_a_calendar() -> None:
    document = CalendarDocument.model_validate(
        OFFICE
        | {
            "hours": {"mon-thu": ["09:00-12:30", "14:00-18:00"], "fri": ["09:00 - 12:30"], "sat-sun": []},
            "closed": ["2026-12-28"],
            "date_overrides": {"2026-12-24": ["09:00-12:00"]},
            "breaks": {"2026-12-23": ["10:00-11:00"], "mon-tue": ["11:00-11:00:30"]},
        }
    )
    day = [("09:00", "12:30"), ("14:00", "18:00")]
    short = [("11:00", "11:00:30")]
    breaks: dict[date | str, Hours] = {date(2026, 12, 23): [("10:00", "11:00")], "mon": short, "tue": short}
    assert document.calendar() == Calendar(
        "Europe/Paris",
        {"mon": day, "tue": day, "wed": day, "thu": day, "fri": [("09:00", "12:30")]},
        HolidayCalendar(("FR",), frozenset(document.closed)),
        {d: [("09:00", "12:00")] for d in document.date_overrides},
        breaks,
    )


def test_round_the_clock() -> None:
    always = CalendarDocument.model_validate({"id": "always", "time_zone": "Europe/Paris", "hours": "24/7"}).calendar()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert always.between(start, start + timedelta(days=365)) == timedelta(days=365)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"hours": {"mon-fri": ["09:00-12:30", "12:00-18:00"]}}, "12:00-18:00 overlaps"),
        ({"hours": {"mon-fri": ["14:00-18:00", "09:00-12:30"]}}, "written after later hours"),
        ({"hours": {"fri-mon": ["09:00-12:30"]}}, "'fri-mon' is inverted"),
        ({"hours": {"monday": ["09:00-12:30"]}}, "'monday' is not a day or a range"),
        ({"hours": {"mon-fri": ["09:00-12:30"], "wed": []}}, "the hours of wed are given twice"),
        ({"hours": {"mon-fri": ["09:00"]}}, "'09:00' is not a range of hours"),
        ({"hours": {"mon-fri": []}}, "an empty week"),
        ({"hours": {}}, "an empty week"),
        ({"breaks": {"mon-fri": ["09:00-18:00"]}}, "the breaks leave an empty week"),
        ({"breaks": {"mon-fri": ["12:00-13:00"], "wed": []}}, "the breaks of wed are given twice"),
        ({"breaks": {"monday": ["12:00-13:00"]}}, "'monday' is not a day or a range"),
        ({"hours": {"mon": ["22:00-06:00"]}, "breaks": {"mon": ["22:00-24:00"], "tue": ["00:00-06:00"]}}, "empty week"),
        ({"hours": "8x5"}, "24/7"),
        ({"holidays": "DE"}, "no public holidays are known for 'DE'"),
        ({"time_zone": "Europe/Pari"}, "is not a time zone"),
        ({"opening": 9}, "Extra inputs"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        CalendarDocument.model_validate(OFFICE | change)


def test_refusals_name_the_file_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "calendar.yaml"
    text = 'id: support-fr\ntime_zone: Europe/Paris\nhours:\n  mon-fri: ["09:00-12:30", "12:00-18:00"]\n'
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"calendar\.yaml:3: .*12:00-18:00 overlaps"):
        load(file, CalendarDocument)
    file.write_text(text.replace("fri: [", "fri: []  # ["), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"calendar\.yaml:3: .*an empty week"):
        load(file, CalendarDocument)


def test_an_sla_reads_as_it_is_written() -> None:
    sla = SlaDocument.model_validate(RESPONSE)
    assert [str(c) for c in (*sla.start, *sla.stop, *sla.pause)] == [
        "status submitted",
        "status planned",
        "role closed",
        "on public_agent_comment",
        "category IN_PROGRESS",
    ]
    assert sla.cycle is Cycle.FIRST


@pytest.mark.promise("B17", "B18")
@pytest.mark.parametrize(
    ("priority", "goal"), [("High", "1h"), ("elevee", "30m"), ("Low", "1d"), (None, "1d"), ("default", "1d")]
)
def test_a_goal_by_priority(priority: str | None, goal: str) -> None:
    assert str(SlaDocument.model_validate(RESPONSE).goal(priority)) == goal


@pytest.mark.promise("B23")
def test_no_goal_is_ever_invented() -> None:
    assert SlaDocument.model_validate(RESPONSE | {"goals": {}}).goal("High") is None
    assert SlaDocument.model_validate(RESPONSE | {"goals": {"high": "1h"}}).goal("Low") is None


@pytest.mark.promise("C16")
def test_goals_may_depend_on_the_contract() -> None:
    sla = SlaDocument.model_validate(
        RESPONSE
        | {
            "calendar": "by_contract",
            "default_calendar": "support-fr",
            "contract_goals": {"always": {"default": "15m"}},
        }
    )
    assert str(sla.goal("High", "always")) == "15m"
    assert str(sla.goal("High", "support-fr")) == "1h"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"goals": {"high": "-1h"}}, "'-1h' is not a duration .*, above zero"),
        ({"goals": {"high": "0h"}}, "'0h' is not a duration .*, above zero"),
        ({"goals": {"high": "1 week"}}, "is not a duration"),
        ({"goals": {"high": 3600}}, "3600 is not a duration"),
        ({"start": []}, "start"),
        ({"stop": []}, "stop"),
        ({"start": [{"status": "a", "role": "new"}]}, "exactly one of"),
        ({"start": [{}]}, "exactly one of"),
        ({"start": [{"role": "unheard-of"}]}, "role"),
        ({"stop": ["submitted"]}, "both starts and stops"),
        ({"stop": [{"on": "created"}]}, "measures nothing"),
        ({"pause": [{"on": "created"}]}, "not by a happening"),
        ({"calendar": "by_contract"}, "needs default_calendar"),
        ({"default_calendar": "support-fr"}, "need calendar: by_contract"),
        ({"warnings": [0.8, 0.5]}, "increasing order"),
        ({"warnings": [0.5, 0.5]}, "increasing order"),
        ({"warnings": [1.5]}, "less than or equal to 1"),
        ({"warnings": [0]}, "greater than 0"),
    ],
)
def test_an_sla_that_contradicts_itself_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        SlaDocument.model_validate(RESPONSE | change)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("8bh", timedelta(hours=8)),
        ("1d", timedelta(hours=24)),
        ("2bd", None),
    ],
)
def test_units_of_goals(text: str, fixed: timedelta | None) -> None:
    assert Goal.model_validate(text).fixed == fixed
