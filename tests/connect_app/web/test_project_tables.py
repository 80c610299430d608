"""The project page's tables: what a picture shows is in its table, and each table adds up, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.ctx import RequestContext
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.binding import Mode
from automation_rules.figures_ages import OpenRequest, ages
from automation_rules.figures_clocks import ClockMonth
from automation_rules.figures_coming import ComingStep, StepKind, by_day
from automation_rules.figures_time import CustomerTime, MonthTime
from connect_app.jira.project_reading import ProjectIssues
from connect_app.operations.recently import Reading
from connect_app.operations.show_project import ProjectFigures, Upcoming
from connect_app.web.project_content import notices, rows_of, sheet_of, step_words, time_contents
from connect_app.web.project_tables import clock_table, forecast_table, shown, status_table, time_table
from connect_app.web.words import set_zone
from workflows.model import Text

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
STEP = ComingStep(at=NOW + timedelta(days=1), kind=StepKind.REMINDER, rule="follow-up")


def month(name: str, kept: int = 0, missed: int = 0, without: int = 0, median: int | None = None) -> ClockMonth:
    return ClockMonth(month=name, kept=kept, missed=missed, without_goal=without, median_seconds=median)


FIGURES = ProjectFigures(
    project_key="SUP",
    site_url="https://demo.atlassian.net",
    time_zone="Europe/Paris",
    mode=Mode.ON,
    made_at=NOW,
    late=False,
    ages=ages(
        [
            OpenRequest(status="new", status_name="x", created=NOW - timedelta(days=n)) for n in (0, 1, 40)
        ] + [OpenRequest(status=None, status_name="Zoo", created=NOW)],
        NOW,
        ["new"],
    ),
    status_names={"new": Text(fr="Soumise", en="Submitted")},
    steps=by_day([STEP, replace(STEP, kind=StepKind.CLOSURE), replace(STEP, at=NOW + timedelta(days=2))], NOW, "UTC"),
    upcoming=(
        Upcoming(at=STEP.at, step=STEP, issue_key="SUP-1", summary="=1+1\n2", why=""),
        Upcoming(at=STEP.at, step=None, issue_key="SUP-2", summary="", why="watch: half used up"),
    ),
    unknown=0,
    clocks={"response": (month("2026-10", kept=23, missed=2, median=3600), month("2026-11", without=2, median=5400))},
    clock_names={"response": Text(fr="SLA de réponse", en="Response SLA")},
    read=ProjectIssues(open=(), clocks=(), read=0),
)  # fmt: skip


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


def speaking(language: str) -> RequestContext:
    return Flask(__name__).test_request_context(headers={"Accept-Language": language})


def test_statuses_have_the_reader_s_names_and_the_total_is_all_of_them(language: str) -> None:
    table = status_table(FIGURES)
    assert [row[0] for row in table.rows] == [{"fr": "Soumise", "en": "Submitted"}[language], "Zoo"]
    assert table.rows[0][1:] == (1, 1, 0, 0, 0, 1, 3)
    assert table.total is not None
    assert table.total[1:] == (2, 1, 0, 0, 0, 1, 4)
    by_status, by_age = table.pictures
    assert [(bar.text, bar.whole) for bar in by_status.bars] == [("3", 100.0), ("1", 33.33)]
    assert [bar.text for bar in by_age.bars] == ["2", "1", "0", "0", "0", "1"]
    assert all(len(row) == len(table.columns) for row in (*table.rows, table.total))


def test_a_day_tells_its_steps_in_words(language: str) -> None:
    table = forecast_table(FIGURES.steps)
    assert table.rows[1:3] == ((date(2026, 11, 24), 1, 1), (date(2026, 11, 25), 1, 0))
    assert table.total is not None
    assert table.total[1:] == (2, 1)
    assert rows_of(table)[2] == ("2026-11-24", 1, 1)
    assert "nov" in shown(table.rows[1][0]).lower()
    bars = table.pictures[0].bars
    told = {"fr": ("1 relance, 1 clôture", "1 relance", "–"), "en": ("1 reminder, 1 closure", "1 reminder", "–")}
    assert (bars[1].text, bars[2].text, bars[3].text) == told[language]
    assert (bars[1].whole, bars[1].part, bars[2].part) == (50.0, 50.0, 0.0)


def test_a_month_of_a_clock_tells_its_share_or_its_median(language: str) -> None:
    table = clock_table(FIGURES)
    name = {"fr": "SLA de réponse", "en": "Response SLA"}[language]
    assert table.rows == (
        (name, "2026-10", 23, 2, 92.0, 0, 1.0),
        (name, "2026-11", 0, 0, None, 2, 1.5),
    )
    assert shown(table.rows[0][1]) == {"fr": "octobre 2026", "en": "October 2026"}[language]
    bars = table.pictures[0].bars
    told = {"fr": "92\u202f% (23 sur 25)", "en": "92% (23 of 25)"}
    assert (bars[0].text, bars[0].whole) == (told[language], 92.0)
    assert bars[1].whole == 0.0
    assert ("médiane" if language == "fr" else "median") in bars[1].text
    nothing = clock_table(replace(FIGURES, clocks={"response": (month("2026-11"),)}))
    assert nothing.pictures[0].bars[0].text == "–"


TIMES = st.builds(
    CustomerTime,
    customer=st.sampled_from(["", "Acme", "Globex"]),
    worked_seconds=st.integers(0, 10**7),
    billed_seconds=st.integers(-(10**6), 10**7),
    internal_seconds=st.integers(0, 10**7),
)


@given(customers=st.lists(TIMES, max_size=6), to_bill=st.sampled_from([None, 1]))
def test_the_hours_of_the_customers_are_the_month_s(customers: list[CustomerTime], to_bill: int | None) -> None:
    made = MonthTime(month="2026-11", customers=tuple(customers), to_bill_seconds=to_bill)
    with speaking("fr"):
        table = time_table(made)
    assert table.total is not None
    assert all(len(row) == len(table.columns) == (4 if to_bill else 2) for row in (*table.rows, table.total))
    for column in range(1, len(table.columns)):
        parts = [row[column] for row in table.rows]
        whole = table.total[column]
        assert isinstance(whole, float | int)
        assert abs(sum(part for part in parts if isinstance(part, float | int)) - whole) <= 0.0001 * (len(parts) + 1)
    assert all(0 <= bar.whole <= 100 and 0 <= bar.part <= 100 for bar in table.pictures[0].bars)


def test_the_time_says_what_is_to_bill_and_whether_it_is_billed() -> None:
    made = MonthTime(month="2026-10", customers=(), to_bill_seconds=5400, correction_seconds=-1800, remarks=2)
    with speaking("fr"):
        set_zone("Europe/Paris")
        told = time_contents(Reading(value=made, made_at=NOW))["time_words"]
        assert told == (
            "À facturer\u00a0: 1,5\u00a0h, dont -0,5\u00a0h de corrections des mois précédents. "
            "Ce mois n’est pas encore facturé. 2 remarques\u00a0: la facturation les donne."
        )
        billed = time_contents(Reading(value=replace(made, billed_at=NOW), made_at=NOW))["time_words"]
        assert "Facturé le lun. 23 nov. 2026 11:00." in billed


def test_what_a_reader_must_know_is_said_only_when_it_is_so() -> None:
    read = replace(FIGURES.read, open_left_out=True, done_left_out=True)
    worst = replace(FIGURES, mode=Mode.OFF, late=True, unknown=2, read=read, steps=replace(FIGURES.steps, overdue=1))
    with speaking("fr"):
        assert len(list(notices(worst))) == 6
        assert len(list(notices(replace(worst, mode=Mode.DRY_RUN)))) == 6
        assert list(notices(FIGURES)) == []


def test_the_sheet_of_steps_is_one_line_each_in_the_site_s_time() -> None:
    with speaking("fr"):
        steps = sheet_of(FIGURES, "steps")
        assert steps is not None
        assert steps[1:] == [
            ("2026-11-24 11:00", "SUP-1", "=1+1 2", "Relance", "follow-up"),
            ("2026-11-24 11:00", "SUP-2", "", "Les règles sont réexaminées", "watch: half used up"),
        ]
        assert step_words(replace(STEP, kind=StepKind.CLOSURE)) == "Clôture"
        assert sheet_of(FIGURES, "time") is None
        assert (shown(None), shown(1234.5), shown("x")) == ("–", "1\u202f234,5", "x")
